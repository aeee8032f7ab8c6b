"""`berth warm`: fetches images ahead of any client, gives way to clients and to rate limits, and says how far it is."""

import signal
import threading

import pytest
from support import images
from support.commands import FAILED, INTERRUPTED, PARTIAL, USAGE, OnTerminal, answer, attempt, order
from support.service import wait_until


def test_whole_image(hub, upstream):
    berth = hub()
    image = images.single("o08")
    upstream.push(image, "library/app", "1")
    assert order(berth, "warm", "app:1").output.startswith("warm docker.io/library/app:1: ")
    upstream.down()
    for blob in image.blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data
    assert berth.get("/v2/app/manifests/1").status == 200
    assert order(berth, "warm", "app:1").output.endswith("all held\n")


def test_platforms(hub, upstream):
    berth = hub()
    multi = images.multi("o08")
    upstream.push(multi, "acme/tool", "1")

    def held():
        return {name for name, image in multi.images.items() if all(berth.holds(each.digest) for each in image.blobs)}

    order(berth, "warm", "acme/tool:1")
    assert len(held()) == 1, "the machine's own"
    order(berth, "warm", "acme/tool:1", "--platform", "linux/arm64", "--platform", "linux/s390x")
    assert held() >= {"linux/arm64/v8", "linux/s390x"}
    order(berth, "warm", "acme/tool:1", "--platform", "all")
    assert held() == set(multi.images)
    result = order(berth, "warm", "acme/tool:1", "--platform", "linux/riscv64", status=FAILED)
    assert "not made for linux/riscv64, but for linux/amd64, linux/arm64/v8, linux/s390x" in result.errors


def test_list(hub, upstream, workplace):
    berth = hub()
    for name in ("one", "two"):
        upstream.push(images.single(f"o08 {name}"), f"library/{name}", "1")
    text = "# a list\none:1  # with a comment\n\n  two:1\ngone:1\n"
    path = workplace.directory / "list.txt"
    path.write_text(text)
    for result in (
        order(berth, "warm", "--file", str(path), status=PARTIAL),
        order(berth, "warm", "-f", "-", input=text, status=PARTIAL),
    ):
        assert result.lines[-1].startswith("2 of 3 images warm")
        assert result.errors.startswith("failed docker.io/library/gone:1: ")
    states = [image["state"] for image in answer(berth, "warm", "-f", str(path), status=PARTIAL)["images"]]
    assert states == ["completed", "completed", "failed"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "name at least one image"),
        (["-f", "/nowhere/list"], "cannot read /nowhere/list: No such file or directory"),
        (["-f", "-"], "the list holds no image"),
        (["UPPER"], "invalid repository name"),
        (["unknown.example/x"], "not a configured upstream; there are "),
        (["app", "--platform", "plan 9"], "a platform is written like"),
        (["app", "--watch", "often"], "--watch"),
    ],
)
def test_mistakes(hub, arguments, complaint):
    result = attempt("warm", *arguments, "--admin", f"127.0.0.1:{hub().admin_port}")
    assert result.status != 0 and complaint in result.errors, result
    assert result.output == ""


def test_gives_way_to_clients(upstream, start_berth):
    """One transfer at a time: a client that comes later is served before the rest of what is warmed."""
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}}, downloads={"maxConcurrent": 1})
    ahead = images.single("o08 ahead", sizes=(20_000, 20_000, 20_000))
    wanted = images.single("o08 wanted").layers[0]
    upstream.push(ahead, "library/ahead", "1")
    upstream.push_blob(wanted, "library/wanted")
    upstream.on("blobGet", repository="library/ahead", times=1, hold="first")
    job = threading.Thread(target=order, args=(berth, "warm", "ahead:1"))
    job.start()
    upstream.await_requests("blobGet", stage="held")
    client = threading.Thread(target=berth.get, args=(f"/v2/wanted/blobs/{wanted.digest}",))
    client.start()
    wait_until(lambda: answer(berth, "stats")["downloads"]["waiting"] >= 3, "the client's download waits too")
    upstream.release("first")
    client.join(20), job.join(20)
    order_of_blobs = [request.reference for request in upstream.requests("blobGet")]
    assert order_of_blobs.index(wanted.digest) == 1, "right behind the transfer that ran"


def test_waits_out_a_rate_limit(hub, upstream):
    berth = hub()
    image = images.single("o08 limited")
    upstream.push(image, "library/app", "1")
    upstream.on(["blobGet"], times=1, status=429, headers={"Retry-After": "1"})
    order(berth, "warm", "app:1")
    assert all(berth.holds(blob.digest) for blob in image.blobs)


def test_again_and_again(hub, upstream):
    berth = hub(tagFreshness="0s")
    upstream.push(images.single("o08 watch"), "library/app", "1")
    arguments = ["warm", "app:1", "--watch", "100ms", "--admin", f"127.0.0.1:{berth.admin_port}"]
    with OnTerminal(arguments) as terminal:
        terminal.read_until(r"(?s)warm docker.io/library/app:1.*warm docker.io/library/app:1: .* all held")
        new = images.single("o08 watch, moved")
        upstream.push(new, "library/app", "1")
        wait_until(lambda: all(berth.holds(blob.digest) for blob in new.blobs), "the moved tag is fetched")
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.read_to_end() == INTERRUPTED


def test_progress_on_a_terminal(hub, upstream):
    berth = hub()
    image = images.large("o08 bar", mebibytes=4, layers=1)
    upstream.push(image, "acme/big", "1")
    upstream.on("blobGet", reference=image.layers[-1].digest, stall={"after": 2_100_000, "until": "rest"})
    with OnTerminal(["warm", "acme/big:1", "--admin", f"127.0.0.1:{berth.admin_port}"], columns=100) as terminal:
        terminal.read_until(r"\[#+·+\] 5\d %  2\.1 MB of 4\.2 MB .* 0/1  docker\.io/acme/big:1")
        upstream.release("rest")
        assert terminal.read_to_end() == 0
        assert "warm\x1b[0m docker.io/acme/big:1: 4.2 MB, 4.2 MB fetched" in terminal.text


def test_given_up(hub, upstream):
    berth = hub()
    image = images.large("o08 given up", mebibytes=4, layers=1)
    upstream.push(image, "acme/big", "1")
    upstream.on("blobGet", reference=image.layers[-1].digest, stall={"after": 2_100_000, "until": "rest"})
    with OnTerminal(["warm", "acme/big:1", "--admin", f"127.0.0.1:{berth.admin_port}"]) as terminal:
        upstream.await_requests("blobGet", stage="stalled")
        terminal.read_until("docker.io/acme/big:1")
        terminal.press("\x03")
        assert terminal.read_to_end() == INTERRUPTED
        assert "given up" in terminal.text
    upstream.release("rest")


def test_build_cache(hub, upstream):
    """BuildKit's cache is an index of layers: they are warmed as what they are."""
    berth = hub()
    layers = [images.Content(images.OCI_LAYER, images.noise(f"o08 cache {number}", 5_000)) for number in range(3)]
    config = images.Content("application/vnd.buildkit.cacheconfig.v0", b'{"layers":[],"records":[]}')
    for blob in (*layers, config):
        upstream.push_blob(blob, "library/cache")
    children = [each.descriptor() for each in (*layers, config)]
    index = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": children}
    upstream.manifest("library/cache", index, "main", media_type=images.OCI_INDEX)
    order(berth, "warm", "cache:main")
    upstream.down()
    assert berth.get("/v2/cache/manifests/main").status == 200
    for blob in (*layers, config):
        assert berth.get(f"/v2/cache/blobs/{blob.digest}").body == blob.data

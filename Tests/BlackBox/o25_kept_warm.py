"""`warm:` in the configuration: images are fetched ahead when Berth starts, and again and again, while clients go first."""

import signal

import pytest
from support import images
from support.berth import run, yaml
from support.commands import answer
from support.service import wait_until


@pytest.fixture
def start(upstream, start_berth):
    """Starts a Berth with this list."""

    def start(*entries, **configuration):
        return start_berth({"docker.io": {"endpoints": [upstream.url], "tagFreshness": "0s"}}, warm=entries, **configuration)

    return start


def is_warm(berth, image):
    return all(berth.holds(each.digest) for each in (*image.manifests, *image.blobs))


def test_at_the_start(start, upstream):
    one, multi = images.single("o25"), images.multi("o25 tool")
    upstream.push(one, "library/app", "1")
    upstream.push(multi, "acme/tool", "latest")
    berth = start({"images": ["app:1"]}, {"images": ["acme/tool"], "platforms": ["linux/arm64"]})
    arm = multi.for_platform("linux/arm64/v8")
    wait_until(lambda: is_warm(berth, one) and is_warm(berth, arm), "both are fetched")
    assert not berth.holds(multi.for_platform("linux/s390x").layers[0].digest)
    upstream.down()
    assert berth.get(f"/v2/app/blobs/{one.layers[0].digest}").body == one.layers[0].data


def test_signatures(start, upstream):
    image = images.single("o25 signed")
    signature = images.artifact(image.manifest, "application/vnd.example.signature", "o25")
    upstream.push(image, "library/app", "1")
    upstream.push(signature, "library/app")
    berth = start({"images": ["app:1"], "referrers": True})
    wait_until(lambda: is_warm(berth, image) and is_warm(berth, signature), "the signature too")


def test_one_that_fails_does_not_stop_the_others(start, upstream):
    image = images.single("o25 there")
    upstream.push(image, "library/there", "1")
    berth = start({"images": ["gone:1", "there:1"]})
    wait_until(lambda: is_warm(berth, image), "the other is fetched")
    wait_until(lambda: "an image could not be fetched ahead" in berth.log(), "the log says which is not")
    assert "docker.io/library/gone:1" in berth.log()


def test_a_new_list(start, upstream):
    old, new = images.single("o25 old"), images.single("o25 new")
    upstream.push(old, "library/old", "1")
    upstream.push(new, "library/new", "1")
    berth = start({"images": ["old:1"]})
    wait_until(lambda: is_warm(berth, old), "the first list")
    berth.configuration["warm"] = [{"images": ["new:1"]}]
    berth.config_path.write_text(yaml(berth.configuration))
    berth.process.send_signal(signal.SIGHUP)
    wait_until(lambda: is_warm(berth, new), "the second list")


def test_clients_go_first(start, upstream):
    """One transfer at a time: a client that comes while the list is being fetched has the next."""
    listed = images.single("o25 listed", sizes=(20_000, 20_000, 20_000))
    wanted = images.single("o25 wanted").layers[0]
    upstream.push(listed, "library/listed", "1")
    upstream.push_blob(wanted, "library/wanted")
    upstream.on("blobGet", repository="library/listed", times=1, hold="first")
    berth = start({"images": ["listed:1"]}, downloads={"maxConcurrent": 1})
    upstream.await_requests("blobGet", stage="held")
    with berth.connect() as client:
        client.send_request("GET", f"/v2/wanted/blobs/{wanted.digest}")
        wait_until(lambda: answer(berth, "stats")["downloads"]["waiting"] >= 3, "the client's download waits too")
        upstream.release("first")
        wait_until(lambda: berth.holds(wanted.digest) and is_warm(berth, listed), "all are fetched")
    fetched = [request.reference for request in upstream.requests("blobGet")]
    assert fetched.index(wanted.digest) == 1, "right behind the transfer that ran"


def test_ends_at_once(start, upstream):
    """A list that waits out a rate limit does not hold up the end."""
    upstream.push(images.single("o25 limited"), "library/app", "1")
    upstream.on("blobGet", status=429, headers={"Retry-After": "600"})
    berth = start({"images": ["app:1"]})
    wait_until(lambda: "fetching ahead waits" in berth.log(), "it waits")
    assert berth.stop() == 0


def test_mistakes_are_told(workplace):
    path = workplace.directory / "berth.yaml"
    path.write_text("warm:\n  - images: [alpine, UPPER, unknown.example/x]\npins: [a b]\n")
    checked = run("check", "--config", path)
    assert checked.returncode == 1
    for complaint in ("warm[0].images[1]: UPPER", "warm[0].images[2]: unknown.example is not", "pins[0]: a pattern is"):
        assert complaint in checked.stderr

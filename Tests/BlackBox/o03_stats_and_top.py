"""`berth stats` and `berth top`: what is held, what has been served, and what goes on now."""

import json
import threading

from support import images
from support.commands import OnTerminal, answer, attempt, order, without_colour


def test_stats(hub, upstream):
    berth = hub()
    image = images.single("o03")
    upstream.push(image, "library/app", "1")
    target = f"/v2/app/blobs/{image.layers[0].digest}"
    assert berth.get(target).status == 200
    assert berth.get(target).status == 200
    assert berth.get("/v2/app/manifests/2").status == 404
    counters = answer(berth, "stats")["counters"]
    requests = counters["requests"]
    assert requests["miss"] == 1 and requests["hit"] + requests["joined"] == 1, "the download may still be ending"
    assert requests["not_found"] == 1
    size = image.layers[0].size
    assert (counters["servedBytes"], counters["savedBytes"]) == (2 * size, size)
    assert counters["fetchedBytes"] >= size
    text = order(berth, "stats").output
    for word in ("store", "requests", "bytes", "downloads", "clients", "docker.io"):
        assert word in text, text
    assert "50 % without a fetch" in text


def test_what_an_upstream_still_allows(hub, upstream):
    upstream.settings(rateLimit={"limit": 100, "window": 21600})
    upstream.push(images.single("o03 limited"), "library/app", "1")
    berth = hub()
    assert berth.get("/v2/app/manifests/1").status == 200
    (allowance,) = answer(berth, "stats")["allowances"]
    left = f"{allowance['remaining']}/100"
    assert left in order(berth, "stats").output
    assert f"limits docker.io {left}" in order(berth, "top").output


def test_top_in_a_pipe(hub):
    berth = hub()
    text = order(berth, "top").output
    assert "\x1b" not in text and "no transfers" in text and "requests" in text
    assert answer(berth, "top")["transfers"] == []


def test_top_shows_a_transfer(hub, upstream):
    berth = hub()
    image = images.large("o03 top", mebibytes=4, layers=1)
    blob = image.layers[-1]
    upstream.push(image, "acme/big", "1")
    upstream.on("blobGet", reference=blob.digest, stall={"after": 2_000_000, "until": "rest"})
    client = threading.Thread(target=berth.get, args=(f"/v2/acme/big/blobs/{blob.digest}",), daemon=True)
    client.start()
    upstream.await_requests("blobGet", stage="stalled")
    arguments = ["top", "--interval", "0.1", "--admin", f"127.0.0.1:{berth.admin_port}"]
    with OnTerminal(arguments, columns=110, rows=20) as terminal:
        terminal.read_until(r"docker\.io/acme/big\s+" + blob.digest[:19] + r".*4\d %")
        assert "\x1b[?1049h" in terminal.text, "it draws on the other screen"
        terminal.press("q")
        assert terminal.read_to_end() == 0
        assert terminal.text.rstrip().endswith("\x1b[?1049l"), "what stood there before comes back"
        for line in without_colour(terminal.text).split("\r\n"):
            assert len(line) <= 110, line
    (transfer,) = answer(berth, "top")["transfers"]
    assert transfer["digest"] == blob.digest and transfer["followers"] == 1
    upstream.release("rest")
    client.join(20)
    assert not client.is_alive()


def test_configuration_says_where(hub):
    berth = hub()
    result = attempt("stats", "--json", "--config", str(berth.config_path))
    assert result.status == 0, result
    assert json.loads(result.output)["version"]

"""`berth stats` and `berth top`: what is held, what has been served, and what goes on now."""

import json
import threading
import time

from support import images
from support.commands import OnTerminal, answer, attempt, order, without_colour
from support.service import wait_until


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


def test_rate_limited_until(hub, upstream):
    """A limit that lasts an hour is said where people look, with its end; the allowance alone would look well."""
    upstream.settings(rateLimit={"limit": 100, "window": 21600})
    upstream.push(images.single("o03 limited"), "library/app", "1")
    berth = hub()
    assert answer(berth, "stats")["troubles"] == []
    assert berth.metric('berth_upstream_rate_limited_until_seconds{upstream="docker.io"}') == 0
    upstream.on(["manifestGet", "manifestHead"], status=429, headers={"Retry-After": "3600"})
    assert berth.get("/v2/app/manifests/1").status == 429
    (trouble,) = answer(berth, "stats")["troubles"]
    assert trouble["upstream"] == "docker.io" and 3500 < trouble["limitedSeconds"] <= 3600
    for command in ("stats", "top"):
        assert "docker.io  rate limited until " in order(berth, command).output
    until = berth.metric('berth_upstream_rate_limited_until_seconds{upstream="docker.io"}')
    assert 3400 < until - time.time() <= 3601


def test_circuit_breaker_open(hub, upstream):
    """What the circuit breaker holds back is no request to the upstream; why it is open, and until when, is said."""
    berth = hub()
    upstream.down()
    resting = 'berth_upstream_errors_total{upstream="docker.io",kind="resting"}'
    wait_until(lambda: berth.get("/v2/app/manifests/1").status == 502 and berth.metric(resting) > 0, "it is open")
    sent = berth.metric("berth_upstream_requests_total{upstream=")
    before = berth.metric(resting)
    for _ in range(20):
        assert berth.get("/v2/app/manifests/1").status == 502
    held_back = berth.metric(resting) - before
    assert held_back >= 15 and berth.metric("berth_upstream_requests_total{upstream=") <= sent + 20 - held_back
    wait_until(lambda: answer(berth, "stats")["troubles"], "it is said")
    (endpoint,) = answer(berth, "stats")["troubles"][0]["endpoints"]
    assert endpoint["reason"] == "unreachable: connection refused"
    for command in ("stats", "top"):
        assert "docker.io  circuit breaker open " in order(berth, command).output
    assert berth.metric('berth_upstream_circuit_breaker_open{upstream="docker.io"') == 1
    upstream.up()
    wait_until(lambda: berth.get("/v2/app/manifests/1").status == 404, "it is asked again")
    assert answer(berth, "stats")["troubles"] == []


def test_top_goes_on_over_a_restart(hub):
    berth = hub()
    with OnTerminal(["top", "--interval", "0.1", "--admin", f"127.0.0.1:{berth.admin_port}"]) as terminal:
        terminal.read_until(r"no transfers")
        berth.stop()
        terminal.read_until(r"no answer since \d\d:\d\d:\d\d; trying again")
        berth.start()
        seen = len(terminal.text)
        wait_until(lambda: _without_notice(terminal, seen), "it answers again")
        terminal.press("q")
        assert terminal.read_to_end() == 0


def _without_notice(terminal, seen):
    """Whether a picture that was drawn since then has no notice."""
    terminal.read_until(r"transfers")
    terminal.read_until(r"(?s).{%d,}" % (len(without_colour(terminal.text)) + 200))
    pictures = terminal.text[seen:].split("\x1b[H")[1:-1]
    return any("no answer since" not in picture for picture in pictures)

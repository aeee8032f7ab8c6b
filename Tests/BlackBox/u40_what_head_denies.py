"""What a HEAD denies is checked by a GET before a held tag is given up for it: registries answer 404 to HEAD, name digests
that their replicas do not have yet, and an ingress answers 404 while the registry behind it is away."""

import pytest
from support import images
from support.trouble import HELD, KINDS, MANIFEST_KINDS, check_stale, scene

TAG = "/v2/held/manifests/1"
MOVED = images.single("u40 moved")
HTML = {"Content-Type": "text/html"}
# What each says, and what a client that has nothing held is told: JSON or nothing may be a registry's own word.
GATEWAYS = {
    "Kong": ('{"message":"no Route matched with those values"}', {"Content-Type": "application/json"}, 404),
    "HAProxy": ("<html><body><h1>404 Not Found</h1>\nThe server cannot find it.\n</body></html>", HTML, 502),
    "Envoy": ("", {}, 404),
    "a web server": ("File not found.", {"Content-Type": "text/plain"}, 502),
}


@pytest.mark.parametrize("status", [403, 404, 405, 410])
def test_head_is_refused(start_berth, upstream, status):
    """The tag is served each time, and a move of it is seen."""
    place = scene(start_berth, upstream)
    upstream.on("manifestHead", status=status)
    for _ in range(3):
        answer = place.berth.get(TAG)
        assert (answer.status, answer.body, answer.get("Warning")) == (200, HELD.manifest.data, None)
    upstream.push(MOVED, "library/held", "1")
    assert place.berth.head(TAG)["Docker-Content-Digest"] == MOVED.digest


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_replicas_lag(start_berth, upstream, method):
    """HEAD names what no GET finds: the registry contradicts itself."""
    place = scene(start_berth, upstream)
    upstream.push(MOVED, "library/held", "1")
    lag = upstream.on("manifestGet", status=404)
    for _ in range(2):
        check_stale(place.berth.request(method, TAG), method)
    upstream.remove_rule(lag)
    assert place.berth.get(TAG).body == MOVED.manifest.data


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_404_of_a_gateway(start_berth, upstream, gateway):
    """It does not know the tag, and nobody asked it."""
    place = scene(start_berth, upstream)
    body, headers, missing = GATEWAYS[gateway]
    away = upstream.on(KINDS, status=404, body=body, headers=headers)
    for _ in range(2):
        check_stale(place.berth.get(TAG))
    assert place.berth.get("/v2/missing/manifests/1").status == missing
    upstream.remove_rule(away)
    place.recovers()


def test_404_of_a_registry(start_berth, upstream):
    """The registry's own word counts, by GET, and stays."""
    place = scene(start_berth, upstream)
    upstream.remove_manifest("library/held", "1")
    answer = place.berth.get(TAG)
    assert (answer.status, answer.error_code()) == (404, "MANIFEST_UNKNOWN")
    assert [each.method for each in upstream.requests(MANIFEST_KINDS)] == ["HEAD", "GET"]
    upstream.down()
    assert place.berth.get(TAG).status == 502


def test_page_that_refuses(start_berth, upstream):
    """A 403 stays a refusal, but the message says who spoke."""
    place = scene(start_berth, upstream)
    page = "<!DOCTYPE html><html><head><title>Web filter: category blocked</title></head></html>"
    upstream.on(KINDS, status=403, body=page, headers=HTML)
    answer = place.berth.get(TAG)
    assert (answer.status, answer.error_code()) == (403, "DENIED")
    assert "Web filter: category blocked" in answer.body.decode()

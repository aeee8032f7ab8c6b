"""Upstream cannot be reached, or says nothing once it is: a miss fails in the time that the configuration gives, what is
held is served, a tag past its freshness with a warning; afterwards nothing of it is left."""

import pytest
from support.service import wait_until
from support.trouble import AFTER_ONE_TIMEOUT, AT_ONCE, HELD, MISSES, SOON, Deaf, check_stale, fill, pull_held, scene, within

#: What a miss is answered with, and the longest wait for it.
KINDS = {
    "refused": (502, AT_ONCE),
    "closed at once": (502, AT_ONCE),
    "reset at once": (502, AT_ONCE),
    "accepted, then silence": (504, AFTER_ONE_TIMEOUT),
}
FAULTS = {"closed at once": "close", "reset at once": "reset", "accepted, then silence": "silence"}


def befall(upstream, kind):
    upstream.down()
    if kind != "refused":
        # The connections that stood are closed now, so that the next request meets the fault.
        upstream.up()
        upstream.fault(FAULTS[kind])


def end(upstream, kind):
    if kind == "refused":
        upstream.up()
    else:
        upstream.remove_rules()


@pytest.mark.parametrize("asked", MISSES)
@pytest.mark.parametrize("kind", KINDS)
def test_miss(start_berth, upstream, kind, asked):
    status, seconds = KINDS[kind]
    place = scene(start_berth, upstream)
    befall(upstream, kind)
    place.misses(status, "UNAVAILABLE", seconds, (asked,))


@pytest.mark.parametrize("kind", KINDS)
def test_held(start_berth, upstream, kind):
    place = scene(start_berth, upstream)
    befall(upstream, kind)
    place.serves_what_it_holds(KINDS[kind][1])


@pytest.mark.parametrize("kind", KINDS)
def test_over(start_berth, upstream, kind):
    place = scene(start_berth, upstream)
    befall(upstream, kind)
    assert place.berth.get(MISSES["blob"], timeout=60).status in (502, 504)
    end(upstream, kind)
    # One failure is no reason to avoid an upstream: the very next request asks it.
    place.recovers()


ELSEWHERE = ["no such name", "no answer to SYN"]


@pytest.fixture(params=ELSEWHERE)
def elsewhere(request, workplace):
    """(an endpoint, the status of a miss, the longest wait)"""
    if request.param == "no such name":
        return "http://no-such-registry.invalid:5000", (502, 504), AFTER_ONE_TIMEOUT
    return workplace.watch(Deaf()).url, (504, 502), AFTER_ONE_TIMEOUT


@pytest.mark.parametrize("asked", MISSES)
def test_miss_elsewhere(start_berth, elsewhere, asked):
    url, statuses, seconds = elsewhere
    berth = start_berth({"docker.io": {"endpoints": [url], "timeouts": SOON}})
    with within(seconds):
        answer = berth.get(MISSES[asked], timeout=60)
    assert answer.status in statuses and answer.error_code() == "UNAVAILABLE"
    assert "docker.io" in answer.body.decode()


def test_held_elsewhere(start_berth, upstream, elsewhere):
    """The upstream has moved to where it cannot be reached, while Berth was not running."""
    url, _, seconds = elsewhere
    fill(upstream)
    settings = {"endpoints": [upstream.url], "tagFreshness": "0s", "timeouts": SOON}
    berth = start_berth({"docker.io": settings})
    pull_held(berth)
    wait_until(lambda: all(berth.holds(each.digest) for each in HELD.blobs), "all of it held")
    assert berth.stop() == 0
    settings["endpoints"] = [url]
    berth.start()
    for blob in HELD.blobs:
        assert berth.get(f"/v2/held/blobs/{blob.digest}").body == blob.data
    with within(seconds):
        check_stale(berth.get("/v2/held/manifests/1"))

"""Upstream is slow. A held tag is answered after `revalidationPatience` (one second) at most, as last seen, while it is
being confirmed behind; a miss is waited for as long as upstream keeps within the timeouts."""

import pytest
from support import images
from support.service import wait_until
from support.trouble import AFTER_ONE_TIMEOUT, HELD, MANIFEST_KINDS, MISSES, MISSING, SOON, check_stale, scene, within

PATIENT = {"connect": "5s", "firstByte": "20s", "read": "20s"}
BLOB = images.Content("", images.noise("u12", 300_000))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_held_tag(start_berth, upstream, method):
    place = scene(start_berth, upstream, timeouts=PATIENT)
    upstream.on(MANIFEST_KINDS, hold="slow")
    with within(2.5):
        check_stale(place.berth.request(method, "/v2/held/manifests/1"), method)
    assert upstream.counters().in_flight("manifestHead") == 1, "it is still being confirmed"


def test_confirmed_behind(start_berth, upstream):
    """What upstream says in the end counts, though nobody waits for it any more."""
    place = scene(start_berth, upstream, timeouts=PATIENT)
    upstream.push(MISSING, "library/held", "1")
    upstream.on("manifestHead", hold="slow")
    check_stale(place.berth.get("/v2/held/manifests/1"))
    upstream.release("slow")
    upstream.await_requests("manifestGet", stage="finished")
    upstream.down()

    def has_moved():
        return place.berth.get("/v2/held/manifests/1")["Docker-Content-Digest"] == MISSING.digest

    wait_until(has_moved, "the tag moved behind")


def test_clients_share_the_confirmation(start_berth, upstream):
    place = scene(start_berth, upstream, timeouts=PATIENT)
    upstream.on(MANIFEST_KINDS, hold="slow")
    for _ in range(2):
        with within(2.5):
            check_stale(place.berth.get("/v2/held/manifests/1"))
    assert len(upstream.requests("manifestHead")) == 1


def test_nearly_slow(start_berth, upstream):
    """Within the patience: the true answer, without a warning."""
    place = scene(start_berth, upstream, timeouts=PATIENT)
    upstream.on(MANIFEST_KINDS, delay=200)
    answer = place.berth.get("/v2/held/manifests/1")
    assert (answer.status, answer["Docker-Content-Digest"], answer.get("Warning")) == (200, HELD.digest, None)


@pytest.mark.parametrize("asked", MISSES)
def test_miss_waits(start_berth, upstream, asked):
    """Two seconds before the head are no failure."""
    place = scene(start_berth, upstream, timeouts=PATIENT)
    upstream.on(delay=1_500, times=1)
    assert place.berth.get(MISSES[asked], timeout=60).status == 200
    assert len(upstream.requests()) == 1


@pytest.mark.parametrize("asked", MISSES)
def test_miss_gives_up(start_berth, upstream, asked):
    """Slower than `timeouts.firstByte`."""
    place = scene(start_berth, upstream)
    upstream.on(hold="for ever")
    place.misses(504, "UNAVAILABLE", AFTER_ONE_TIMEOUT, (asked,))


@pytest.mark.parametrize("asked", ["manifest", "tag", "tag list", "referrers"])
def test_dripping_document(start_berth, upstream, asked):
    """A byte now and then keeps no client waiting for longer than `timeouts.document`."""
    place = scene(start_berth, upstream)
    upstream.on(["manifestGet", "tagsList", "referrers"], throttle=20)
    place.misses(504, "UNAVAILABLE", AFTER_ONE_TIMEOUT, (asked,))


def test_dripping_document_of_a_held_tag(start_berth, upstream):
    place = scene(start_berth, upstream)
    upstream.push(MISSING, "library/held", "1")
    upstream.on("manifestGet", throttle=20)
    with within(AFTER_ONE_TIMEOUT):
        check_stale(place.berth.get("/v2/held/manifests/1"))


def test_slow_body(start_berth, upstream):
    """Longer in all than any timeout, never silent for one: not cut off."""
    upstream.push_blob(BLOB, "library/missing")
    place = scene(start_berth, upstream)
    upstream.on("blobGet", throttle=200_000)
    assert place.berth.get(f"/v2/missing/blobs/{BLOB.digest}", timeout=60).body == BLOB.data
    assert len(upstream.requests("blobGet")) == 1


def test_late_head_is_not_thrown_away(start_berth, upstream):
    """A blob whose answer takes longer than a client is told to wait arrives all the same, for the next who asks."""
    place = scene(start_berth, upstream)
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", reference=BLOB.digest, hold="scanner")
    with within(AFTER_ONE_TIMEOUT):
        answer = place.berth.get(f"/v2/app/blobs/{BLOB.digest}", timeout=60)
    assert (answer.status, answer["Retry-After"]) == (504, "1")
    assert b"still waited for" in answer.body
    upstream.release("scanner")
    upstream.await_requests("blobGet", stage="finished")
    assert place.berth.get(f"/v2/app/blobs/{BLOB.digest}", timeout=60).body == BLOB.data
    assert len(upstream.requests("blobGet")) == 1

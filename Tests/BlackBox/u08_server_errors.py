"""Upstream answers with errors of its own. For ever: a miss is 502 at once, what is held is served. A burst: what can
wait is healed, and no error is remembered."""

import pytest
from support import images
from support.trouble import KINDS, MISSES, SOON, scene, within

STATUSES = [500, 502, 503, 504, 599, 418]
BLOB = images.Content("", images.noise("u08", 1_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"


@pytest.mark.parametrize("status", STATUSES)
def test_miss(start_berth, upstream, status):
    place = scene(start_berth, upstream)
    upstream.on(KINDS, status=status)
    place.misses(502, "UNAVAILABLE")


@pytest.mark.parametrize("status", STATUSES)
def test_held(start_berth, upstream, status):
    place = scene(start_berth, upstream)
    upstream.on(KINDS, status=status)
    place.serves_what_it_holds()


@pytest.mark.parametrize("status", STATUSES)
def test_over(start_berth, upstream, status):
    place = scene(start_berth, upstream)
    upstream.on(KINDS, status=status)
    for target in MISSES.values():
        assert place.berth.get(target).status == 502
        break
    upstream.remove_rules()
    place.recovers()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_burst_in_mid_blob(hub, upstream, status):
    """Three errors in a row while the rest of a blob is asked for: the client notices nothing."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", times=1, cut={"after": BLOB.size // 2, "how": "reset"})
    upstream.on("blobGet", skip=1, times=3, status=status)
    with within(6):
        assert hub(timeouts=SOON).get(TARGET, timeout=60).body == BLOB.data
    assert upstream.bytes_of(BLOB.digest) <= BLOB.size * 1.02


@pytest.mark.parametrize("asked", MISSES)
@pytest.mark.parametrize("status", [500, 503])
def test_one_error(start_berth, upstream, status, asked):
    """A single error on a miss is healed by asking once more."""
    place = scene(start_berth, upstream)
    upstream.on(KINDS, times=1, status=status)
    with within(4):
        assert place.berth.get(MISSES[asked], timeout=60).status == 200


def test_retry_after_is_heard(start_berth, upstream):
    """503 with Retry-After: told to the client, since it says when asking again may help."""
    place = scene(start_berth, upstream)
    upstream.on(KINDS, status=503, headers={"Retry-After": "30"})
    place.misses(502, "UNAVAILABLE", asked=("tag",))
    assert len(upstream.requests()) <= 3, "who asks to be left alone is"

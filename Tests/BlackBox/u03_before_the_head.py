"""The connection ends after the request and before the answer: for ever, a miss fails at once; once, the request is made
again and the client notices nothing, also when it was an idle connection that upstream had given up."""

import pytest
from support.trouble import AT_ONCE, KINDS, MISSES, MISSING, scene, within

HOW = ["reset", "close", "truncate"]


@pytest.mark.parametrize("asked", MISSES)
@pytest.mark.parametrize("how", HOW)
def test_for_ever(start_berth, upstream, how, asked):
    place = scene(start_berth, upstream)
    upstream.on(KINDS, cut={"how": how})
    place.misses(502, "UNAVAILABLE", AT_ONCE, (asked,))
    assert len(upstream.requests()) <= 4, "a miss does not hammer"


@pytest.mark.parametrize("how", HOW)
def test_held(start_berth, upstream, how):
    place = scene(start_berth, upstream)
    upstream.on(KINDS, cut={"how": how})
    place.serves_what_it_holds()


@pytest.mark.parametrize("asked", MISSES)
@pytest.mark.parametrize("how", HOW)
def test_once(start_berth, upstream, how, asked):
    """A GET may be made again (RFC 9110 §9.2.2): the client gets its answer."""
    place = scene(start_berth, upstream)
    upstream.on(KINDS, times=1, cut={"how": how})
    with within(AT_ONCE):
        assert place.berth.get(MISSES[asked], timeout=60).status == 200


def test_idle_connection_given_up(start_berth, upstream):
    """Upstream closes what it finds idle, without a word, as all of them do."""
    place = scene(start_berth, upstream)
    for blob in MISSING.blobs:
        upstream.down()
        upstream.up()
        answer = place.berth.get(f"/v2/missing/blobs/{blob.digest}")
        assert (answer.status, answer.body) == (200, blob.data)

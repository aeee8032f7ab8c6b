"""A blob's connection breaks, wherever in the body and however: Berth asks for the rest, from where it was, and joins
it; clients notice nothing, and upstream sends each byte once."""

import pytest
from support import images
from support.http import Truncated
from support.parallel import results, together
from support.trouble import KINDS, MISSES, SOON, scene, within

BLOB = images.Content("", images.noise("u04", 3_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"
PLACES = {"behind the head": 0, "first byte": 1, "a third": BLOB.size // 3, "two thirds": BLOB.size * 2 // 3, "last byte": -1}
SLACK = 1.02
DOCUMENTS = {"manifest": "manifestGet", "tag": "manifestGet", "tag list": "tagsList", "referrers": "referrers"}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("how", ["reset", "close", "truncate"])
def test_resumed(hub, upstream, how, place):
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", times=1, cut={"after": PLACES[place], "how": how})
    berth = hub(timeouts=SOON)
    answers = results(together(3, lambda _: berth.get(TARGET, timeout=60)))
    assert all(answer.body == BLOB.data for answer in answers)
    first, second = upstream.requests("blobGet")
    assert first.header("Range") is None
    if PLACES[place] > BLOB.size // 10:
        assert second.header("Range").startswith("bytes="), "the rest, not the whole"
    assert upstream.bytes_of(BLOB.digest) <= BLOB.size * SLACK


def test_again_and_again(hub, upstream):
    """Ten breaks, each with something new before it: what counts is progress."""
    upstream.push_blob(BLOB, "library/app")
    piece = BLOB.size // 10
    upstream.on("blobGet", times=9, cut={"after": piece, "how": "reset"})
    assert hub(timeouts=SOON).get(TARGET, timeout=60).body == BLOB.data
    assert len(upstream.requests("blobGet")) == 10
    assert upstream.bytes_of(BLOB.digest) <= BLOB.size * SLACK


def test_without_a_length(hub, upstream):
    """A chunked body whose connection ends before the last chunk has not ended."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", times=1, framing="chunked", cut={"after": BLOB.size // 2, "how": "close"})
    assert hub(timeouts=SOON).get(TARGET, timeout=60).body == BLOB.data
    assert upstream.bytes_of(BLOB.digest) <= BLOB.size * SLACK


def test_range_of_a_cold_blob(hub, upstream):
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", times=1, cut={"after": BLOB.size // 3, "how": "reset"})
    start = BLOB.size // 2
    answer = hub(timeouts=SOON).get(TARGET, [("Range", f"bytes={start}-")], timeout=60)
    assert (answer.status, answer.body) == (206, BLOB.data[start:])
    assert upstream.bytes_of(BLOB.digest) <= BLOB.size * SLACK


def test_budget(hub, upstream):
    """Not a byte more, however often it is asked for: the client is cut short; the bytes that came are kept, and the
    next request goes on from them."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", times=1, cut={"after": BLOB.size // 2, "how": "reset"})
    rule = upstream.on("blobGet", cut={"how": "reset"})
    berth = hub(timeouts=SOON)
    with within(10), pytest.raises(Truncated) as cut:
        berth.get(TARGET, timeout=60)
    assert cut.value.received in BLOB.data
    assert 2 <= len(upstream.requests("blobGet")) <= 12
    upstream.remove_rule(rule)
    assert berth.get(TARGET, timeout=60).body == BLOB.data
    assert upstream.bytes_of(BLOB.digest) <= BLOB.size * SLACK


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("how", ["reset", "close", "truncate"])
def test_document(start_berth, upstream, kind, how):
    """Documents are small: one that broke is asked for again, whole."""
    place = scene(start_berth, upstream)
    upstream.on(DOCUMENTS[kind], times=1, cut={"after": 10, "how": how})
    assert place.berth.get(MISSES[kind], timeout=60).status == 200
    assert len(upstream.requests(DOCUMENTS[kind])) == 2


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_document_for_ever(start_berth, upstream, kind):
    place = scene(start_berth, upstream)
    upstream.on(KINDS, cut={"after": 10, "how": "reset"})
    place.misses(502, "UNAVAILABLE", asked=(kind,))
    assert len(upstream.requests(DOCUMENTS[kind])) <= 4
    upstream.remove_rules()
    place.recovers()

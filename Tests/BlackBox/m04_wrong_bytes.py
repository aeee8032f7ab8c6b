"""A blob whose bytes or length are not what digest and head say reaches nobody whole and is not kept; as soon as
upstream sends it right, the next try works."""

import contextlib

import pytest
from support import images
from support.http import Truncated
from support.parallel import results, together

BLOB = images.Content("", images.noise("m04", 200_000))
OTHER = images.Content("", images.noise("m04 other", 200_000))
LONGER = images.Content("", BLOB.data + b"more")
TINY = images.Content("", b"{}")

CASES = {
    "first byte": {"flipByte": 0},
    "middle byte": {"flipByte": 100_000},
    "last byte": {"flipByte": -1},
    "another blob": {"serve": OTHER.digest},
    "a longer blob": {"serve": LONGER.digest},
    "gzip": {"gzip": True},
    "wrong and chunked": {"flipByte": 5, "framing": "chunked"},
    "wrong until the end": {"flipByte": 5, "framing": "close"},
    "short and chunked": {"serve": TINY.digest, "framing": "chunked"},
    "short until the end": {"serve": TINY.digest, "framing": "close"},
    "long and chunked": {"serve": LONGER.digest, "framing": "chunked"},
    "long until the end": {"serve": LONGER.digest, "framing": "close"},
    "cut until the end": {"framing": "close", "cut": {"after": 150_000, "how": "close"}},
    "an error page": {"body": "<html>please log in</html>", "headers": {"Content-Type": "text/html"}},
    "no body": {"body": ""},
    "206 unasked": {"status": 206},
    "Content-Encoding": {"headers": {"Content-Encoding": "gzip"}, "flipByte": 0},
}


@pytest.fixture
def berth(hub, upstream):
    for content in (BLOB, OTHER, LONGER, TINY):
        upstream.push_blob(content, "library/app")
    return hub()


def try_to_get(berth, target, size):
    """What a client ends up with: a failure before the head, or fewer bytes than were announced."""
    try:
        answer = berth.get(target, timeout=60)
    except Truncated as cut:
        assert len(cut.received) < size, "all bytes were sent of a body that is wrong"
        return "cut short"
    assert answer.status == 502, (answer.status, answer.body[:200])
    return "refused"


@pytest.mark.parametrize("case", CASES)
def test_reaches_nobody(berth, upstream, case):
    target = f"/v2/library/app/blobs/{BLOB.digest}"
    upstream.on("blobGet", reference=BLOB.digest, **CASES[case])
    outcomes = results(together(5, lambda _: try_to_get(berth, target, BLOB.size)))
    assert set(outcomes) <= {"cut short", "refused"}
    assert not berth.holds(BLOB.digest)

    upstream.remove_rules()
    assert berth.get(target).body == BLOB.data
    upstream.down()
    assert berth.get(target).body == BLOB.data


def test_tiny_blob(berth, upstream):
    """Two bytes, as every artifact's empty configuration: wrong ones do not leave at all."""
    target = f"/v2/library/app/blobs/{TINY.digest}"
    upstream.on("blobGet", reference=TINY.digest, flipByte=1)
    assert try_to_get(berth, target, TINY.size) in ("cut short", "refused")
    upstream.remove_rules()
    assert berth.get(target).body == TINY.data


@pytest.mark.parametrize("case", ["middle byte", "last byte", "another blob"])
def test_range_of_a_cold_blob(berth, upstream, case):
    """A range may leave before the whole is verified, but what is wrong is not kept."""
    target = f"/v2/library/app/blobs/{BLOB.digest}"
    upstream.on("blobGet", reference=BLOB.digest, **CASES[case])
    with contextlib.suppress(Truncated):
        berth.get(target, [("Range", "bytes=0-9")])
    try_to_get(berth, target, BLOB.size)
    assert not berth.holds(BLOB.digest)
    upstream.remove_rules()
    assert berth.get(target).body == BLOB.data


@pytest.mark.parametrize("excess", [1, 1_000_000])
def test_bytes_behind_the_end(berth, upstream, excess):
    """More bytes than Content-Length says: the blob is right, what follows belongs to nobody."""
    target = f"/v2/library/app/blobs/{BLOB.digest}"
    upstream.on("blobGet", reference=BLOB.digest, extraBytes=excess)
    for _ in range(2):
        assert berth.get(target).body == BLOB.data
    upstream.remove_rules()
    assert berth.get(f"/v2/library/app/blobs/{OTHER.digest}").body == OTHER.data


@pytest.mark.parametrize("error", [-1000, 1000])
def test_wrong_content_length(berth, upstream, error):
    """A Content-Length that is not the blob's length can never lead to the right digest."""
    target = f"/v2/library/app/blobs/{BLOB.digest}"
    upstream.on("blobGet", reference=BLOB.digest, lengthError=error, close=True)
    assert try_to_get(berth, target, BLOB.size) in ("cut short", "refused")
    assert not berth.holds(BLOB.digest)
    upstream.remove_rules()
    assert berth.get(target).body == BLOB.data


def test_manifests(berth, upstream):
    image = images.single("m04")
    upstream.push(image, "library/app", "1")
    target = f"/v2/library/app/manifests/{image.digest}"
    for action in ({"flipByte": 10}, {"serve": TINY.digest}, {"gzip": True}, {"body": "{}"}):
        rule = upstream.on("manifestGet", **action)
        assert berth.get(target).status == 502, action
        upstream.remove_rule(rule)
    assert berth.get(target).body == image.manifest.data

"""What comes in answer to the request for the rest of a blob is not the rest: another range, the whole again, a refusal
of ranges, other content, another length, a coding. Nothing wrong is ever joined, and whatever can be healed is."""

import pytest
from support import images
from support.http import Truncated
from support.trouble import SOON, within

BLOB = images.Content("", images.noise("u06", 2_000_000))
OTHER = images.Content("", images.noise("u06 other", BLOB.size))
SHORTER = images.Content("", images.noise("u06 shorter", BLOB.size - 5))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"
HALF = BLOB.size // 2


@pytest.fixture
def berth(hub, upstream):
    for blob in (BLOB, OTHER, SHORTER):
        upstream.push_blob(blob, "library/app")
    upstream.on("blobGet", times=1, cut={"after": HALF, "how": "reset"})
    return hub(timeouts=SOON)


HEALED = {
    "later range": {"shiftRange": 1000},
    "earlier range": {"shiftRange": -1000},
    "Content-Range missing": {"headers": {"Content-Range": None}},
    "Content-Range of other bytes": {"headers": {"Content-Range": f"bytes 5-{BLOB.size - 1}/{BLOB.size}"}},
    "Content-Range broken": {"headers": {"Content-Range": "bytes what-ever"}},
    "ranges ignored": {"ignoreRange": True},
    "compressed": {"gzip": True},
    "error": {"status": 500},
    "limited": {"status": 429, "headers": {"Retry-After": "0"}},
    "range refused": {"status": 416},
    "nothing": {"status": 204},
    "reset before the head": {"cut": {"how": "reset"}},
    "silence": {"hold": "never"},
}


@pytest.mark.parametrize("kind", HEALED)
def test_once(berth, upstream, kind):
    """The second attempt goes wrong, the third does not: the client gets the blob."""
    upstream.on("blobGet", range=True, times=1, **HEALED[kind])
    with within(6):
        assert berth.get(TARGET, timeout=60).body == BLOB.data


def test_ranges_never_known(berth, upstream):
    """It starts again from the beginning; clients that have read less than is there carry on meanwhile."""
    upstream.on("blobGet", range=True, ignoreRange=True, headers={"Accept-Ranges": None})
    with berth.connect() as connection:
        connection.send_request("GET", TARGET)
        body = connection.body(connection.read_head())
        early = body.read(1000)
        assert early + body.rest() == BLOB.data
    assert upstream.bytes_of(BLOB.digest) <= HALF + BLOB.size + 0.02 * BLOB.size


@pytest.mark.parametrize("serve", [OTHER, SHORTER], ids=["other bytes", "other length"])
def test_content_changed(berth, upstream, serve):
    """Whatever upstream serves under the digest now, nobody gets a mixture whole, and none of it is kept."""
    upstream.on("blobGet", range=True, serve=serve.digest)
    with within(10), pytest.raises(Truncated) as cut:
        berth.get(TARGET, timeout=60)
    assert len(cut.value.received) < BLOB.size
    assert not berth.holds(BLOB.digest)
    upstream.remove_rules()
    assert berth.get(TARGET).body == BLOB.data


def test_flipped(berth, upstream):
    """One byte of the rest is wrong."""
    upstream.on("blobGet", range=True, times=1, flipByte=100)
    with pytest.raises(Truncated):
        berth.get(TARGET, timeout=60)
    assert not berth.holds(BLOB.digest)
    assert berth.get(TARGET).body == BLOB.data


@pytest.mark.parametrize("status", [401, 403, 404])
def test_denied_meanwhile(berth, upstream, status):
    """Access ends in the middle of a download: the client is cut short soon; the next one is told the truth."""
    upstream.on("blobGet", skip=1, status=status)
    with within(6), pytest.raises(Truncated):
        berth.get(TARGET, timeout=60)
    answer = berth.get(TARGET, timeout=60)
    assert (answer.status, answer.error_code()) == ((404, "BLOB_UNKNOWN") if status == 404 else (403, "DENIED"))

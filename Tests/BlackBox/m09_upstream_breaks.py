"""Upstream breaks off in the middle of a blob: Berth goes on with a range request, clients notice nothing, and no byte
is sent twice; an upstream that knows no ranges sends it again from the start."""

import pytest
from support import images
from support.http import Truncated
from support.parallel import results, together

BLOB = images.Content("", images.noise("m09", 5_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"
AT = BLOB.size * 6 // 10


@pytest.mark.parametrize("how", ["close", "reset"])
def test_resumes(hub, upstream, how):
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", times=1, cut={"after": AT, "how": how})
    berth = hub()
    answers = results(together(5, lambda _: berth.get(TARGET, timeout=60)))
    assert all(answer.body == BLOB.data for answer in answers)
    first, second = upstream.requests("blobGet")
    assert second.header("Range") == f"bytes={AT}-" or second.header("Range").startswith("bytes=")
    assert upstream.bytes_of(BLOB.digest) <= BLOB.size * 1.05


def test_through_a_redirect(start_berth, upstream):
    """The link has run out meanwhile: the registry is asked for a new one."""
    upstream.push_blob(BLOB, "library/app")
    upstream.redirect_blobs(uses=1)
    upstream.on("redirectTarget", times=1, cut={"after": AT, "how": "reset"})
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "allowPrivateAddresses": True}})
    assert berth.get(TARGET, timeout=60).body == BLOB.data
    assert upstream.bytes_of(BLOB.digest) <= BLOB.size * 1.05


def test_ranges_unknown(hub, upstream):
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", times=1, cut={"after": AT, "how": "reset"})
    upstream.on("blobGet", ignoreRange=True)
    assert hub().get(TARGET, timeout=60).body == BLOB.data


def test_other_range_than_asked(hub, upstream):
    """The second answer is of another range: nothing is glued together wrongly."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", times=1, cut={"after": AT, "how": "reset"})
    upstream.on("blobGet", range=True, times=1, shiftRange=1000)
    assert hub().get(TARGET, timeout=60).body == BLOB.data


def test_content_changed_meanwhile(hub, upstream):
    """The second part is of other bytes: nobody gets the mixture whole."""
    other = images.Content("", images.noise("m09 other", BLOB.size))
    upstream.push_blob(BLOB, "library/app")
    upstream.push_blob(other, "library/app")
    upstream.on("blobGet", times=1, cut={"after": AT, "how": "reset"})
    upstream.on("blobGet", reference=BLOB.digest, times=1, serve=other.digest)
    berth = hub()
    try:
        answer = berth.get(TARGET, timeout=60)
        assert answer.status == 502 or answer.body == BLOB.data
    except Truncated as cut:
        assert len(cut.received) < BLOB.size
    upstream.remove_rules()
    assert berth.get(TARGET).body == BLOB.data


def test_breaks_for_ever(hub, upstream):
    """Ten bytes at a time would never end: the client is cut short, nothing wrong is kept."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", skip=1, cut={"how": "reset"})
    upstream.on("blobGet", times=1, cut={"after": AT, "how": "reset"})
    berth = hub()
    with pytest.raises(Truncated) as cut:
        berth.get(TARGET, timeout=120)
    assert len(cut.value.received) <= AT
    assert not berth.holds(BLOB.digest)


@pytest.mark.parametrize("how", ["close", "reset"])
def test_before_the_first_byte(hub, upstream, how):
    """The client has its head, and there may not even be a file yet."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", times=1, cut={"after": 0, "how": how})
    berth = hub()
    assert berth.get(TARGET, timeout=60).body == BLOB.data
    upstream.down()
    assert berth.get(TARGET).body == BLOB.data, "it is held"


def test_never_a_byte(hub, upstream):
    """Each answer breaks off behind its head: the client is cut short, and no file is left behind."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", cut={"after": 0, "how": "reset"})
    berth = hub()
    with pytest.raises(Truncated) as cut:
        berth.get(TARGET, timeout=120)
    assert not cut.value.received
    assert berth.staged() == []
    upstream.remove_rules()
    assert berth.get(TARGET).body == BLOB.data

"""Upstream falls silent in the middle of a blob: after the read timeout Berth gives the connection up and asks for the
rest on another; clients notice nothing but the wait. Silent for ever, they are cut short within the budget."""

import pytest
from support import images
from support.http import Truncated
from support.parallel import results, together
from support.trouble import AFTER_ONE_TIMEOUT, SOON, within

BLOB = images.Content("", images.noise("u05", 2_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"
PLACES = {"behind the head": 0, "first byte": 1, "the middle": BLOB.size // 2, "last byte": -1}


@pytest.mark.parametrize("place", PLACES)
def test_once(hub, upstream, place):
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", times=1, stall={"after": PLACES[place], "until": "never"})
    berth = hub(timeouts=SOON)
    with within(AFTER_ONE_TIMEOUT):
        answers = results(together(3, lambda _: berth.get(TARGET, timeout=60)))
    assert all(answer.body == BLOB.data for answer in answers)
    assert len(upstream.requests("blobGet")) == 2
    assert upstream.bytes_of(BLOB.digest) <= BLOB.size * 1.02


def test_short_silence_is_waited_for(hub, upstream):
    """Shorter than the read timeout: no second request."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", stall={"after": BLOB.size // 2, "milliseconds": 200})
    assert hub(timeouts={**SOON, "read": "5s"}).get(TARGET).body == BLOB.data
    assert len(upstream.requests("blobGet")) == 1


def test_for_ever(hub, upstream):
    """Each further attempt says nothing either. At most: the read timeout for the first, the time to the first byte for
    each further attempt, and the pauses between them."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", range=True, stall={"after": 0, "until": "never"})
    upstream.on("blobGet", stall={"after": BLOB.size // 2, "until": "never"})
    berth = hub(timeouts=SOON)
    with within(12), pytest.raises(Truncated) as cut:
        berth.get(TARGET, timeout=60)
    assert cut.value.received in BLOB.data and len(cut.value.received) <= BLOB.size // 2
    upstream.remove_rules()
    assert berth.get(TARGET).body == BLOB.data
    assert upstream.bytes_of(BLOB.digest) <= BLOB.size * 1.02


def test_slow_reader_is_no_stall(hub, upstream):
    """Upstream is silent because nobody reads on: that is not its fault."""
    upstream.push_blob(BLOB, "library/app")
    berth = hub(timeouts={**SOON, "read": "300ms"})
    with berth.connect(receive_buffer=4096) as connection:
        connection.send_request("GET", TARGET)
        body = connection.body(connection.read_head())
        assert body.rest(bytes_per_second=1_500_000) == BLOB.data
    assert len(upstream.requests("blobGet")) == 1

"""A blob that is larger than the store is passed through and not kept: verified, resumed and at the clients' pace as ever,
in little memory."""

from contextlib import ExitStack

import pytest
from support import images
from support.berth import upstream as upstream_section
from support.http import Truncated
from support.parallel import results, together, wait_until_read
from support.service import wait_until

MIB = 1 << 20
LARGE = images.Content("", images.noise("s02-large", 40 * MIB))
SMALL = images.Content("", images.noise("s02-small", MIB))


def target(blob):
    return f"/v2/library/app/blobs/{blob.digest}"


@pytest.fixture
def small(start_berth, upstream):
    upstream.push_blob(LARGE, "library/app")
    upstream.push_blob(SMALL, "library/app")
    store = {"capacity": 8 * MIB, "keepFree": 0}
    return start_berth({"docker.io": upstream_section(upstream.url)}, store=store)


def test_passed_through(small):
    assert small.get(target(SMALL)).body == SMALL.data
    for _ in range(2):
        assert small.get(target(LARGE), timeout=60).body == LARGE.data
        assert not small.holds(LARGE.digest)
    wait_until(lambda: not small.staged(), "nothing left of it")
    assert small.holds(SMALL.digest), "nothing is evicted for what cannot be kept"
    assert small.metric('berth_unkept_contents_total{reason="too_large"}') == 2
    assert small.readiness().status == 200


def test_shared_by_those_who_come_together(small, upstream):
    upstream.on("blobGet", hold="all are here")
    with ExitStack() as open_connections:
        clients = [open_connections.enter_context(small.connect(timeout=60)) for _ in range(10)]
        for client in clients:
            client.send_request("GET", target(LARGE))
        upstream.await_requests("blobGet", stage="held")
        # All have sent before any is waited for: what Berth has read of all, it has taken up.
        wait_until_read(small.port, 10)
        upstream.release("all are here")
        pulls = together(10, lambda position: clients[position].body(clients[position].read_head()).rest())
        assert all(body == LARGE.data for body in results(pulls))
    assert upstream.gets(LARGE.digest) <= 3


def test_slow_and_fast(small):
    """A slow client sets the pace of those that share its transfer, and costs a window of memory."""
    before = small.resident_bytes()
    with small.connect(receive_buffer=4096) as slow:
        slow.send_request("GET", target(LARGE))
        body = slow.body(slow.read_head())
        begun = body.read(10_000)
        # The beginning has passed by now, or will not for the others: whoever comes gets the whole either way.
        other = together(1, lambda _: small.get(target(LARGE), timeout=60))
        assert begun + body.rest() == LARGE.data
        assert results(other)[0].body == LARGE.data
    assert small.resident_bytes() - before < 100 * MIB


def test_a_late_client_gets_a_transfer_of_its_own(small, upstream):
    upstream.on("blobGet", times=1, stall={"after": 30 * MIB, "until": "the late one is served"})
    with small.connect() as early:
        early.send_request("GET", target(LARGE))
        body = early.body(early.read_head())
        begun = body.read(25 * MIB)
        assert small.get(target(LARGE), timeout=60).body == LARGE.data
        upstream.release("the late one is served")
        assert begun + body.rest() == LARGE.data
    assert upstream.gets(LARGE.digest) == 2


def test_wrong_bytes_are_cut_short(small, upstream):
    upstream.on("blobGet", flipByte=30 * MIB)
    with pytest.raises(Truncated):
        small.get(target(LARGE), timeout=60)
    assert not small.holds(LARGE.digest)


def test_resumed(small, upstream):
    upstream.on("blobGet", times=1, cut={"after": 20 * MIB, "how": "reset"})
    assert small.get(target(LARGE), timeout=60).body == LARGE.data
    assert upstream.gets(LARGE.digest) == 2
    assert upstream.bytes_of(LARGE.digest) < LARGE.size + 2 * MIB


@pytest.mark.parametrize("window", [(0, 99), (5 * MIB, 6 * MIB), (LARGE.size - 1000, LARGE.size - 1)])
def test_ranges(small, window):
    first, last = window
    answer = small.get(target(LARGE), [("Range", f"bytes={first}-{last}")], timeout=60)
    assert (answer.status, answer.body) == (206, LARGE.data[first : last + 1])


def test_everybody_leaves(small, upstream):
    """What nobody listens to any more and cannot be kept is not fetched to the end."""
    upstream.on("blobGet", stall={"after": 20 * MIB, "until": "all have left"})
    connection = small.connect()
    connection.send_request("GET", target(LARGE))
    connection.body(connection.read_head()).read(1000)
    connection.reset()
    upstream.release("all have left")
    wait_until(lambda: small.metric("berth_downloads_running") == 0, "given up")
    assert upstream.bytes_of(LARGE.digest) < LARGE.size


def test_a_promise_evicts_nothing(small, upstream):
    """An upstream that announces more than it sends costs the store what came, not what was said."""
    held = [images.Content("", images.noise(f"s02 held {number}", MIB)) for number in range(6)]
    liar = images.Content("", images.noise("s02 liar", 100_000))
    for blob in (*held, liar):
        upstream.push_blob(blob, "library/app")
    for blob in held:
        assert small.get(target(blob)).body == blob.data
    wait_until(lambda: small.metric("berth_store_contents") == len(held), "all kept")
    upstream.on("blobGet", reference=liar.digest, lengthError=3 * MIB, close=True)
    with pytest.raises(Truncated):
        small.get(target(liar), timeout=60)
    wait_until(lambda: small.metric("berth_downloads_running") == 0, "given up")
    assert small.metric("berth_store_evictions_total") == 0


def test_one_content_takes_half_of_the_store_at_most(small, upstream):
    large = images.Content("", images.noise("s02 more than half", 4 * MIB + 1))
    upstream.push_blob(large, "library/app")
    assert small.get(target(SMALL)).body == SMALL.data
    for framing in ("length", "chunked"):
        upstream.on("blobGet", reference=large.digest, times=1, framing=framing)
        assert small.get(target(large), timeout=60).body == large.data
        assert not small.holds(large.digest)
    assert small.holds(SMALL.digest)

"""A client that hardly reads keeps nobody waiting: one beside it gets the whole blob meanwhile, upstream is done, and
the slow one gets its bytes in the end, from the file."""

from support import images

BLOB = images.Content("", images.noise("m06", 20_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"


def test_beside_a_fast_one(hub, upstream):
    upstream.push_blob(BLOB, "library/app")
    berth = hub()
    with berth.connect(receive_buffer=4096) as slow:
        slow.send_request("GET", TARGET)
        body = slow.body(slow.read_head())
        had = body.read(10_000)
        assert berth.get(TARGET).body == BLOB.data
        (sent,) = upstream.await_requests("blobGet", stage="finished") and upstream.requests("blobGet")
        assert (sent.outcome, sent.bytes_sent) == ("complete", BLOB.size)
        assert had + body.rest() == BLOB.data
    assert upstream.gets(BLOB.digest) == 1


def test_many_that_do_not_read(hub, upstream):
    """Fifty connections that read nothing of 20 MB cost files and sockets, not memory."""
    upstream.push_blob(BLOB, "library/app")
    berth = hub()
    assert berth.get(TARGET).status == 200
    before = berth.resident_bytes()
    idle = [berth.connect(receive_buffer=4096) for _ in range(50)]
    for connection in idle:
        connection.send_request("GET", TARGET)
    for connection in idle:
        assert connection.read_head().status == 200
    assert berth.get(TARGET).body == BLOB.data
    grown = berth.resident_bytes() - before
    for connection in idle:
        connection.reset()
    assert grown < 100 << 20, f"{grown >> 20} MiB more for 50 readers of 20 MB each"

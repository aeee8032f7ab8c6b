"""The client that caused a download leaves at 10 %: another that follows notices nothing, the fill finishes, and
upstream has sent 1.0 times the bytes."""

import pytest
from support import images

BLOB = images.Content("", images.noise("m02", 5_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"


@pytest.mark.parametrize("leave", ["close", "reset"])
def test_leaves(hub, upstream, leave):
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", stall={"after": BLOB.size // 10, "until": "first has left"})
    berth = hub()
    first, second = berth.connect(), berth.connect()
    with second:
        first.send_request("GET", TARGET)
        first.body(first.read_head()).read(BLOB.size // 20)
        second.send_request("GET", TARGET)
        body = second.body(second.read_head())
        had = body.read(1000)
        getattr(first, leave)()
        upstream.release("first has left")
        assert had + body.rest() == BLOB.data
    assert berth.get(TARGET).body == BLOB.data
    assert upstream.gets(BLOB.digest) == 1
    assert upstream.bytes_of(BLOB.digest) == BLOB.size

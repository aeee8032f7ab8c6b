"""When all clients have left in the middle, the fill goes on all the same: afterwards the blob is held, also after a
restart with upstream down."""

from support import images
from support.service import wait_until

BLOB = images.Content("", images.noise("m03", 5_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"


def test_fill_finishes(hub, upstream):
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", stall={"after": BLOB.size // 10, "until": "all have left"})
    berth = hub()
    connections = [berth.connect() for _ in range(5)]
    for connection in connections:
        connection.send_request("GET", TARGET)
        connection.body(connection.read_head()).read(1000)
    for connection in connections:
        connection.reset()
    upstream.release("all have left")
    wait_until(lambda: berth.holds(BLOB.digest), "the blob published")
    assert upstream.gets(BLOB.digest) == 1
    assert upstream.bytes_of(BLOB.digest) == BLOB.size
    upstream.down()
    assert berth.get(TARGET).body == BLOB.data
    berth.stop()
    berth.start()
    assert berth.get(TARGET).body == BLOB.data

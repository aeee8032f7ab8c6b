"""A range of a blob that is not held is 206 with the right bytes, also while the blob is downloading, and several that
are asked for at the same time cause one download; containerd leaves such answers early, which harms nothing."""

from support import images
from support.parallel import results, together

BLOB = images.Content("", images.noise("m08", 4_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"


def check(answer, start, end):
    assert answer.status == 206
    assert answer["Content-Range"] == f"bytes {start}-{end - 1}/{BLOB.size}"
    assert answer["Content-Length"] == str(end - start)
    assert answer.body == BLOB.data[start:end]


def test_cold(hub, upstream):
    upstream.push_blob(BLOB, "library/app")
    berth = hub()
    check(berth.get(TARGET, [("Range", "bytes=1000-1999")]), 1000, 2000)
    check(berth.get(TARGET, [("Range", "bytes=-10")]), BLOB.size - 10, BLOB.size)
    assert berth.get(TARGET).body == BLOB.data


def test_beyond_the_end(hub, upstream):
    upstream.push_blob(BLOB, "library/app")
    answer = hub().get(TARGET, [("Range", f"bytes={BLOB.size}-")])
    assert answer.status == 416
    assert answer["Content-Range"] == f"bytes */{BLOB.size}"


def test_while_downloading(hub, upstream):
    """What has arrived is served though the rest is still to come."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", skip=0, times=1, stall={"after": 2_000_000, "until": "rest"})
    berth = hub()
    with berth.connect() as connection:
        connection.send_request("GET", TARGET)
        body = connection.body(connection.read_head())
        had = body.read(1_900_000)
        check(berth.get(TARGET, [("Range", "bytes=500-999")]), 500, 1000)
        upstream.release("rest")
        assert had + body.rest() == BLOB.data


def test_parallel_chunks(hub, upstream):
    """containerd 2: open-ended ranges side by side, each left when its chunk is there."""
    upstream.push_blob(BLOB, "library/app")
    berth = hub()
    chunk = 1_000_000

    def fetch(position):
        with berth.connect() as connection:
            connection.send_request("GET", TARGET, [("Range", f"bytes={position * chunk}-")])
            head = connection.read_head()
            assert head.status == 206
            return connection.body(head).read(chunk)

    assert b"".join(results(together(4, fetch))) == BLOB.data
    assert berth.get(TARGET).body == BLOB.data
    assert upstream.bytes_of(BLOB.digest) <= 2 * BLOB.size

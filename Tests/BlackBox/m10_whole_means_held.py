"""A client that has a blob whole may ask again at once, by GET, HEAD or range, and it costs upstream nothing: there is
no moment between the end of a download and its being held."""

from support import images

BLOBS = [
    images.Content("", images.noise(f"m10 {size}", size)) for size in [0, 1, 2, 1023, 1024, 1025, 5000, 70_000] * 1
] + [images.Content("", images.noise(f"m10 more {n}", 3000)) for n in range(60)]


def test_at_once(hub, upstream):
    for blob in BLOBS:
        upstream.push_blob(blob, "library/app")
    berth = hub()
    with berth.connect() as connection:
        for blob in BLOBS:
            target = f"/v2/library/app/blobs/{blob.digest}"
            assert connection.request("GET", target).body == blob.data
            assert connection.request("HEAD", target)["Content-Length"] == str(blob.size)
            assert connection.request("GET", target).body == blob.data
            if blob.size > 1:
                assert connection.request("GET", target, [("Range", "bytes=1-")]).body == blob.data[1:]
    for blob in BLOBS:
        asked = upstream.counters().digest(blob.digest)
        assert (asked.gets, asked.heads) == (1, 0), f"{blob.size} bytes"


def test_head_while_downloading(hub, upstream):
    """The running download knows the size: HEAD need not ask."""
    blob = images.Content("", images.noise("m10 running", 500_000))
    upstream.push_blob(blob, "library/app")
    upstream.on("blobGet", stall={"after": 100_000, "until": "rest"})
    berth = hub()
    target = f"/v2/library/app/blobs/{blob.digest}"
    with berth.connect() as connection:
        connection.send_request("GET", target)
        body = connection.body(connection.read_head())
        had = body.read(1)
        assert berth.head(target)["Content-Length"] == str(blob.size)
        upstream.release("rest")
        assert had + body.rest() == blob.data
    assert upstream.counters().digest(blob.digest).gets == 1

"""No more transfers from one upstream run at once than its limit allows, and all are served in the end; while all
places are taken, what is held is served as ever."""

from support import images
from support.parallel import results, together, wait_until_read

BLOBS = [images.Content("", images.noise(f"m07 {n}", 20_000)) for n in range(24)]
HELD = images.Content("", images.noise("m07 held", 20_000))


def test_limit(hub, upstream):
    for blob in (*BLOBS, HELD):
        upstream.push_blob(blob, "library/app")
    berth = hub(maxConcurrentTransfers=4)
    assert berth.get(f"/v2/library/app/blobs/{HELD.digest}").status == 200
    upstream.on("blobGet", hold="all")
    clients = together(len(BLOBS), lambda n: berth.get(f"/v2/library/app/blobs/{BLOBS[n].digest}"))
    upstream.await_requests("blobGet", 5, stage="started")
    wait_until_read(berth.port, len(BLOBS))
    assert upstream.counters().in_flight("blobGet") == 4
    assert berth.get(f"/v2/library/app/blobs/{HELD.digest}").body == HELD.data
    upstream.release("all")
    assert [answer.body for answer in results(clients)] == [blob.data for blob in BLOBS]
    assert upstream.counters().peak("blobGet") <= 4


def test_limit_of_all(start_berth, start_upstream):
    """downloads.maxConcurrent is for all upstreams together."""
    hub, quay = start_upstream("hub"), start_upstream("quay")
    for each in (hub, quay):
        for blob in BLOBS:
            each.push_blob(blob, "library/app")
        each.on("blobGet", delay=30)
    berth = start_berth(
        {"docker.io": {"endpoints": [hub.url]}, "quay.io": {"endpoints": [quay.url]}}, downloads={"maxConcurrent": 3}
    )
    half = len(BLOBS) // 2

    def get(n):
        prefix = "docker.io" if n < half else "quay.io"
        return berth.get(f"/v2/{prefix}/library/app/blobs/{BLOBS[n].digest}")

    answers = results(together(len(BLOBS), get))
    assert [answer.body for answer in answers] == [blob.data for blob in BLOBS]
    assert hub.counters().peak("blobGet") <= 3 and quay.counters().peak("blobGet") <= 3

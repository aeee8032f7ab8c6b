"""Places for transfers are shared out: what nobody has named costs none while there is nothing of it, what a manifest has
named goes first, who leaves the line leaves it, and no upstream keeps another's transfers from running."""

from support import images
from support.parallel import results, together
from support.service import wait_until

IMAGE = images.single("m16", sizes=(60_000, 70_000))
BLOB = images.Content("", images.noise("m16 blob", 50_000))
OTHER = images.Content("", images.noise("m16 other", 50_000))


def absent(number):
    """The target of a blob that there is none of."""
    return f"/v2/library/app/blobs/{images.Content('', images.noise(f'm16 absent {number}', 100)).digest}"


def target(blob, prefix=""):
    return f"/v2/{prefix}library/app/blobs/{blob.digest}"


def send(connection, to):
    connection.send_request("GET", to)
    return connection


def test_digests_that_are_not_there_take_no_places(hub, upstream):
    """Once many of its answers had no body, those that still may have none are beside the upstream's places."""
    upstream.push_blob(BLOB, "library/app")
    berth = hub(maxConcurrentTransfers=1)
    for number in range(8):
        assert berth.get(absent(number)).status == 404
    for number in range(8, 14):
        upstream.on("blobGet", reference=absent(number).rsplit("/", 1)[1], hold="junk")
    pulls = together(6, lambda number: berth.get(absent(8 + number)))
    upstream.await_requests("blobGet", 6, stage="held")
    assert berth.get(target(BLOB)).body == BLOB.data
    upstream.release("junk")
    assert [answer.status for answer in results(pulls)] == [404] * 6


def test_what_was_not_there_is_remembered_only_while_others_wait(hub, upstream):
    berth = hub(maxConcurrentTransfers=1)
    gone = absent(0)
    assert berth.get(gone).status == 404
    upstream.push_blob(BLOB, "library/app")
    upstream.push_blob(OTHER, "library/app")
    upstream.on("blobGet", reference=BLOB.digest, hold="place")
    pulls = together(1, lambda _: berth.get(target(BLOB)))
    upstream.await_requests("blobGet", 1, stage="held")
    waiting = together(1, lambda _: berth.get(target(OTHER)))
    wait_until(lambda: berth.metric("berth_downloads_waiting") == 1, "another waits")
    asked = len(upstream.requests("blobGet"))
    assert berth.get(gone).status == 404
    assert len(upstream.requests("blobGet")) == asked
    upstream.release("place")
    assert [answer.status for answer in results(pulls + waiting)] == [200, 200]
    assert berth.get(gone).status == 404
    assert upstream.gets(gone.rsplit("/", 1)[1]) == 2, "with places free, upstream is asked"


def test_named_digests_go_first(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    for blob in (BLOB, OTHER):
        upstream.push_blob(blob, "library/app")
    berth = hub(maxConcurrentTransfers=1)
    assert berth.get("/v2/library/app/manifests/1").status == 200
    upstream.on("blobGet", reference=BLOB.digest, hold="place")
    pulls = together(1, lambda _: berth.get(target(BLOB)))
    upstream.await_requests("blobGet", 1, stage="held")
    for count, blob in enumerate((OTHER, IMAGE.layers[-1]), 1):
        pulls += together(1, lambda _, blob=blob: berth.get(target(blob)))
        wait_until(lambda: berth.metric("berth_downloads_waiting") == count, "it waits")
    upstream.release("place")
    assert [answer.status for answer in results(pulls)] == [200] * 3
    order = [request.reference for request in upstream.requests("blobGet")]
    assert order == [BLOB.digest, IMAGE.layers[-1].digest, OTHER.digest]


def test_who_leaves_is_not_fetched_for(hub, upstream):
    for blob in (BLOB, OTHER):
        upstream.push_blob(blob, "library/app")
    upstream.on("blobGet", reference=BLOB.digest, hold="place")
    berth = hub(maxConcurrentTransfers=1)
    pulls = together(1, lambda _: berth.get(target(BLOB)))
    upstream.await_requests("blobGet", 1, stage="held")
    with berth.connect() as leaving:
        send(leaving, target(OTHER))
        wait_until(lambda: berth.metric("berth_downloads_waiting") == 1, "it waits")
        leaving.reset()
    wait_until(lambda: berth.metric("berth_downloads_waiting") == 0, "it has left the line")
    upstream.release("place")
    assert results(pulls)[0].body == BLOB.data
    assert upstream.gets(OTHER.digest) == 0
    assert berth.get(target(OTHER)).body == OTHER.data


def test_who_may_have_left_goes_last(hub, upstream):
    """A client that has closed its side of the connection gets its answer, behind those that surely wait."""
    for blob in (BLOB, OTHER, IMAGE.layers[-1]):
        upstream.push_blob(blob, "library/app")
    upstream.on("blobGet", reference=BLOB.digest, hold="place")
    berth = hub(maxConcurrentTransfers=1)
    pulls = together(1, lambda _: berth.get(target(BLOB)))
    upstream.await_requests("blobGet", 1, stage="held")
    with berth.connect() as first:
        send(first, target(OTHER))
        first.end_sending()
        wait_until(lambda: berth.metric("berth_downloads_waiting") == 1, "it waits")
        pulls += together(1, lambda _: berth.get(target(IMAGE.layers[-1])))
        wait_until(lambda: berth.metric("berth_downloads_waiting") == 2, "another one waits")
        upstream.release("place")
        assert first.read_response().body == OTHER.data
    assert [answer.status for answer in results(pulls)] == [200] * 2
    order = [request.reference for request in upstream.requests("blobGet")]
    assert order == [BLOB.digest, IMAGE.layers[-1].digest, OTHER.digest]


def test_one_of_two_that_wait_for_the_same_leaves(hub, upstream):
    for blob in (BLOB, OTHER):
        upstream.push_blob(blob, "library/app")
    upstream.on("blobGet", reference=BLOB.digest, hold="place")
    berth = hub(maxConcurrentTransfers=1)
    pulls = together(1, lambda _: berth.get(target(BLOB)))
    upstream.await_requests("blobGet", 1, stage="held")
    with berth.connect() as staying, berth.connect() as leaving:
        send(leaving, target(OTHER))
        wait_until(lambda: berth.metric("berth_downloads_waiting") == 1, "it waits")
        send(staying, target(OTHER))
        wait_until(lambda: berth.metric("berth_connections") >= 3, "both are there")
        leaving.reset()
        upstream.release("place")
        head = staying.read_head()
        assert head.status == 200
        assert staying.body(head).rest() == OTHER.data
    assert results(pulls)[0].body == BLOB.data


def test_slow_upstreams_leave_a_place_to_another(start_berth, start_upstream):
    slow, good = start_upstream("slow"), start_upstream("good")
    large = [images.Content("", images.noise(f"m16 slow {number}", 200_000)) for number in range(4)]
    for blob in large:
        slow.push_blob(blob, "library/app")
    good.push_blob(BLOB, "library/app")
    slow.on("blobGet", stall={"after": 50_000, "until": "end"})
    berth = start_berth(
        {"docker.io": {"endpoints": [good.url]}, "slow.example": {"endpoints": [slow.url]}},
        downloads={"maxConcurrent": 2},
    )
    for blob in large:
        with berth.connect() as leaving:
            send(leaving, target(blob, "slow.example/"))
            wait_until(lambda: berth.metric("berth_downloads_running", "berth_downloads_waiting") >= 1, "begun")
            leaving.reset()
    slow.await_requests("blobGet", 2, stage="stalled")
    assert berth.get(target(BLOB)).body == BLOB.data
    slow.release("end")


def test_a_slow_transfer_that_nobody_follows_gives_its_place_away(hub, upstream):
    """And is taken up again by `Range`, so that nothing crosses twice."""
    slow = images.Content("", images.noise("m16 yields", 400_000))
    for blob in (slow, BLOB):
        upstream.push_blob(blob, "library/app")
    upstream.on("blobGet", reference=slow.digest, times=1, stall={"after": 200_000, "until": "never"})
    berth = hub(maxConcurrentTransfers=1)
    with berth.connect() as leaving:
        send(leaving, target(slow))
        leaving.body(leaving.read_head()).read(1_000)
        leaving.reset()
    assert berth.get(target(BLOB)).body == BLOB.data
    wait_until(lambda: berth.holds(slow.digest), "it is complete after all")
    first, second = (request for request in upstream.requests("blobGet") if request.reference == slow.digest)
    assert first.header("range") is None and second.header("range").startswith("bytes=")
    assert upstream.bytes_of(slow.digest) < slow.size + 100_000

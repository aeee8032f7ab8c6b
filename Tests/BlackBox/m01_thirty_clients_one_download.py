"""Thirty clients ask for one cold blob while upstream sends it slowly: upstream sees one GET and sends each byte once,
and every client has its first bytes while upstream has most of the blob still to send."""

from support import images
from support.parallel import results, together, wait_until_read

CLIENTS = 30
BLOB = images.Content("", images.noise("m01", 8_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"


def test_all_at_once(hub, upstream):
    """Upstream sends the first megabyte, then waits until all thirty have had bytes of it."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", stall={"after": 1_000_000, "until": "all have begun"})
    berth = hub()

    def begin(_):
        connection = berth.connect()
        connection.send_request("GET", TARGET)
        head = connection.read_head()
        assert (head.status, head["Content-Length"]) == (200, str(BLOB.size))
        body = connection.body(head)
        return connection, body, body.read(100_000)

    begun = results(together(CLIENTS, begin))
    assert upstream.bytes_of(BLOB.digest) < BLOB.size, "every first byte came while upstream was still sending"
    upstream.release("all have begun")

    def finish(position):
        connection, body, first = begun[position]
        with connection:
            return first + body.rest()

    assert all(data == BLOB.data for data in results(together(CLIENTS, finish)))
    assert upstream.gets(BLOB.digest) == 1
    assert upstream.bytes_of(BLOB.digest) == BLOB.size
    assert upstream.counters().count("blobHead") == 0


def test_before_the_first_byte(hub, upstream):
    """All ask before upstream has answered at all."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", hold="answer")
    berth = hub()
    clients = together(CLIENTS, lambda _: berth.get(TARGET))
    upstream.await_requests("blobGet", stage="held")
    wait_until_read(berth.port, CLIENTS)
    upstream.release("answer")
    assert all(answer.body == BLOB.data for answer in results(clients))
    assert upstream.gets(BLOB.digest) == 1
    assert upstream.bytes_of(BLOB.digest) == BLOB.size


def test_first_byte_at_upstreams_pace(hub, upstream):
    """Throttled to 8 MB/s: first bytes arrive soon after upstream's first, the end with upstream's end."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", throttle=8_000_000)
    berth = hub()
    answers = results(together(CLIENTS, lambda _: berth.get(TARGET)))
    assert all(answer.body == BLOB.data for answer in answers)
    (sent,) = upstream.requests("blobGet")
    took = (sent.ended_at - sent.started_at) / 1e9
    assert took > 0.5, "the throttle holds"
    assert max(answer.seconds_to_first_byte for answer in answers) < took / 2


def test_late_comers_join(hub, upstream):
    """A client that comes when half is there gets that half at once."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", stall={"after": 4_000_000, "until": "rest"})
    berth = hub()
    with berth.connect() as early, berth.connect() as late:
        early.send_request("GET", TARGET)
        early_body = early.body(early.read_head())
        had = early_body.read(3_900_000)
        late.send_request("GET", TARGET)
        late_body = late.body(late.read_head())
        assert late_body.read(3_900_000) == had
        upstream.release("rest")
        assert had + early_body.rest() == BLOB.data
        assert had + late_body.rest() == BLOB.data
    assert upstream.gets(BLOB.digest) == 1

"""A range of a blob that is not held is 206 with the right bytes, also while the blob is downloading, and several that
are asked for at the same time cause one download; containerd leaves such answers early, which harms nothing."""

import pytest
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


@pytest.mark.parametrize("field", ["bytes=-51", f"bytes={BLOB.size - 51}-{BLOB.size - 1}"])
@pytest.mark.parametrize("named", [True, False])
def test_the_end_before_the_rest(hub, upstream, field, named):
    """Lazy pulling begins with a footer: it is answered when upstream has sent it, and not when all has come. Where a manifest
    has told the length, nothing else is asked for before."""
    image = images.single("m08 lazy", sizes=(4_000_000,))
    layer = image.layers[-1]
    upstream.push(image, "library/app", "1")
    berth = hub()
    if named:
        assert berth.get("/v2/library/app/manifests/1").status == 200
    upstream.on("blobGet", stall={"after": 1_000_000, "until": "rest"})
    field = field.replace(str(BLOB.size - 51), str(layer.size - 51)).replace(str(BLOB.size - 1), str(layer.size - 1))
    target = f"/v2/library/app/blobs/{layer.digest}"
    answer = berth.get(target, [("Range", field)])
    assert (answer.status, answer.body) == (206, layer.data[-51:])
    upstream.release("rest")
    assert berth.get(target).body == layer.data
    if named:
        first = next(request for request in upstream.requests("blobGet") if request.reference == layer.digest)
        assert first.header("range") == f"bytes={layer.size - 51}-{layer.size - 1}"


def test_many_parts_before_the_rest(hub, upstream):
    """Each small part is asked for by itself, at once, and the stream from the beginning goes on."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", range=False, stall={"after": 100_000, "until": "rest"})
    berth = hub()
    parts = [(3_000_000 + number * 50_000, 3_000_000 + number * 50_000 + 1_000) for number in range(12)]
    answers = together(len(parts), lambda n: berth.get(TARGET, [("Range", f"bytes={parts[n][0]}-{parts[n][1] - 1}")]))
    for (start, end), answer in zip(parts, results(answers)):
        check(answer, start, end)
    upstream.release("rest")
    assert berth.get(TARGET).body == BLOB.data


def test_what_completes_a_whole_waits_for_the_whole(hub, upstream):
    """A body that is taken up where it broke off ends like one that was whole from the beginning."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", stall={"after": BLOB.size - 100, "until": "rest"})
    berth = hub()
    with berth.connect() as connection:
        connection.send_request("GET", TARGET, [("Range", f"bytes={BLOB.size - 2_000}-")])
        body = connection.body(connection.read_head())
        had = body.read(2_000 - 1_024)
        upstream.release("rest")
        assert had + body.rest() == BLOB.data[-2_000:]


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

"""`lazy: ranges`: of a blob that clients read in parts, upstream is asked for those parts and no more. They are kept aside, and a
download of the whole asks for what is missing; until that is verified nobody gets what another one's request has brought."""

import random

import pytest
from support import images
from support.http import Truncated
from support.parallel import results, together
from support.service import wait_until

LAYER = images.Content(images.OCI_LAYER, images.noise("m18", 6_000_000))
SIZE = LAYER.size
TARGET = f"/v2/library/app/blobs/{LAYER.digest}"
# What an eStargz snapshotter reads: is it there, the footer, the table of contents, what was marked to be fetched first, files.
FOOTER, TABLE, LANDMARK = (SIZE - 51, SIZE - 1), (SIZE - 90_000, SIZE - 52), (0, 700_000)
FILES = [(1_000_000 + n * 37_000, 1_000_000 + n * 37_000 + 4_095) for n in range(40)]


def field(*ranges):
    return ("Range", "bytes=" + ",".join(f"{first}-{last}" for first, last in ranges))


def read(berth, *ranges, target=TARGET, data=LAYER.data):
    """The bytes of the ranges, which are right."""
    answer = berth.get(target, [field(*ranges)], timeout=60)
    assert answer.status == 206
    if len(ranges) == 1:
        assert answer["Content-Range"] == f"bytes {ranges[0][0]}-{ranges[0][1]}/{len(data)}"
        assert answer.body == data[ranges[0][0] : ranges[0][1] + 1]
        return
    boundary = answer["Content-Type"].removeprefix("multipart/byteranges; boundary=").encode()
    pieces = (b"\r\n" + answer.body).split(b"\r\n--" + boundary)
    assert pieces[-1] == b"--\r\n" and len(pieces) == len(ranges) + 2
    for (first, last), piece in zip(ranges, pieces[1:]):
        head, _, body = piece.partition(b"\r\n\r\n")
        assert f"bytes {first}-{last}/{len(data)}".encode() in head
        assert body == data[first : last + 1]


def length(*ranges):
    return sum(last + 1 - first for first, last in ranges)


@pytest.fixture
def berth(hub, upstream):
    upstream.push_blob(LAYER, "library/app")
    return hub(lazy="ranges")


def test_a_snapshotter_reads_files(berth, upstream):
    read(berth, (0, 1))
    read(berth, FOOTER)
    read(berth, TABLE)
    results(together(8, lambda n: [read(berth, chunk) for chunk in FILES[n::8]]))
    asked = [(0, 1), FOOTER, TABLE, *FILES]
    assert upstream.bytes_of(LAYER.digest) == length(*asked)
    assert not berth.holds(LAYER.digest)
    read(berth, LANDMARK)
    asked.append(LANDMARK)
    assert berth.get(TARGET).body == LAYER.data
    # The first two bytes lie in what was marked; nothing else came twice.
    assert upstream.bytes_of(LAYER.digest) == SIZE + 2
    assert berth.holds(LAYER.digest)
    upstream.down()
    read(berth, *FILES[:5])


def test_a_partial_pull_of_a_changed_image(hub, upstream):
    """podman and skopeo: the table of contents, then all chunks that are new in one request."""
    image = images.single("m18 chunked", sizes=(4_000_000,))
    layer = image.layers[-1]
    target = f"/v2/library/app/blobs/{layer.digest}"
    upstream.push(image, "library/app", "2")
    berth = hub(lazy="ranges", prefetch="layers")
    assert berth.get("/v2/library/app/manifests/2").status == 200
    for blob in image.blobs:
        if blob is not layer:
            assert berth.get(f"/v2/library/app/blobs/{blob.digest}").status == 200
    end = layer.size
    table = (end - 60_000, end - 1)
    chunks = [(n * 3_500, n * 3_500 + 1_023) for n in range(1_024)]
    read(berth, table, target=target, data=layer.data)
    read(berth, *chunks, target=target, data=layer.data)
    assert upstream.bytes_of(layer.digest) == length(table, *chunks)


def test_parts_in_any_order_are_sent_in_that_order(berth, upstream):
    chunks = FILES[:12]
    random.Random(18).shuffle(chunks)
    read(berth, *chunks)
    assert upstream.bytes_of(LAYER.digest) == length(*chunks)


def test_parts_that_make_the_whole_are_held(berth, upstream):
    step = SIZE // 4
    for first in range(0, SIZE, step):
        read(berth, (first, min(first + step, SIZE) - 1))
    wait_until(lambda: berth.holds(LAYER.digest), "the whole is held")
    # Its last byte proves that upstream still has it.
    assert upstream.bytes_of(LAYER.digest) <= SIZE + 1
    upstream.down()
    assert berth.get(TARGET).body == LAYER.data


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_parts_survive_a_restart(berth, upstream, end):
    read(berth, FOOTER)
    read(berth, *FILES)
    asked = length(FOOTER, *FILES)
    wait_until(lambda: any(path.suffix == ".parts" for path in berth.staged()), "what has come is recorded")
    (berth.stop if end == "stop" else berth.kill)()
    berth.start()
    assert not berth.holds(LAYER.digest)
    assert berth.get(TARGET).body == LAYER.data
    assert upstream.bytes_of(LAYER.digest) == SIZE, f"{asked} bytes had come before"
    wait_until(lambda: not berth.staged(), "nothing is left of the parts")


def test_a_wrong_part_reaches_nobody_else(berth, upstream):
    """It is answered to the client that asked, which finds it wrong by the digests of its own; the next one has upstream asked
    again, and the two answers differ, so that the first is believed no more."""
    other = images.Content("", images.noise("m18 other", SIZE))
    upstream.push_blob(other, "library/app")
    rule = upstream.on("blobGet", reference=LAYER.digest, serve=other.digest)
    answer = berth.get(TARGET, [field(FILES[0])])
    assert answer.body == other.data[FILES[0][0] : FILES[0][1] + 1]
    upstream.remove_rule(rule)
    read(berth, FILES[0])
    assert berth.get(TARGET).body == LAYER.data


def test_a_wrong_part_is_never_held(berth, upstream):
    other = images.Content("", images.noise("m18 other", SIZE))
    upstream.push_blob(other, "library/app")
    rule = upstream.on("blobGet", reference=LAYER.digest, serve=other.digest)
    assert berth.get(TARGET, [field(FILES[0])]).status == 206
    upstream.remove_rule(rule)
    with pytest.raises(Truncated):
        berth.get(TARGET)
    assert not berth.holds(LAYER.digest)
    assert berth.get(TARGET).body == LAYER.data


def test_the_whole_where_upstream_serves_no_ranges(berth, upstream):
    upstream.on("blobGet", ignoreRange=True)
    read(berth, FILES[3])
    wait_until(lambda: berth.holds(LAYER.digest), "the whole is held")


def test_breaks_are_mended(berth, upstream):
    upstream.on("blobGet", times=2, cut={"after": 100_000, "how": "reset"})
    read(berth, LANDMARK)
    assert berth.get(TARGET).body == LAYER.data


def test_who_leaves_ends_the_request(berth, upstream):
    upstream.on("blobGet", times=1, stall={"after": 10_000, "until": "never"})
    with berth.connect() as connection:
        connection.send_request("GET", TARGET, [field(LANDMARK)])
        connection.body(connection.read_head()).read(5_000)
    read(berth, FILES[0])
    assert berth.get(TARGET).body == LAYER.data


def test_no_room_costs_no_client_anything(start_berth, upstream):
    upstream.push_blob(LAYER, "library/app")
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url], "lazy": "ranges"}}, store={"capacity": "64KiB"}
    )
    read(berth, LANDMARK)
    read(berth, *FILES)
    assert berth.staged_bytes() <= 64 << 10


def test_parts_make_way_for_what_is_whole(start_berth, upstream):
    upstream.push_blob(LAYER, "library/app")
    whole = images.Content("", images.noise("m18 whole", 4_000_000))
    upstream.push_blob(whole, "library/app")
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url], "lazy": "ranges"}}, store={"capacity": "8MiB"}
    )
    read(berth, (500_000, 5_500_000))
    assert berth.staged_bytes() > 4_000_000
    assert berth.get(f"/v2/library/app/blobs/{whole.digest}").body == whole.data
    wait_until(lambda: berth.holds(whole.digest) and not berth.staged(), "the parts are given up")


def test_for_one_upstream_or_for_all(start_berth, upstream):
    upstream.push_blob(LAYER, "library/app")
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url]}, "quay.io": {"endpoints": [upstream.url], "lazy": "fill"}},
        lazy="ranges",
    )
    read(berth, FILES[0])
    assert upstream.bytes_of(LAYER.digest) == length(FILES[0])
    read(berth, FILES[0], target=f"/v2/quay.io/library/app/blobs/{LAYER.digest}")
    wait_until(lambda: berth.holds(LAYER.digest), "the rest has come behind the part")

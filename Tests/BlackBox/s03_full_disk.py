"""A disk without room, inodes or the right to write turns Berth into a plain proxy: hits go on, misses pass through, an
operator is told once, and when room returns keeping resumes by itself."""

import pytest
from support import images
from support.berth import upstream as upstream_section
from support.service import wait_until

MIB = 1 << 20
HELD = images.single("s03-held")
MISSES = [images.Content("", images.noise(f"s03-{number}", 3 * MIB)) for number in range(4)]
MANIFEST = images.single("s03-manifest")


def target(blob):
    return f"/v2/library/app/blobs/{blob.digest}"


@pytest.fixture
def begin(small_disk, start_berth, upstream):
    """A Berth on a disk of 24 MiB, with one image held."""

    def start(**options):
        disk = small_disk(24 * MIB, **options)
        for blob in MISSES:
            upstream.push_blob(blob, "library/app")
        upstream.push(HELD, "library/app", "held")
        upstream.push(MANIFEST, "library/app", "1")
        store = {"path": str(disk.path / "store"), "keepFree": MIB, "capacity": "100%"}
        berth = start_berth({"docker.io": upstream_section(upstream.url)}, store=store)
        serves_what_it_holds(berth)
        wait_until(lambda: berth.holds(HELD.layers[0].digest), "held")
        return disk, berth

    return start


def serves_what_it_holds(berth):
    assert berth.get("/v2/app/manifests/held").body == HELD.manifest.data
    for blob in HELD.blobs:
        assert berth.get(target(blob)).body == blob.data


def passes_through(berth):
    for blob in MISSES[:2]:
        assert berth.get(target(blob)).body == blob.data
    assert berth.get("/v2/app/manifests/1").body == MANIFEST.manifest.data
    wait_until(lambda: berth.readiness().status == 503, "not ready")
    assert "store" in berth.readiness().body.decode()
    assert not berth.holds(MISSES[0].digest)
    assert berth.log().count("cannot be kept: it is passed through") == 1
    wait_until(lambda: berth.metric("berth_unkept_contents_total") >= 3, "counted")


def keeps_again(berth):
    wait_until(lambda: berth.readiness().status == 200, "keeping again", timeout=20)
    before = berth.metric("berth_store_contents")
    assert berth.get(target(MISSES[3])).body == MISSES[3].data
    wait_until(lambda: berth.metric("berth_store_contents") > before, "kept")
    assert "is kept again" in berth.log()


def test_no_room(begin, upstream):
    disk, berth = begin()
    disk.fill()
    passes_through(berth)
    disk.relieve()
    keeps_again(berth)
    berth.kill()
    berth.start()
    upstream.down()
    assert berth.get(target(MISSES[3])).body == MISSES[3].data, "what was kept is kept"


def test_no_inodes(begin):
    disk, berth = begin(inodes=200)
    disk.use_all_inodes()
    passes_through(berth)
    serves_what_it_holds(berth)
    disk.relieve()
    keeps_again(berth)


def test_room_goes_in_mid_body(begin, upstream):
    """The client that is being served notices nothing, nor does one that joined."""
    disk, berth = begin()
    upstream.on("blobGet", times=1, stall={"after": MIB, "until": "the disk is full"})
    with berth.connect() as client, berth.connect() as other:
        for connection in (client, other):
            connection.send_request("GET", target(MISSES[0]))
        bodies = [connection.body(connection.read_head()) for connection in (client, other)]
        begun = [body.read(MIB // 2) for body in bodies]
        disk.fill()
        upstream.release("the disk is full")
        assert [first + body.rest() for first, body in zip(begun, bodies, strict=True)] == [MISSES[0].data] * 2
    assert upstream.gets(MISSES[0].digest) == 1
    disk.relieve()
    keeps_again(berth)
    assert berth.get(target(MISSES[0])).body == MISSES[0].data

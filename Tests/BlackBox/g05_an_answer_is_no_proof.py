"""That upstream answers a HEAD with 200 shows nothing by itself: portals and broken registries answer so to everything. Content
that is held for another repository is shown once the answer tells its digest, or a blob's length, or once a GET has brought it."""

import pytest
from support import images
from support.http import Truncated
from support.service import wait_until

IMAGE = images.assemble(
    [images.layer({"secret": b"small"}), images.layer({"secret": images.noise("g05", 300_000)})]
)
SMALL, LARGE = IMAGE.layers
BLOBS = {"small": SMALL, "large": LARGE}
ALL_KINDS = ["blobHead", "blobGet", "manifestHead", "manifestGet"]
THEIRS = "/v2/other.example/evil/x"
SILENT = {"Content-Length": None, "Docker-Content-Digest": None}


@pytest.fixture
def world(start_berth, start_upstream):
    """A Berth that holds an image for `acme/private`, and another registry with the same image in `evil/x`."""
    hub, other = start_upstream("hub"), start_upstream("other")
    hub.push(IMAGE, "acme/private", "1")
    other.push(IMAGE, "evil/x", "1")
    berth = start_berth({"docker.io": {"endpoints": [hub.url]}, "other.example": {"endpoints": [other.url]}})
    for target in ("manifests/1", *(f"blobs/{blob.digest}" for blob in IMAGE.blobs)):
        assert berth.get(f"/v2/acme/private/{target}").status == 200
    return berth, hub, other


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_registry_that_answers_200_to_everything(world, method):
    berth, _, other = world
    other.on(ALL_KINDS, status=200, body="OK")
    for fields in ([], [("Range", "bytes=0-0")], [("Range", "bytes=-1")]):
        for target in (*(f"blobs/{blob.digest}" for blob in IMAGE.blobs), f"manifests/{IMAGE.digest}"):
            answer = berth.request(method, f"{THEIRS}/{target}", fields)
            assert answer.status == 502, (target, fields)
    for blob in IMAGE.blobs:
        assert berth.get(f"/v2/acme/private/blobs/{blob.digest}").body == blob.data


def test_nor_is_it_a_way_into_a_running_download(world):
    berth, hub, other = world
    blob = images.Content("", images.noise("g05 running", 500_000))
    hub.push_blob(blob, "acme/private")
    hub.on("blobGet", reference=blob.digest, stall={"after": 100_000, "until": "go"})
    hub.on(["blobHead", "blobGet"], repository="evil/x", status=200, body="OK")
    other.on(ALL_KINDS, status=200, body="OK")
    with berth.connect() as connection:
        connection.send_request("GET", f"/v2/acme/private/blobs/{blob.digest}")
        body = connection.body(connection.read_head())
        first = body.read(1000)
        for name in ("/v2/evil/x", THEIRS):
            assert berth.get(f"{name}/blobs/{blob.digest}").status == 502
        hub.release("go")
        assert first + body.rest() == blob.data


def test_nor_an_endless_answer_that_another_download_overtakes(start_berth, start_upstream):
    """A download that has no length is not completed with what another registry has brought."""
    hub, other = start_upstream("hub"), start_upstream("other")
    hub.push(IMAGE, "acme/private", "1")
    other.on("blobGet", body="x" * 20_000, framing="chunked", stall={"after": 10_000, "until": "end"}, times=1)
    other.on(ALL_KINDS, status=200, body="OK")
    berth = start_berth({"docker.io": {"endpoints": [hub.url]}, "other.example": {"endpoints": [other.url]}})
    with berth.connect() as waiting:
        waiting.send_request("GET", f"{THEIRS}/blobs/{LARGE.digest}")
        other.await_requests("blobGet", 1, stage="stalled")
        assert berth.get(f"/v2/acme/private/blobs/{LARGE.digest}").body == LARGE.data
        other.release("end")
        head = waiting.read_head()
        if head.status == 200:
            with pytest.raises(Truncated):
                waiting.body(head).rest()
        else:
            assert head.status == 502


@pytest.mark.parametrize("blob", BLOBS)
@pytest.mark.parametrize("told", [{"Docker-Content-Digest": None}, {"Content-Length": None}, {}], ids=repr)
def test_digest_or_length_are_proof(world, blob, told):
    berth, _, other = world
    other.on("blobHead", headers=told)
    assert berth.get(f"{THEIRS}/blobs/{BLOBS[blob].digest}").body == BLOBS[blob].data
    assert other.bytes_of(BLOBS[blob].digest) == 0


@pytest.mark.parametrize("blob", BLOBS)
@pytest.mark.parametrize(
    "told", [SILENT, {"Content-Length": "0"}, {"Docker-Content-Digest": IMAGE.digest}], ids=["nothing", "0", "another"]
)
def test_what_head_does_not_show_a_get_does(world, blob, told):
    """A registry whose answers to HEAD are of no use: the content is fetched from it once, and is the repository's then."""
    berth, _, other = world
    content = BLOBS[blob]
    other.on("blobHead", headers=told)
    assert berth.head(f"{THEIRS}/blobs/{content.digest}")["Content-Length"] == str(len(content.data))
    assert other.counters().count("blobHead") == 1
    assert berth.get(f"{THEIRS}/blobs/{content.digest}").body == content.data
    wait_until(lambda: other.bytes_of(content.digest) == len(content.data), "fetched")
    other.down()
    assert berth.get(f"{THEIRS}/blobs/{content.digest}").body == content.data


def test_a_manifest_is_proven_by_its_digest_alone(world):
    berth, _, other = world
    other.on("manifestHead", headers={"Docker-Content-Digest": None})
    assert berth.get(f"{THEIRS}/manifests/{IMAGE.digest}").body == IMAGE.manifest.data
    assert other.gets(IMAGE.digest) == 1
    other.down()
    assert berth.get(f"{THEIRS}/manifests/{IMAGE.digest}").body == IMAGE.manifest.data


def test_behind_a_manifest_a_status_alone_proves_nothing(world):
    """What upstream is asked about behind a manifest's answer stays closed, too."""
    berth, _, other = world
    other.on("blobHead", status=200, body="OK")
    assert berth.get(f"{THEIRS}/manifests/1").body == IMAGE.manifest.data
    wait_until(lambda: other.counters().count("blobHead") >= len(IMAGE.blobs), "each asked about")
    other.down()
    for blob in IMAGE.blobs:
        assert berth.get(f"{THEIRS}/blobs/{blob.digest}").status in (502, 504)

"""Bytes are shared, access is not: content held for one repository is served for another only once upstream has
said that it is there too."""

import pytest
from support import images
from support.service import wait_until

IMAGE = images.single("g01")
LAYER = IMAGE.layers[0]


@pytest.fixture
def berth(hub, upstream):
    """Repository `acme/one` is warm; `acme/other` knows another image."""
    upstream.push(IMAGE, "acme/one", "1")
    upstream.push(images.single("g01 other"), "acme/other", "1")
    berth = hub()
    assert berth.get("/v2/acme/one/manifests/1").status == 200
    for blob in IMAGE.blobs:
        assert berth.get(f"/v2/acme/one/blobs/{blob.digest}").status == 200
    upstream.reset()
    return berth


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_not_there(berth, upstream, method):
    """Held, but upstream says that the other repository does not have it."""
    for repository in ("acme/other", "acme/nowhere"):
        for target, code in (
            (f"blobs/{LAYER.digest}", {"BLOB_UNKNOWN", "NAME_UNKNOWN"}),
            (f"manifests/{IMAGE.digest}", {"MANIFEST_UNKNOWN", "NAME_UNKNOWN"}),
        ):
            answer = berth.request(method, f"/v2/{repository}/{target}")
            assert answer.status == 404, target
            assert method == "HEAD" or answer.error_code() in code
            ranged = berth.request(method, f"/v2/{repository}/{target}", [("Range", "bytes=0-0")])
            assert ranged.status == 404
            conditional = berth.request(method, f"/v2/{repository}/{target}", [("If-None-Match", f'"{LAYER.digest}"')])
            assert conditional.status == 404, "304 would tell that it is held"
    assert upstream.counters().total >= 4, "upstream was asked for its word"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_there_too(berth, upstream, method):
    """Upstream says that it is: no byte of it is sent again, and the word holds."""
    upstream.push_blob(LAYER, "acme/other")
    answer = berth.request(method, f"/v2/acme/other/blobs/{LAYER.digest}")
    assert answer.status == 200
    assert answer.body == (LAYER.data if method == "GET" else b"")
    assert upstream.bytes_of(LAYER.digest) == 0
    assert upstream.counters().count("blobHead") == 1
    upstream.down()
    assert berth.get(f"/v2/acme/other/blobs/{LAYER.digest}").body == LAYER.data


def test_shared_content_is_confirmed_behind_the_manifest(berth, upstream):
    """The other repository's own manifest names what is held: upstream is asked once about each, behind the answer, so that
    the whole image is there when upstream is not."""
    upstream.push(IMAGE, "acme/other", "2")
    assert berth.get("/v2/acme/other/manifests/2").status == 200
    wait_until(lambda: upstream.counters().count("blobHead") == len(IMAGE.blobs), "each confirmed")
    assert upstream.counters().count("blobGet") == 0
    wait_until(lambda: berth.head(f"/v2/acme/other/blobs/{LAYER.digest}").status == 200, "written")
    upstream.down()
    for blob in IMAGE.blobs:
        assert berth.get(f"/v2/acme/other/blobs/{blob.digest}").body == blob.data
        assert berth.head(f"/v2/acme/other/blobs/{blob.digest}").status == 200
    assert berth.get(f"/v2/acme/other/manifests/{IMAGE.digest}").body == IMAGE.manifest.data


def test_named_by_a_manifest_of_another_repository(berth, upstream):
    """A manifest counts only for the repository that it was fetched from."""
    assert berth.get(f"/v2/acme/other/blobs/{IMAGE.config.digest}").status == 404


def test_upstream_cannot_be_asked(berth, upstream):
    """Without upstream's word: no content."""
    upstream.down()
    assert berth.get(f"/v2/acme/other/blobs/{LAYER.digest}").status in (502, 504)
    assert berth.get(f"/v2/acme/one/blobs/{LAYER.digest}").body == LAYER.data


def test_denied(berth, upstream):
    for kinds in (["blobHead", "blobGet"], ["manifestHead", "manifestGet"]):
        upstream.on(kinds, repository="acme/other", status=403)
    assert berth.get(f"/v2/acme/other/blobs/{LAYER.digest}").status == 403
    assert berth.get(f"/v2/acme/other/manifests/{IMAGE.digest}").status == 403


def test_grants_of_another_upstream_do_not_count(start_berth, start_upstream):
    hub, quay = start_upstream("hub"), start_upstream("quay")
    hub.push(IMAGE, "acme/one", "1")
    berth = start_berth({"docker.io": {"endpoints": [hub.url]}, "quay.io": {"endpoints": [quay.url]}})
    assert berth.get(f"/v2/acme/one/blobs/{LAYER.digest}").status == 200
    assert berth.get(f"/v2/quay.io/acme/one/blobs/{LAYER.digest}").status == 404


def test_joining_a_download_needs_the_right_too(hub, upstream):
    """A transfer that runs for one repository is no way in for another."""
    blob = images.Content("", images.noise("g01 running", 500_000))
    upstream.push_blob(blob, "acme/one")
    upstream.push(images.single("g01 other"), "acme/other", "1")
    upstream.on("blobGet", repository="acme/one", stall={"after": 100_000, "until": "go"})
    berth = hub()
    with berth.connect() as connection:
        connection.send_request("GET", f"/v2/acme/one/blobs/{blob.digest}")
        body = connection.body(connection.read_head())
        first = body.read(1000)
        assert berth.get(f"/v2/acme/other/blobs/{blob.digest}").status == 404
        assert berth.head(f"/v2/acme/other/blobs/{blob.digest}").status == 404
        upstream.release("go")
        assert first + body.rest() == blob.data

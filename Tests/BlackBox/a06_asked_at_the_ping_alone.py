"""Registries that hide what they have from those who show nothing, with 404, and ask for credentials at /v2/ alone: the
configured credential is shown all the same, as engines do that begin with /v2/."""

from support import images

IMAGE = images.single("a06")
USER, PASSWORD = "robot", "s3cret"
CREDENTIALS = [{"username": USER, "password": PASSWORD}]
KINDS = ["manifestGet", "manifestHead", "blobGet", "blobHead", "tagsList"]


def test_hidden(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_basic({USER: PASSWORD})
    upstream.on(KINDS, authentication="refused", status=404)
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "credentials": CREDENTIALS}})
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    for blob in IMAGE.blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data
    assert len(upstream.requests("ping")) == 1, "once for all"
    assert upstream.requests("ping")[0].header("Authorization") is None, "nobody is told a password unasked"
    assert all(each.status != 404 for each in upstream.requests())


def test_not_asked_without_credentials(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}})
    assert berth.get("/v2/app/manifests/1").status == 200
    assert upstream.requests("ping") == []


def test_message_with_and_without(start_berth, upstream):
    """Whoever has configured credentials is not told to configure some."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.on(KINDS, status=403)
    without = start_berth({"docker.io": {"endpoints": [upstream.url]}}, name="without")
    assert "give Berth credentials for docker.io" in without.get("/v2/app/manifests/1").body.decode()
    settings = {"endpoints": [upstream.url], "credentials": CREDENTIALS}
    message = start_berth({"docker.io": settings}, name="with").get("/v2/app/manifests/1").body.decode()
    assert "give Berth" not in message and "not enough" in message

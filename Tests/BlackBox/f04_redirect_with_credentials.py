"""Basic credentials stay with the registry: neither the redirect's target nor a second attempt after its 401 sees
them, also when the target is the token service, which may have them in its own right."""

import pytest
from support import images

IMAGE = images.single("f04")
LAYER = IMAGE.layers[-1]
USER, PASSWORD = "acme", "planted-password"


@pytest.fixture
def berth(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_basic({USER: PASSWORD})
    return start_berth(
        {
            "docker.io": {
                "endpoints": [upstream.url],
                "credentials": [{"username": USER, "password": PASSWORD}],
                "allowPrivateAddresses": True,
            }
        }
    )


@pytest.mark.parametrize("place", ["recorder", "storage"])
@pytest.mark.parametrize("status", [302, 307])
def test_target_sees_none(berth, upstream, place, status):
    upstream.on(["blobGet", "manifestGet", "manifestHead"], redirect={"to": place, "status": status})
    upstream.on(["redirectTarget", "recorder"], status=401, headers={"WWW-Authenticate": 'Basic realm="storage"'})
    assert berth.get(f"/v2/app/blobs/{LAYER.digest}", timeout=60).status == 502
    assert berth.get("/v2/app/manifests/1", timeout=60).status == 502
    reached = upstream.requests(origin=place)
    assert reached
    for request in reached:
        assert request.header("Authorization") is None
        assert PASSWORD not in request.query + request.path


def test_signed_links_work(berth, upstream):
    """Storage refuses whoever shows a password beside the signature, as S3 does."""
    upstream.redirect_blobs()
    assert berth.get(f"/v2/app/blobs/{LAYER.digest}").body == LAYER.data

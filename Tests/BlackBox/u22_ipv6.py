"""Endpoints with IPv6 addresses: asked as they are written, with tokens and redirects; what a redirect names is judged."""

import pytest
from a01_anonymous_token import token_upstream
from support import images

IMAGE = images.single("u22")


@pytest.fixture
def upstream(start_upstream):
    return start_upstream(listen="[::1]:0", realm_listen="[::1]:0")


def test_pull(start_berth, upstream):
    assert upstream.url.startswith("http://[::1]:")
    upstream.push(IMAGE, "library/app", "1")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}})
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    for blob in IMAGE.blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data
    assert {request.header("Host") for request in upstream.requests()} == {upstream.host}


def test_token(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token()
    berth = start_berth({"docker.io": token_upstream(upstream)})
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data


@pytest.mark.parametrize("target", ["http://[::1]:1/x", "http://[::ffff:127.0.0.1]:1/x", "http://[fe80::1]/x"])
def test_redirect_to_a_private_address(start_berth, upstream, target):
    upstream.push(IMAGE, "library/app", "1")
    upstream.on("blobGet", redirect={"to": target})
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}})
    assert berth.get(f"/v2/app/blobs/{IMAGE.layers[0].digest}").status == 502

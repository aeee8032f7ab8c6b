"""Manifests and blobs that upstream redirects to its storage are followed by hand, without any Authorization, and
clients never see a redirect; a 401 there, a loop, or an unreadable Location is a failure of upstream."""

import pytest
from a01_anonymous_token import token_upstream
from support import images

IMAGE = images.single("a04")
LAYER = IMAGE.layers[-1]
CONTENT = ["blobGet", "manifestGet", "manifestHead", "blobHead"]


@pytest.fixture
def berth(start_berth, upstream):
    """The upstream wants tokens, so that there is an Authorization that could leak."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token()
    return start_berth({"docker.io": token_upstream(upstream)})


def pull(berth):
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    for blob in IMAGE.blobs:
        answer = berth.get(f"/v2/app/blobs/{blob.digest}")
        assert (answer.status, answer.body) == (200, blob.data)
        assert answer.get("Location") is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_followed(berth, upstream, status):
    upstream.on(CONTENT, redirect={"to": "storage", "status": status})
    pull(berth)
    followed = upstream.requests("redirectTarget")
    assert len(followed) >= 1 + len(IMAGE.blobs)
    for request in followed:
        assert request.header("Authorization") is None
        assert request.header("Cookie") is None


def test_relative(berth, upstream):
    upstream.on(CONTENT, times=1, redirect={"to": "registry", "relative": True})
    pull(berth)


def test_signed_links_used_once(berth, upstream):
    """Each needs a new link from the registry; none is kept."""
    upstream.on(CONTENT, redirect={"to": "storage", "uses": 1})
    pull(berth)


def test_head(berth, upstream):
    upstream.on(CONTENT, redirect={"to": "storage"})
    answer = berth.head(f"/v2/app/blobs/{LAYER.digest}")
    assert (answer.status, answer["Content-Length"]) == (200, str(LAYER.size))


@pytest.mark.parametrize("style", ["Bearer", "Basic"])
def test_challenge_of_the_target_is_not_answered(berth, upstream, style):
    upstream.on("blobGet", redirect={"to": "storage"})
    challenge = f'{style} realm="{upstream.urls["token"]}/token",service="scripted.registry"'
    upstream.on("redirectTarget", status=401, headers={"WWW-Authenticate": challenge})
    answer = berth.get(f"/v2/app/blobs/{LAYER.digest}", timeout=60)
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    for request in upstream.requests(origin="storage"):
        assert request.header("Authorization") is None


def test_storage_is_asked_anew_after_a_401(berth, upstream):
    """A link that has run out is fetched again from the registry."""
    upstream.on("blobGet", redirect={"to": "storage"})
    upstream.on("redirectTarget", status=401, times=1)
    assert berth.get(f"/v2/app/blobs/{LAYER.digest}").body == LAYER.data


@pytest.mark.parametrize(
    "place", ["self", "ftp://127.0.0.1/x", "http:///x", "//", "javascript:alert(1)", "http://127.0.0.1:99999/"]
)
def test_bad_location(berth, upstream, place):
    upstream.on("blobGet", redirect={"to": place})
    answer = berth.get(f"/v2/app/blobs/{LAYER.digest}", timeout=60)
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    assert len(upstream.requests("blobGet")) < 30, "hops are limited"

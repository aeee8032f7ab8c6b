"""What upstream is asked is Berth's own request, always the same whatever the client sent: the full Accept
list, no compression, none of the client's headers."""

import pytest
from support import images

IMAGE = images.single("p11")
CLIENT_FIELDS = [
    ("Accept", images.DOCKER_MANIFEST),
    ("Accept-Encoding", "zstd;q=1.0, gzip;q=0.8"),
    ("Authorization", "Basic cGxhbnRlZDpzZWNyZXQ="),
    ("Proxy-Authorization", "Basic cGxhbnRlZDpzZWNyZXQ="),
    ("Cookie", "session=planted"),
    ("X-Api-Key", "planted"),
    ("X-Forwarded-For", "192.0.2.77"),
    ("User-Agent", "planted/1.0"),
    ("Traceparent", "00-planted-planted-01"),
]


@pytest.fixture
def asked(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub(tagFreshness="0s")
    for target in (
        "/v2/app/manifests/1",
        f"/v2/app/manifests/{IMAGE.digest}",
        f"/v2/app/blobs/{IMAGE.layers[0].digest}",
        "/v2/app/tags/list",
        f"/v2/app/referrers/{IMAGE.digest}",
    ):
        assert berth.get(target, CLIENT_FIELDS).status == 200
        assert berth.head(target, CLIENT_FIELDS).status == 200
    return upstream.requests()


def test_nothing_of_the_client_goes_on(asked):
    assert asked
    for request in asked:
        sent = " ".join(f"{name}: {value}" for name, value in request.headers)
        assert "planted" not in sent and "192.0.2.77" not in sent and "cGxhbnRlZ" not in sent, sent


def test_no_compression(asked):
    for request in asked:
        assert request.header("Accept-Encoding") in (None, "identity"), request
    assert any(request.kind == "blobGet" and request.header("Accept-Encoding") == "identity" for request in asked)


def test_full_accept_list(asked):
    manifests = [request for request in asked if request.kind in ("manifestGet", "manifestHead")]
    assert manifests
    for request in manifests:
        accepted = {each.split(";")[0].strip() for each in request.header("Accept").split(",")}
        assert set(images.MANIFEST_TYPES) | {"*/*"} <= accepted, request.header("Accept")


def test_berth_says_who_it_is(asked):
    for request in asked:
        assert request.header("User-Agent").startswith("berth/"), request.headers


def test_host_is_upstreams(asked, upstream):
    for request in asked:
        assert request.header("Host") == upstream.host

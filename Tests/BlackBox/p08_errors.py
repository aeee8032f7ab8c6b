"""Whatever cannot be answered is said in the specification's JSON with the right code; HEAD says the same status
without a body; paths that are no part of the API are 404 in the same form."""

import pytest
from support import images

DIGEST = images.digest_of(b"p08")

TABLE = [
    ("/v1/", 404, None),
    ("/v2/_catalog", 404, None),
    ("/v2/library/app", 404, None),
    ("/v2/library/app/", 404, None),
    ("/v2/library/app/manifests", 404, None),
    ("/v2/library/app/manifests/", 404, None),
    ("/v2/library/app/tags", 404, None),
    ("/v2/library/app/tags/list/more", 404, None),
    ("/v2/library/app/something/1", 404, None),
    ("/metrics", 404, None),
    ("/healthz", 404, None),
    ("/v2/library/app/manifests/1", 404, {"MANIFEST_UNKNOWN", "NAME_UNKNOWN"}),
    (f"/v2/library/app/manifests/{DIGEST}", 404, {"MANIFEST_UNKNOWN", "NAME_UNKNOWN"}),
    (f"/v2/library/app/blobs/{DIGEST}", 404, {"BLOB_UNKNOWN", "NAME_UNKNOWN"}),
    ("/v2/library/app/tags/list", 404, {"NAME_UNKNOWN"}),
    ("/v2/library/app/blobs/sha256:abc", 400, {"DIGEST_INVALID"}),
    ("/v2/library/app/blobs/latest", 400, {"DIGEST_INVALID"}),
    ("/v2/library/app/manifests/sha256:abc", 400, {"DIGEST_INVALID"}),
    ("/v2/library/app/manifests/md5:" + "0" * 32, 400, {"DIGEST_INVALID"}),
    ("/v2/Library/app/manifests/1", 400, {"NAME_INVALID"}),
    ("/v2/library/a..b/manifests/1", 400, {"NAME_INVALID"}),
]


@pytest.mark.parametrize(("target", "status", "codes"), TABLE, ids=[row[0] for row in TABLE])
def test_error(hub, upstream, target, status, codes):
    berth = hub()
    answer = berth.get(target)
    code = answer.error_code()
    # A digest or name that no registry could hold may as well be called unknown.
    assert answer.status == status or (status == 400 and answer.status == 404), answer.body
    assert codes is None or code in codes, answer.body
    head = berth.head(target)
    assert head.status == answer.status
    if status == 400 or codes is None:
        assert upstream.requests() == [], "upstream need not be asked"


def test_upload_session_is_not_there(hub):
    """A push's own path is no place to read from: 404, or 405 since another method might be."""
    answer = hub().get("/v2/library/app/blobs/uploads/")
    assert answer.status in (404, 405)
    assert answer.error_code()
    assert answer.status == 404 or "GET" not in (answer.get("Allow") or "")


#: What upstream does, and what the client is told (facts: error codes, "our mapping").
MAPPING = [
    ({"status": 401}, 403, "DENIED"),
    ({"status": 403}, 403, "DENIED"),
    ({"status": 500}, 502, "UNAVAILABLE"),
    ({"status": 503}, 502, "UNAVAILABLE"),
    ({"status": 429}, 429, "TOOMANYREQUESTS"),
    ({"status": 418}, 502, "UNAVAILABLE"),
    ({"cut": {"how": "reset"}}, 502, "UNAVAILABLE"),
    ({"cut": {"how": "close"}}, 502, "UNAVAILABLE"),
]


@pytest.mark.parametrize(("action", "status", "code"), MAPPING, ids=[str(row[0]) for row in MAPPING])
def test_upstream_trouble(hub, upstream, action, status, code):
    berth = hub()
    image = images.single("p08")
    upstream.push(image, "library/app", "1")
    upstream.on(["manifestGet", "manifestHead", "blobGet", "blobHead", "tagsList", "referrers"], **action)
    for target in (
        "/v2/library/app/manifests/1",
        f"/v2/library/app/manifests/{image.digest}",
        f"/v2/library/app/blobs/{image.layers[0].digest}",
        "/v2/library/app/tags/list",
    ):
        answer = berth.get(target, timeout=60)
        assert (answer.status, answer.error_code()) == (status, code), target
        assert berth.head(target, timeout=60).status == status, target


def test_retry_after_is_passed_on(hub, upstream):
    upstream.on("manifestGet", status=429, headers={"Retry-After": "17"})
    upstream.on("manifestHead", status=429, headers={"Retry-After": "17"})
    answer = hub().get("/v2/library/app/manifests/1")
    assert answer.status == 429
    assert 1 <= int(answer["Retry-After"]) <= 17


def test_upstream_down(hub, upstream):
    """Nothing listens there: a true miss fails fast, and the message names the upstream."""
    berth = hub()
    upstream.down()
    answer = berth.get("/v2/library/app/manifests/1")
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    assert "docker.io" in answer.body.decode()

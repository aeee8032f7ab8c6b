"""While upstream fails, the last good answer for a tag is served with a Warning; but not when upstream says that the
tag, or the right to it, is gone. Errors are never remembered as the truth."""

import pytest
from support import images

IMAGE = images.single("t04")
TROUBLE = [{"status": 500}, {"status": 503}, {"status": 429}, {"cut": {"how": "reset"}}]
KINDS = ["manifestGet", "manifestHead"]


@pytest.fixture
def berth(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub(tagFreshness="0s")
    assert berth.get("/v2/app/manifests/1").status == 200
    return berth


@pytest.mark.parametrize("action", TROUBLE, ids=str)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_served_with_warning(berth, upstream, method, action):
    upstream.on(KINDS, **action)
    answer = berth.request(method, "/v2/app/manifests/1")
    assert answer.status == 200
    assert answer["Docker-Content-Digest"] == IMAGE.digest
    warning = answer["Warning"]
    assert warning.startswith('299 - "') and len(warning) <= 4096, warning


def test_served_when_upstream_is_down(berth, upstream):
    upstream.down()
    answer = berth.get("/v2/app/manifests/1")
    assert (answer.status, answer.body) == (200, IMAGE.manifest.data)
    assert answer["Warning"]


def test_no_warning_once_upstream_is_back(berth, upstream):
    upstream.on(KINDS, status=500)
    assert berth.get("/v2/app/manifests/1")["Warning"]
    upstream.remove_rules()
    answer = berth.get("/v2/app/manifests/1")
    assert (answer.status, answer.get("Warning")) == (200, None)


@pytest.mark.parametrize(
    ("upstream_status", "status", "code"), [(404, 404, "MANIFEST_UNKNOWN"), (401, 403, "DENIED"), (403, 403, "DENIED")]
)
def test_not_when_it_is_gone(berth, upstream, upstream_status, status, code):
    upstream.on(KINDS, status=upstream_status)
    answer = berth.get("/v2/app/manifests/1")
    assert (answer.status, answer.error_code()) == (status, code)


@pytest.mark.parametrize(("status", "answered"), [(401, 403), (403, 403), (429, 429), (500, 502), (503, 502)])
def test_errors_are_not_remembered(hub, upstream, status, answered):
    """A miss that failed once succeeds as soon as upstream does."""
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    layer = IMAGE.layers[0]
    for target in ("/v2/app/manifests/1", f"/v2/app/blobs/{layer.digest}"):
        rule = upstream.on(["manifestGet", "manifestHead", "blobGet", "blobHead"], status=status)
        assert berth.get(target, timeout=60).status == answered
        upstream.remove_rule(rule)
        assert berth.get(target).status == 200, target


def test_error_does_not_overwrite_a_good_tag(berth, upstream):
    rule = upstream.on(KINDS, status=404)
    assert berth.get("/v2/app/manifests/1").status == 404
    upstream.remove_rule(rule)
    upstream.down()
    assert berth.get(f"/v2/app/manifests/{IMAGE.digest}").body == IMAGE.manifest.data

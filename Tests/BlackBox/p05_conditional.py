"""If-None-Match with the digest, in every form that clients use, is answered 304 without a body, for manifests
and blobs; another tag gets the content. A 304 costs upstream nothing."""

import pytest
from support import images

IMAGE = images.single("p05")


@pytest.fixture
def targets(upstream, hub):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    layer = IMAGE.layers[0]
    table = [
        ("/v2/library/app/manifests/1", IMAGE.digest, IMAGE.manifest.data),
        (f"/v2/library/app/manifests/{IMAGE.digest}", IMAGE.digest, IMAGE.manifest.data),
        (f"/v2/library/app/blobs/{layer.digest}", layer.digest, layer.data),
    ]
    for target, _, data in table:
        assert berth.get(target).body == data
    return berth, table


@pytest.mark.parametrize("form", ['"{}"', "{}", 'W/"{}"', '"other", "{}"', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_not_modified(targets, upstream, method, form):
    berth, table = targets
    before = len(upstream.requests())
    for target, digest, _ in table:
        answer = berth.request(method, target, [("If-None-Match", form.format(digest))])
        assert answer.status == 304, target
        assert answer["ETag"] == f'"{digest}"'
        assert answer["Docker-Content-Digest"] == digest
    assert len(upstream.requests()) == before


@pytest.mark.parametrize("value", ['"other"', "other", "", '"', "sha256:"])
def test_modified(targets, value):
    berth, table = targets
    for target, _, data in table:
        answer = berth.get(target, [("If-None-Match", value)])
        assert (answer.status, answer.body) == (200, data), target


def test_connection_goes_on_after_304(targets):
    berth, table = targets
    with berth.connect() as connection:
        for target, digest, data in table * 2:
            assert connection.request("GET", target, [("If-None-Match", f'"{digest}"')]).status == 304
            assert connection.request("GET", target).body == data

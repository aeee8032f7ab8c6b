"""A token that the registry no longer takes is dropped and fetched anew, once a request: clients notice nothing;
a registry that takes none at all is a denial, not a loop."""

from a01_anonymous_token import token_upstream
from support import images
from support.parallel import results, together

IMAGE = images.single("a02", sizes=tuple(range(3000, 3010)))


def test_revoked(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token()
    berth = start_berth({"docker.io": token_upstream(upstream)})
    assert berth.get("/v2/app/manifests/1").status == 200
    for times, layer in enumerate(IMAGE.layers[:3], start=2):
        upstream.revoke_tokens()
        assert berth.get(f"/v2/app/blobs/{layer.digest}").body == layer.data
        assert len(upstream.requests("token")) == times


def test_revoked_under_many(start_berth, upstream):
    """Ten requests find out at once: the new token is shared too."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token()
    berth = start_berth({"docker.io": token_upstream(upstream)})
    assert berth.get("/v2/app/manifests/1").status == 200
    upstream.revoke_tokens()
    clients = together(10, lambda n: berth.get(f"/v2/app/blobs/{IMAGE.layers[n].digest}"))
    assert [answer.body for answer in results(clients)] == [layer.data for layer in IMAGE.layers[:10]]
    assert len(upstream.requests("token")) == 2


def test_refused_for_ever(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token()
    challenge = f'Bearer realm="{upstream.urls["token"]}/token",service="scripted.registry",error="insufficient_scope"'
    upstream.on(["manifestGet", "manifestHead"], status=401, headers={"WWW-Authenticate": challenge})
    berth = start_berth({"docker.io": token_upstream(upstream)})
    answer = berth.get("/v2/app/manifests/1")
    assert (answer.status, answer.error_code()) == (403, "DENIED")
    assert len(upstream.requests("token")) <= 2


def test_short_lived(start_berth, upstream):
    """The service tells less than the minute that the specification promises, and means it."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token(lifetime=50, expiresIn=0)
    berth = start_berth({"docker.io": token_upstream(upstream)})
    for layer in IMAGE.layers:
        assert berth.get(f"/v2/app/blobs/{layer.digest}").body == layer.data


def test_token_is_not_written_to_disk(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token()
    berth = start_berth({"docker.io": token_upstream(upstream)})
    assert berth.get("/v2/app/manifests/1").status == 200
    tokens = {
        request.header("Authorization").removeprefix("Bearer ").encode()
        for request in upstream.requests("manifestGet")
        if request.header("Authorization")
    }
    assert tokens
    for path in berth.store.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(token in data for token in tokens), path

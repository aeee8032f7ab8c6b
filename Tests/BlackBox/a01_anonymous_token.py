"""A registry that wants a token even of strangers: it is fetched once for twenty requests that come at the same time,
with the scope of the challenge, kept for that repository, and fetched again for another."""

import pytest
from support import images
from support.parallel import results, together, wait_until_read

IMAGE = images.single("a01", sizes=tuple(range(2000, 2020)))


def token_upstream(upstream, **settings):
    return {
        "endpoints": [upstream.url],
        "tokenOrigins": [upstream.urls["token"]],
        "allowPrivateAddresses": True,
        **settings,
    }


def test_twenty_share_one_token(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token()
    upstream.on("token", hold="token")
    berth = start_berth({"docker.io": token_upstream(upstream)})
    layers = IMAGE.layers[:20]
    clients = together(20, lambda n: berth.get(f"/v2/app/blobs/{layers[n].digest}"))
    upstream.await_requests("token", stage="held")
    wait_until_read(berth.port, 20)
    upstream.release("token")
    for answer, layer in zip(results(clients), layers, strict=True):
        assert answer.body == layer.data
    (token,) = upstream.requests("token")
    assert (
        "scope=repository%3Alibrary%2Fapp%3Apull" in token.query or "scope=repository:library/app:pull" in token.query
    )
    assert "service=scripted.registry" in token.query
    assert token.header("Authorization") is None, "an anonymous token is asked for without credentials"

    assert berth.get("/v2/app/manifests/1").status == 200
    assert len(upstream.requests("token")) == 1, "the token is kept"
    upstream.push(IMAGE, "library/other", "1")
    assert berth.get("/v2/other/manifests/1").status == 200
    assert len(upstream.requests("token")) == 2, "another repository is another scope"


@pytest.mark.parametrize("style", ["quoted", "unquoted", "severalInOneField", "severalFields"])
@pytest.mark.parametrize("field", ["token", "accessToken", "both"])
def test_every_spelling(start_berth, upstream, style, field):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token(style=style, field=field)
    berth = start_berth({"docker.io": token_upstream(upstream)})
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    assert len(upstream.requests("token")) == 1


@pytest.mark.parametrize(
    "service",
    [
        {"scope": "aws"},
        {"scope": ""},
        {"service": ""},
        {"expiresIn": -1},
        {"tellsIssuedAt": False},
        {"realm": "registry"},
    ],
    ids=str,
)
def test_every_registry(start_berth, upstream, service):
    """Scopes of ECR's kind, absent scope, service or lifetime, a token service on the registry itself."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token(**service)
    berth = start_berth({"docker.io": token_upstream(upstream)})
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    token = upstream.requests("token")[0]
    assert ("scope=aws" in token.query) == (service.get("scope") == "aws")


def test_realm_keeps_its_own_query(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token(realm=upstream.urls["token"] + "/token?account=x")
    berth = start_berth({"docker.io": token_upstream(upstream)})
    assert berth.get("/v2/app/manifests/1").status == 200
    (token,) = upstream.requests("token")
    assert "account=x" in token.query and "service=" in token.query

"""A challenge that an expired token provokes is not the last word: the registry is asked again without any, and what it
asks for then is answered. Held tags are served meanwhile."""

import pytest
from a01_anonymous_token import token_upstream
from support import images

IMAGE = images.single("a07")
OTHER = images.single("a07 other")


@pytest.fixture
def berth(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.push(OTHER, "library/app", "2")
    upstream.require_token()
    berth = start_berth({"docker.io": token_upstream(upstream, tagFreshness="0s")})
    assert berth.get("/v2/app/manifests/1").status == 200
    upstream.revoke_tokens()
    upstream.reset()
    return berth


@pytest.mark.parametrize(
    "challenge",
    [
        'Bearer realm="{recorder}/authn",service="elsewhere",error="invalid_token"',
        'Bearer realm="{token}/gone",scope="repository:library/app:pull"',
        'Basic realm="log in"',
        "Negotiate",
    ],
)
@pytest.mark.parametrize("tag", ["1", "2"])
def test_another_challenge_after_expiry(berth, upstream, challenge, tag):
    field = challenge.format(**upstream.urls)
    upstream.on(["manifestHead", "manifestGet"], authentication="refused", times=1, status=401, headers={"WWW-Authenticate": field})
    for _ in range(2):
        answer = berth.get(f"/v2/app/manifests/{tag}")
        assert (answer.status, answer.get("Warning")) == (200, None)
    assert upstream.strangers() == [], "the service that only the old token named is not asked"
    assert len(upstream.requests("token")) == 1


def test_same_challenge_costs_nothing_more(berth, upstream):
    assert berth.get("/v2/app/manifests/1").status == 200
    assert [each.status for each in upstream.requests(["manifestHead", "manifestGet"])] == [401, 200]


def test_service_that_moved(berth, upstream):
    """The service that was known does not answer any more: the registry is asked which one does."""
    upstream.on("token", times=1, status=410)
    assert berth.get("/v2/app/manifests/2").status == 502
    assert berth.get("/v2/app/manifests/2").body == OTHER.manifest.data

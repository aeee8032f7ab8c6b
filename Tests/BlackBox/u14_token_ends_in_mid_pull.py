"""A token runs out or is revoked in the middle of a pull, even in the middle of a blob: it is fetched anew, and clients
notice nothing. A registry that takes no token at all is a denial after two requests, not a loop; one that calls each new
token invalid is in trouble."""

import pytest
from a01_anonymous_token import token_upstream
from support import images
from support.trouble import AT_ONCE, MISSING, SOON, fill, within

BLOB = images.Content("", images.noise("u14", 1_000_000))
TARGET = f"/v2/missing/blobs/{BLOB.digest}"


@pytest.fixture
def berth(start_berth, upstream):
    fill(upstream)
    upstream.push_blob(BLOB, "library/missing")
    upstream.require_token()
    return start_berth({"docker.io": {**token_upstream(upstream), "timeouts": SOON}})


def test_between_two_blobs(berth, upstream):
    assert berth.get("/v2/missing/manifests/1").status == 200
    for times, blob in enumerate(MISSING.blobs, start=2):
        upstream.revoke_tokens()
        assert berth.get(f"/v2/missing/blobs/{blob.digest}").body == blob.data
        assert len(upstream.requests("token")) == times


def test_in_mid_blob(berth, upstream):
    """The transfer breaks after its token has ended: the rest is asked for with a new one."""
    upstream.on("blobGet", times=1, stall={"after": BLOB.size // 2, "until": "revoked"}, cut={"after": 600_000, "how": "reset"})
    with berth.connect() as connection:
        connection.send_request("GET", TARGET)
        body = connection.body(connection.read_head())
        upstream.await_requests("blobGet", stage="stalled")
        upstream.revoke_tokens()
        upstream.release("revoked")
        assert body.rest() == BLOB.data
    assert len(upstream.requests("token")) == 2
    assert upstream.bytes_of(BLOB.digest) <= BLOB.size * 1.02


def test_runs_out_while_the_blob_is_slow(start_berth, upstream):
    """Good for a moment: checked at the beginning of a transfer, not at its end."""
    upstream.push_blob(BLOB, "library/missing")
    upstream.require_token(lifetime=200, expiresIn=60)
    berth = start_berth({"docker.io": {**token_upstream(upstream), "timeouts": SOON}})
    upstream.on("blobGet", times=1, throttle=1_000_000, cut={"after": 600_000, "how": "reset"})
    assert berth.get(TARGET, timeout=60).body == BLOB.data


def test_ends_at_first_use(start_berth, upstream):
    """Every token is good once: each request costs one more, and none fails."""
    fill(upstream)
    upstream.require_token(maxUses=1)
    berth = start_berth({"docker.io": {**token_upstream(upstream), "timeouts": SOON}})
    for blob in MISSING.blobs:
        assert berth.get(f"/v2/missing/blobs/{blob.digest}").body == blob.data
    assert len(upstream.requests("token")) <= len(MISSING.blobs) + 1


@pytest.mark.parametrize("asked", ["blobs", "manifests"])
@pytest.mark.parametrize("challenge", ["the same", "another scope", "Basic", "none", "nonsense"])
def test_refused_for_ever(berth, upstream, asked, challenge):
    """401 whatever is shown."""
    bearer = f'Bearer realm="{upstream.urls["token"]}/token",service="scripted.registry"'
    scope = ',scope="repository:library/missing:pull"'
    header = {
        "the same": bearer + scope,
        "another scope": bearer + ',scope="repository:library/other:pull"',
        "Basic": 'Basic realm="registry"',
        "none": None,
        "nonsense": '"""',
    }[challenge]
    upstream.on(["manifestGet", "blobGet"], authentication="any", status=401, headers={"WWW-Authenticate": header})
    target = TARGET if asked == "blobs" else f"/v2/missing/manifests/{MISSING.digest}"
    with within(AT_ONCE):
        answer = berth.get(target, timeout=60)
    assert (answer.status, answer.error_code()) == (403, "DENIED")
    assert answer.get("WWW-Authenticate") is None
    assert len(upstream.requests(["manifestGet", "blobGet"])) <= 3
    assert len(upstream.requests("token")) <= 2


def test_called_invalid(berth, upstream):
    """A token that is called invalid when it has just been given is shown again for a moment: clocks differ."""
    bearer = f'Bearer realm="{upstream.urls["token"]}/token",service="scripted.registry",error="invalid_token"'
    too_young = upstream.on("blobGet", times=2, status=401, headers={"WWW-Authenticate": bearer})
    assert berth.get(TARGET, timeout=60).body == BLOB.data
    upstream.remove_rule(too_young)
    upstream.on("manifestGet", authentication="any", status=401, headers={"WWW-Authenticate": bearer})
    answer = berth.get(f"/v2/missing/manifests/{MISSING.digest}", timeout=60)
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    assert "invalid" in answer.body.decode()
    assert len(upstream.requests("manifestGet")) <= 8
    assert len(upstream.requests("token")) <= 3

"""Blobs come from a storage service by signed links. When such a transfer breaks, the link may have run out: the rest is
asked for at the registry's own URL, never at the old link, and a storage service in trouble is upstream in trouble."""

import pytest
from support import images
from support.trouble import AFTER_ONE_TIMEOUT, AT_ONCE, SOON, within

BLOB = images.Content("", images.noise("u07", 2_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"
HALF = BLOB.size // 2


@pytest.fixture
def berth(hub, upstream):
    upstream.push_blob(BLOB, "library/app")
    return hub(timeouts=SOON, allowPrivateAddresses=True)


@pytest.mark.parametrize("limit", [{"uses": 1}, {"lifetime": 60_000}, {}], ids=["used up", "still good", "unlimited"])
@pytest.mark.parametrize("how", ["reset", "stall"])
def test_registry_is_asked(berth, upstream, limit, how):
    upstream.redirect_blobs(**limit)
    trouble = {"stall": {"after": HALF, "until": "never"}} if how == "stall" else {"cut": {"after": HALF, "how": how}}
    upstream.on("redirectTarget", times=1, **trouble)
    with within(AFTER_ONE_TIMEOUT):
        assert berth.get(TARGET, timeout=60).body == BLOB.data
    first, second = upstream.requests("blobGet")
    assert second.header("Range").startswith("bytes=")
    links = [each.query for each in upstream.requests("redirectTarget")]
    # One without a limit is the same each time that it is given out.
    assert len(links) == 2 and (len(set(links)) == 2 or not limit), "each link is used once"
    assert upstream.bytes_of(BLOB.digest) <= BLOB.size * 1.02


def test_link_runs_out_while_it_is_slow(berth, upstream):
    """The link dies under the transfer, and the storage service ends it."""
    upstream.redirect_blobs(lifetime=1)
    upstream.on("redirectTarget", times=1, delay=50)
    with within(AT_ONCE):
        assert berth.get(TARGET, timeout=60).status == 502
    upstream.remove_rules()
    assert berth.get(TARGET).body == BLOB.data


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_storage_refuses_once(berth, upstream, status):
    """In the middle of a transfer: healed."""
    upstream.redirect_blobs(uses=1)
    upstream.on("redirectTarget", times=1, cut={"after": HALF, "how": "reset"})
    upstream.on("redirectTarget", skip=1, times=1, status=status)
    assert berth.get(TARGET, timeout=60).body == BLOB.data
    assert upstream.bytes_of(BLOB.digest) <= BLOB.size * 1.02


@pytest.mark.parametrize("kind", ["refused", "silence", "404", "500"])
def test_storage_in_trouble(berth, upstream, kind):
    """From the start: a miss fails in time. Its 404 is an answer: registries that keep no content of their own, such as
    registry.k8s.io, redirect for whatever is asked, and the target knows whether there is such a thing."""
    upstream.redirect_blobs()
    if kind == "refused":
        upstream.down("storage")
    elif kind == "silence":
        upstream.on("redirectTarget", hold="never")
    else:
        upstream.on("redirectTarget", status=int(kind))
    with within(AFTER_ONE_TIMEOUT):
        answer = berth.get(TARGET, timeout=60)
    status, code = {"silence": (504, "UNAVAILABLE"), "404": (404, "BLOB_UNKNOWN")}.get(kind, (502, "UNAVAILABLE"))
    assert (answer.status, answer.error_code()) == (status, code)
    upstream.up("storage") if kind == "refused" else None
    upstream.remove_rules()
    assert berth.get(TARGET).body == BLOB.data


def test_storage_goes_down_in_the_middle(berth, upstream):
    """And the registry serves the blob itself from then on."""
    rule = upstream.redirect_blobs()
    upstream.on("redirectTarget", stall={"after": HALF, "until": "never"})
    with berth.connect() as connection:
        connection.send_request("GET", TARGET)
        body = connection.body(connection.read_head())
        upstream.await_requests("redirectTarget", stage="stalled")
        upstream.remove_rule(rule)
        upstream.down("storage")
        assert body.rest() == BLOB.data

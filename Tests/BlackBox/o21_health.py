"""`/healthz` and `/readyz`: alive, and serving as it should or why not; and nothing else that tells of the inside."""

import json

import pytest
from support import images
from support.http import exchange
from support.service import listens, wait_until

BLOB = images.Content("", images.noise("o21", 5_000_000))


def ask(berth, path, *fields):
    return exchange(berth.admin_address, "GET", path, fields)


def test_ready(hub):
    berth = hub()
    assert (ask(berth, "/healthz").status, ask(berth, "/healthz").body) == (200, b"ok\n")
    assert (ask(berth, "/readyz").status, ask(berth, "/readyz").body) == (200, b"ready\n")
    document = json.loads(ask(berth, "/readyz", ("Accept", "application/json")).body)
    assert document == {"status": "ready", "reasons": []}


def test_an_upstream_that_is_down_is_no_reason(hub, upstream):
    berth = hub()
    upstream.down()
    assert berth.get("/v2/app/manifests/1").status >= 500
    assert ask(berth, "/readyz").status == 200


def reasons(berth):
    """The parts that are not ready, as text and JSON say alike."""
    document = json.loads(ask(berth, "/readyz", ("Accept", "application/json")).body)
    lines = ask(berth, "/readyz").body.decode().splitlines()
    assert document["status"] == "not ready"
    assert lines == [f"{each['part']}: {each['reason']}" for each in document["reasons"]]
    return [each["part"] for each in document["reasons"]]


def test_shutting_down(hub, upstream):
    """Whoever sends requests here is told while answers under way finish; then Berth ends."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", stall={"after": 1_000_000, "until": "terminated"})
    berth = hub()
    with berth.connect() as client:
        client.send_request("GET", f"/v2/library/app/blobs/{BLOB.digest}")
        body = client.body(client.read_head())
        had = body.read(100_000)
        berth.terminate()
        wait_until(lambda: not listens(berth.port), "the listener closed")
        assert ask(berth, "/readyz").status == 503 and reasons(berth) == ["process"]
        assert ask(berth, "/healthz").status == 200, "there is nothing to start again"
        upstream.release("terminated")
        assert had + body.rest() == BLOB.data
    assert berth.wait_ended() == 0


@pytest.mark.parametrize("path", ["/debug", "/debug/pprof/", "/debug/vars", "/", "/v2/", "/config", "/api/v1/../debug"])
def test_nothing_else(hub, path):
    assert ask(hub(), path).status in (403, 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_reading_only(hub, method):
    assert exchange(hub().admin_address, method, "/metrics").status == 405

"""`/healthz` and `/readyz`: alive, and serving as it should or why not; and nothing else that tells of the inside."""

import json

import pytest
from support.http import exchange


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


@pytest.mark.parametrize("path", ["/debug", "/debug/pprof/", "/debug/vars", "/", "/v2/", "/config", "/api/v1/../debug"])
def test_nothing_else(hub, path):
    assert ask(hub(), path).status in (403, 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_reading_only(hub, method):
    assert exchange(hub().admin_address, method, "/metrics").status == 405

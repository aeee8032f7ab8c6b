"""Engines ask /v2/ first, some with HEAD, some without the slash: all are told that this is a registry,
on a connection that stays usable, and upstream hears nothing of it."""

import pytest


@pytest.mark.parametrize("target", ["/v2/", "/v2"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_ping(hub, upstream, method, target):
    berth = hub()
    answer = berth.request(method, target)
    assert answer.status == 200
    assert answer["Docker-Distribution-API-Version"] == "registry/2.0"
    assert answer["Content-Length"] is not None
    assert method == "GET" or answer.body == b""
    assert upstream.requests() == []


def test_connection_stays_open(hub):
    with hub().connect() as connection:
        for method in ("GET", "HEAD", "GET", "HEAD"):
            assert connection.request(method, "/v2/").status == 200

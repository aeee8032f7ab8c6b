"""Java's HTTP client and `curl --http2` offer h2c with each request, browsers and proxies other protocols: the offer is
ignored (RFC 9110 §7.8), and the connection goes on as if it had not been made, on every listener, with every status."""

import pytest
from support import images
from support.http import Connection

IMAGE = images.single("l14")

OFFERS = {
    "h2c": [("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"), ("HTTP2-Settings", "AAMAAABkAAQAAP__")],
    "websocket": [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")],
    "TLS": [("Connection", "upgrade"), ("Upgrade", "TLS/1.2")],
    "several": [("Connection", "keep-alive, upgrade"), ("Upgrade", "foo/1, bar")],
}


@pytest.mark.parametrize("offer", OFFERS)
def test_registry(hub, upstream, offer):
    upstream.push(IMAGE, "library/app", "1")
    targets = {
        "/v2/": 200,
        "/": 200,
        "/v2/library/app/manifests/1": 200,
        f"/v2/library/app/blobs/{IMAGE.layers[0].digest}": 200,
        "/v2/library/app/manifests/none": 404,
        "/v2/library/app/manifests/%": 400,
        "/v2/library/app/tags/list": 200,
    }
    with hub().connect(timeout=5) as connection:
        for _ in range(2):
            for target, status in targets.items():
                for method in ("GET", "HEAD"):
                    assert connection.request(method, target, OFFERS[offer]).status == status
                    assert connection.request(method, target).status == status
        assert connection.request("DELETE", "/v2/library/app/manifests/1", OFFERS[offer]).status == 405
        assert connection.request("GET", "/v2/").status == 200


def test_pipelined(hub):
    with hub().connect(timeout=5) as connection:
        for number in range(30):
            connection.send_request("GET", "/v2/", OFFERS["h2c"] if number % 2 else [])
        for _ in range(30):
            assert connection.read_response().body == b"{}"


def test_admin(hub):
    """Orders have bodies: what follows one is the next request."""
    berth = hub()
    with Connection(berth.admin_address, timeout=5) as connection:
        for _ in range(2):
            assert connection.request("GET", "/healthz", OFFERS["h2c"]).body == b"ok\n"
            fields = [("Berth-Admin", "1"), *OFFERS["websocket"]]
            assert connection.request("POST", "/api/v1/evict", fields, b'{"pattern":"docker.io/none"}').status in (200, 404)
            assert connection.request("GET", "/metrics").status == 200
            assert connection.request("GET", "/nothing", OFFERS["TLS"]).status == 404

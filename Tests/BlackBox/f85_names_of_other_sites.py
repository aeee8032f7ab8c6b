"""A web page can have its own name point at this machine (DNS rebinding): its requests carry that name, and a listener
that only this machine reaches does not answer to it, whatever is asked, at the registry's port and the admin one."""

import pytest
from support import images
from support.http import exchange
from support.service import free_port

IMAGE = images.single("f85")
TARGET = "/v2/library/app/manifests/1"
OTHERS = ["evil.example", "evil.example:5000", "127.0.0.1.evil.example", "[evil.example]", "registry.evil.example."]
OWN = ["127.0.0.1:5000", "localhost", "[::1]:5000", "registry:5000", "app.localhost", "host.docker.internal"]


@pytest.fixture
def berth(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    port = free_port()
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url], "hosts": ["hub.mirror.example"]}},
        listen={"address": f"127.0.0.1:{port}", "hosts": ["local.mirror.example"]},
        externalURL="https://berth.example:8443",
    )
    berth.port = port
    return berth


@pytest.mark.parametrize("host", OTHERS)
def test_not_answered(berth, upstream, host):
    page = [("Host", host), ("Origin", f"http://{host}"), ("Sec-Fetch-Site", "same-origin")]
    assert berth.get(TARGET).status == 200
    asked = len(upstream.requests())
    for target in (TARGET, "/v2/", f"/v2/library/app/blobs/{IMAGE.layers[0].digest}", "/v2/library/app/tags/list"):
        answer = berth.get(target, page)
        assert answer.status == 421, target
        assert "hosts:" in answer.body.decode() and "externalURL:" in answer.body.decode()
    for target in ("/metrics", "/healthz", "/readyz", "/api/v1/stats"):
        assert exchange(berth.admin_address, "GET", target, [("Host", host), ("Berth-Admin", "1")]).status == 421, target
    assert len(upstream.requests()) == asked, "nothing is fetched for it"


def test_answered(berth):
    for host in [*OWN, "hub.mirror.example", "local.mirror.example:5000", "berth.example", "BERTH.example:8443"]:
        assert berth.get(TARGET, [("Host", host)]).body == IMAGE.manifest.data, host


def test_where_others_connect_any_name_is_ours(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    port = free_port()
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}}, listen=f"0.0.0.0:{port}")
    berth.port = port
    for host in OTHERS[:2]:
        assert berth.get(TARGET, [("Host", host)]).body == IMAGE.manifest.data, host

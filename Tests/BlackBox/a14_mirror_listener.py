"""Engines that use Berth as a mirror bring the credentials of other registries, which are nobody's business here: a mirror
listener challenges nobody, looks at no Authorization, and has nothing but pulls."""

import pytest
from support import access, images
from support.http import exchange
from support.service import free_port

IMAGE = images.single("a14")


@pytest.fixture
def mirror(upstream, start_berth, workplace):
    for name in ("public/app", "private/app"):
        upstream.push(IMAGE, name, "1")
    port = free_port()
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url]}},
        access=access.section(workplace.directory, tokens={"node": "ann"}),
        listen=[{"address": f"127.0.0.1:{free_port()}"}, {"address": f"127.0.0.1:{port}", "mirror": True}],
    )
    berth.port = port
    return berth


HUBS = [[], access.basic("hub-user", "hub-password"), access.bearer("hub-token"), [("Authorization", "nonsense")],
        access.basic("ann"), access.basic("ann", "wrong")]


@pytest.mark.parametrize("shown", HUBS)
def test_whatever_is_brought_is_nothing(mirror, shown):
    assert mirror.get("/v2/", shown).status == 200
    assert mirror.get("/v2/public/app/manifests/1?ns=docker.io", shown).body == IMAGE.manifest.data
    for name in ("private/app", "private/none"):
        answer = mirror.get(f"/v2/{name}/manifests/1", shown)
        assert (answer.status, answer.error_code()) == (404, "NAME_UNKNOWN"), "also for ann: this is not how she says so"
        assert answer.get("WWW-Authenticate") is None


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("target", ["/v2/token", "/v2/_catalog", "/v1/search?q=x", "/v1/repositories/x/images"])
def test_what_is_not_there(mirror, method, target):
    assert mirror.request(method, target).status == 404


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_nothing_but_pulls(mirror, method):
    for name in ("public/app", "private/app", "private/none"):
        for target in (f"/v2/{name}/manifests/1", f"/v2/{name}/blobs/uploads/"):
            answer = exchange(mirror.address, method, target, access.basic("ann"))
            assert answer.status == 405, target
            assert answer.get("WWW-Authenticate") is None


def test_a_machine_token_of_its_own(mirror):
    shown = [("Berth-Token", access.machine_token("node")), *access.basic("hub-user", "hub-password")]
    assert mirror.get("/v2/private/app/manifests/1", shown).body == IMAGE.manifest.data
    wrong = [("Berth-Token", access.machine_token("gone"))]
    assert mirror.get("/v2/public/app/manifests/1", wrong).status == 200, "who shows a wrong one is anybody"
    assert mirror.get("/v2/private/app/manifests/1", wrong).status == 404


def test_a_mirror_needs_no_rules(upstream, start_berth):
    upstream.push(IMAGE, "public/app", "1")
    port = free_port()
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url]}}, listen=[{"address": f"127.0.0.1:{port}", "mirror": True}]
    )
    berth.port = port
    assert berth.get("/v2/public/app/manifests/1", access.basic("hub-user", "x")).status == 200
    assert berth.get("/v2/token").status == 404
    assert berth.request("PUT", "/v2/public/app/manifests/1").status == 405

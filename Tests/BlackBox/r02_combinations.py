"""Prefix and ns may come together (BuildKit, containerd with override_path), aliases may stand wherever a name may;
ns is said back as OCI-Namespace, and the path is the name in the registry that it names; a prefix before /v2/ and an ns
that disagree are refused and nobody is asked."""

import itertools

import pytest
from support import images

IMAGE = images.single("r02")
NAMES = ["docker.io", "index.docker.io", "registry-1.docker.io"]


@pytest.fixture
def berth(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.push(IMAGE, "acme/app", "1")
    return start_berth({"docker.io": {"endpoints": [upstream.url]}})


def test_prefix_and_namespace(berth, upstream):
    for prefix, namespace in itertools.product(["", *NAMES], ["", *NAMES]):
        target = f"/v2/{prefix + '/' if prefix else ''}library/app/manifests/1{'?ns=' + namespace if namespace else ''}"
        answer = berth.get(target)
        assert (answer.status, answer.body) == (200, IMAGE.manifest.data), target
        assert answer.get("OCI-Namespace") == ("docker.io" if namespace else None), target
    assert upstream.gets(IMAGE.digest) == 1, "all are one repository"


def test_prefix_before_v2_and_namespace(berth):
    for prefix in NAMES:
        assert berth.get(f"/{prefix}/v2/library/app/manifests/1?ns=docker.io").status == 200
        assert berth.get(f"/{prefix}/v2/").status == 200


def test_names_are_case_insensitive_hosts(berth):
    assert berth.get("/v2/library/app/manifests/1?ns=Docker.IO").status == 200
    assert berth.get("/v2/library/app/manifests/1?ns=docker%2Eio").status == 200


@pytest.mark.parametrize("namespace", ["docker.io%00", "docker.io%", "%zz", "docker.io%20", "docker.io%0d%0aX:%20y"])
def test_namespace_that_does_not_decode(berth, upstream, namespace):
    """It is refused: taken for no namespace at all, it would mean the default upstream's image."""
    for target in ("/v2/library/app/manifests/1", "/v2/docker.io/library/app/manifests/1"):
        assert berth.get(f"{target}?ns={namespace}").status == 400
    assert upstream.requests() == []


def test_one_segment_names(berth, upstream):
    """`app` on Docker Hub means `library/app`, by every route."""
    for target in (
        "/v2/app/manifests/1",
        "/v2/app/manifests/1?ns=docker.io",
        "/v2/docker.io/app/manifests/1",
        "/docker.io/v2/app/manifests/1",
        "/v2/index.docker.io/app/manifests/1",
    ):
        assert berth.get(target).body == IMAGE.manifest.data, target
    assert {request.repository for request in upstream.requests()} == {"library/app"}
    assert berth.get("/v2/acme/app/manifests/1").body == IMAGE.manifest.data


def test_library_is_docker_hubs_alone(start_berth, upstream):
    upstream.push(IMAGE, "app", "1")
    berth = start_berth({"quay.io": {"endpoints": [upstream.url]}})
    assert berth.get("/v2/quay.io/app/manifests/1").body == IMAGE.manifest.data


def test_disagreement(start_berth, start_upstream):
    hub, quay = start_upstream("hub"), start_upstream("quay")
    berth = start_berth({"docker.io": {"endpoints": [hub.url]}, "quay.io": {"endpoints": [quay.url]}})
    answer = berth.get("/docker.io/v2/library/app/manifests/1?ns=quay.io")
    assert 400 <= answer.status < 500
    assert answer.error_code() in ("NAME_UNKNOWN", "NAME_INVALID", "UNSUPPORTED")
    assert hub.requests() == quay.requests() == []


def test_a_project_called_like_another_registry(start_berth, start_upstream):
    hub, quay = start_upstream("hub"), start_upstream("quay")
    quay.push(IMAGE, "docker.io/library/app", "1")
    berth = start_berth({"docker.io": {"endpoints": [hub.url]}, "quay.io": {"endpoints": [quay.url]}})
    for target in (
        "/v2/docker.io/library/app/manifests/1?ns=quay.io",
        "/v2/quay.io/docker.io/library/app/manifests/1",
        "/v2/quay.io/docker.io/library/app/manifests/1?ns=quay.io",
    ):
        assert berth.get(target).body == IMAGE.manifest.data, target
    assert hub.requests() == []


def test_spellings(berth):
    for target in (
        "/v2/library/app/manifests/1?ns=docker.io:443",
        "/v2/library/app/manifests/1?ns=docker.io.",
        "/v2/docker.io./library/app/manifests/1",
        "/v2/docker.io:443/library/app/manifests/1",
        "/v2/docker.io/v2/library/app/manifests/1",
        "/DOCKER.io:443/v2/library/app/manifests/1",
    ):
        assert berth.get(target).body == IMAGE.manifest.data, target


def test_upstream_with_port_in_its_name(start_berth, upstream):
    upstream.push(IMAGE, "acme/app", "1")
    berth = start_berth({"registry.example:5443": {"endpoints": [upstream.url]}})
    for target in (
        "/v2/registry.example:5443/acme/app/manifests/1",
        "/v2/registry.example%3A5443/acme/app/manifests/1",
        "/v2/acme/app/manifests/1?ns=registry.example:5443",
        "/v2/acme/app/manifests/1?ns=registry.example%3A5443",
    ):
        assert berth.get(target).body == IMAGE.manifest.data, target


def test_repository_named_like_an_endpoint(berth, upstream):
    """Names may hold the API's own words."""
    for name in ("acme/manifests", "acme/blobs/app", "acme/tags/list", "manifests/manifests", "v2/v2"):
        upstream.push(IMAGE, name, "1")
        assert berth.get(f"/v2/{name}/manifests/1").body == IMAGE.manifest.data, name
        assert berth.get(f"/v2/{name}/blobs/{IMAGE.layers[0].digest}").body == IMAGE.layers[0].data, name
        assert berth.get(f"/v2/{name}/tags/list").json()["tags"] == ["1"], name


def test_berth_behind_berth(berth, start_berth):
    """An endpoint may have a path, which then stands before /v2/: such as another Berth, told the upstream by it."""
    inner = f"http://127.0.0.1:{berth.port}/docker.io"
    outer = start_berth({"docker.io": {"endpoints": [inner]}}, name="outer")
    assert outer.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    for blob in IMAGE.blobs:
        assert outer.get(f"/v2/app/blobs/{blob.digest}").body == blob.data
    assert outer.get("/v2/app/tags/list").json()["tags"] == ["1"]

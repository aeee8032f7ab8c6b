"""Manifests of every kind come by tag and by digest, byte for byte as docker-registry holds them, with type, length and
digest said; HEAD says the same without a body; what is not there is 404 with the specification's code."""

import pytest
from support import images

KINDS = {
    "oci": images.single("p02"),
    "docker": images.single("p02", docker=True),
    "index": images.multi("p02"),
    "list": images.multi("p02", docker=True),
}

#: One field with everything, as containerd; six lines, as podman; only a wildcard; nothing at all.
ACCEPTS = {
    "one line": [("Accept", ", ".join(images.MANIFEST_TYPES) + ", */*")],
    "several lines": [("Accept", media_type) for media_type in reversed(images.MANIFEST_TYPES)],
    "anything": [("Accept", "*/*")],
    "nothing": [],
}


@pytest.fixture
def berth(registry, start_berth):
    for kind, what in KINDS.items():
        registry.push(what, f"library/{kind}", "1.0")
    return start_berth({"docker.io": {"endpoints": [registry.url]}})


def check(answer, manifest, method):
    assert answer.status == 200
    assert answer["Content-Type"] == manifest.media_type
    assert answer["Content-Length"] == str(manifest.size)
    assert answer["Docker-Content-Digest"] == manifest.digest
    assert answer["ETag"] == f'"{manifest.digest}"'
    assert answer.body == (manifest.data if method == "GET" else b"")


@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_by_tag_and_digest(berth, method, accept):
    for kind, what in KINDS.items():
        check(berth.request(method, f"/v2/{kind}/manifests/1.0", ACCEPTS[accept]), what.manifest, method)
        for manifest in what.manifests:
            check(berth.request(method, f"/v2/{kind}/manifests/{manifest.digest}", ACCEPTS[accept]), manifest, method)


def test_digest_is_served_whatever_is_accepted(berth):
    """By digest there is one answer only; an Accept that leaves its type out does not change it."""
    index = KINDS["index"].manifest
    answer = berth.get(f"/v2/index/manifests/{index.digest}", [("Accept", images.DOCKER_MANIFEST)])
    check(answer, index, "GET")


def test_encoded_colon(berth):
    manifest = KINDS["oci"].manifest
    check(berth.get(f"/v2/oci/manifests/{manifest.digest.replace(':', '%3A')}"), manifest, "GET")
    check(berth.get(f"/v2/oci/manifests/{manifest.digest.replace(':', '%3a')}"), manifest, "GET")


@pytest.mark.parametrize("reference", ["no-such-tag", images.digest_of(b"nowhere")])
def test_unknown(berth, reference):
    answer = berth.get(f"/v2/oci/manifests/{reference}")
    assert (answer.status, answer.error_code()) == (404, "MANIFEST_UNKNOWN")
    assert berth.head(f"/v2/oci/manifests/{reference}").status == 404


def test_unknown_repository(berth):
    answer = berth.get("/v2/no-such-repository/manifests/1.0")
    assert answer.status == 404
    assert answer.error_code() in ("NAME_UNKNOWN", "MANIFEST_UNKNOWN")

"""Referrers are an image index for every digest: from upstream's API in all its pages, else from the fallback tag, else
empty; filtered by artifactType on request, which is then said."""

import json

import pytest
from support import images

IMAGE = images.single("p07")
SBOM = images.artifact(IMAGE.manifest, "application/vnd.example.sbom", "sbom", org="example", number="1")
SIGNATURE = images.artifact(IMAGE.manifest, "application/vnd.example.signature", "signature", org="example")
BY_CONFIG = images.artifact(IMAGE.manifest, "application/vnd.example.config.v1+json", "by config", by_config=True)
ARTIFACTS = (SBOM, SIGNATURE, BY_CONFIG)
TARGET = f"/v2/library/app/referrers/{IMAGE.digest}"


@pytest.fixture
def berth(upstream, hub):
    upstream.push(IMAGE, "library/app", "1")
    for artifact in ARTIFACTS:
        upstream.push(artifact, "library/app")
    return hub()


def descriptors(answer):
    assert answer.status == 200
    assert answer["Content-Type"] == images.OCI_INDEX
    document = answer.json()
    assert (document["schemaVersion"], document["mediaType"]) == (2, images.OCI_INDEX)
    return {each["digest"]: each for each in document["manifests"]}


def check_all(found):
    assert set(found) == {artifact.digest for artifact in ARTIFACTS}
    assert found[SBOM.digest]["artifactType"] == "application/vnd.example.sbom"
    assert found[SBOM.digest]["annotations"] == {"org": "example", "number": "1"}
    assert found[SBOM.digest]["size"] == SBOM.manifest.size
    assert found[SBOM.digest]["mediaType"] == images.OCI_MANIFEST
    assert found[BY_CONFIG.digest]["artifactType"] == "application/vnd.example.config.v1+json"


SETTINGS = {
    "api": {},
    "pages": {"pageSize": 1},
    "no filter upstream": {"filters": False},
    "fallback tag": {"isEnabled": False, "hasFallbackTags": True},
}


@pytest.mark.parametrize("kind", SETTINGS)
def test_all(berth, upstream, kind):
    upstream.settings(referrers=SETTINGS[kind])
    check_all(descriptors(berth.get(TARGET)))


@pytest.mark.parametrize("kind", SETTINGS)
def test_filter(berth, upstream, kind):
    upstream.settings(referrers=SETTINGS[kind])
    answer = berth.get(f"{TARGET}?artifactType=application/vnd.example.sbom")
    assert set(descriptors(answer)) == {SBOM.digest}
    assert answer["OCI-Filters-Applied"] == "artifactType"
    # The plus sign of a media type may come encoded, and must be when a form library wrote the query.
    answer = berth.get(f"{TARGET}?artifactType=application%2Fvnd.example.config.v1%2Bjson")
    assert set(descriptors(answer)) == {BY_CONFIG.digest}
    assert descriptors(berth.get(f"{TARGET}?artifactType=application/vnd.example.none")) == {}


def test_filter_is_not_claimed_without_one(berth):
    for query in ("", "?artifactType="):
        answer = berth.get(f"{TARGET}{query}")
        assert answer.get("OCI-Filters-Applied") is None
        check_all(descriptors(answer))


@pytest.mark.parametrize("kind", ["api", "fallback tag"])
def test_none(berth, upstream, kind):
    """Never 404: a digest without referrers has an empty list (distribution-spec §Listing Referrers)."""
    upstream.settings(referrers=SETTINGS[kind])
    assert descriptors(berth.get(f"/v2/library/app/referrers/{SBOM.digest}")) == {}
    assert descriptors(berth.get(f"/v2/library/app/referrers/{images.digest_of(b'unheard of')}")) == {}


@pytest.mark.parametrize("digest", ["sha256:abc", "latest", "sha256:" + "A" * 64, "md5:" + "0" * 32])
def test_bad_digest(berth, digest):
    answer = berth.get(f"/v2/library/app/referrers/{digest}")
    assert (answer.status, answer.error_code()) == (400, "DIGEST_INVALID")


def test_head(berth):
    answer = berth.head(TARGET)
    assert answer.status == 200
    assert int(answer["Content-Length"]) > 0


def test_referrers_can_be_pulled(berth):
    for artifact in ARTIFACTS:
        assert berth.get(f"/v2/library/app/manifests/{artifact.digest}").body == artifact.manifest.data
        for blob in artifact.blobs:
            assert berth.get(f"/v2/library/app/blobs/{blob.digest}").body == blob.data


def test_fallback_tag_is_an_ordinary_tag_too(berth, upstream):
    """oras and regctl ask for it themselves when they think that there is no API."""
    upstream.settings(referrers=SETTINGS["fallback tag"])
    answer = berth.get(f"/v2/library/app/manifests/{IMAGE.digest.replace(':', '-')}")
    assert answer.status == 200
    assert {each["digest"] for each in answer.json()["manifests"]} == {artifact.digest for artifact in ARTIFACTS}


def test_debian_registry_has_no_such_api(registry, start_berth):
    """docker-registry 2.8.2 answers 404: the fallback tag counts."""
    registry.push(IMAGE, "library/app", "1")
    for artifact in ARTIFACTS:
        registry.push(artifact, "library/app")
    fallback = images.referrers_index(*ARTIFACTS)
    registry.push_manifest(fallback, "library/app", IMAGE.digest.replace(":", "-"))
    berth = start_berth({"docker.io": {"endpoints": [registry.url]}})
    check_all(descriptors(berth.get(TARGET)))
    assert descriptors(berth.get(f"/v2/library/app/referrers/{SBOM.digest}")) == {}


def test_passed_on_as_it_stands(berth, upstream):
    """Descriptions are upstream's: an artifact type in mixed case or that is none, data, urls, what Berth does not know."""
    described = [
        {**SBOM.manifest.descriptor(), "artifactType": "application/vnd.Example.Attestation+JSON", "data": "e30="},
        {**SIGNATURE.manifest.descriptor(), "artifactType": "a signature", "urls": ["https://example.com"], "x-new": {"a": [1]}},
    ]
    index = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": described}
    upstream.on("referrers", body=json.dumps(index), headers={"Content-Type": images.OCI_INDEX})
    for _ in range(2):
        assert list(descriptors(berth.get(TARGET)).values()) == described
    mixed = berth.get(f"{TARGET}?artifactType=application/vnd.Example.Attestation%2BJSON")
    assert list(descriptors(mixed).values()) == described[:1]
    assert descriptors(berth.get(f"{TARGET}?artifactType=application/vnd.example.attestation%2Bjson")) == {}


def test_fallback_tag_that_is_the_subject(berth, upstream):
    """Some registries take `sha256-…` for the digest itself: the images of an index do not refer to it."""
    multi = images.multi("p07")
    upstream.push(multi, "library/multi", "1", multi.digest.replace(":", "-"))
    upstream.settings(referrers={"isEnabled": False})
    assert descriptors(berth.get(f"/v2/library/multi/referrers/{multi.digest}")) == {}


@pytest.mark.parametrize(
    "action",
    [
        {"status": 200, "body": "<!DOCTYPE html><title>Registry</title>", "headers": {"Content-Type": "text/html"}},
        {"status": 200, "body": '{"errors":[{"code":"NOT_FOUND"}]}'},
        {"status": 200, "body": ""},
        {"status": 404, "body": "404 page not found", "headers": {"Content-Type": "text/plain"}},
        {"status": 415},
        {"redirect": {"to": "http://10.0.0.1/login", "status": 302}},
    ],
    ids=json.dumps,
)
def test_no_such_api_in_other_words(berth, upstream, action):
    upstream.settings(referrers={"hasFallbackTags": True})
    upstream.on("referrers", **action)
    check_all(descriptors(berth.get(TARGET)))

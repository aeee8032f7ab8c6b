"""Upstream answers 200 and something that is no manifest, or not the one asked for: a miss is 502 and nothing of it is
kept; a held tag is answered as last seen, with a warning."""

import json

import pytest
from support import images
from support.trouble import AT_ONCE, HELD, KINDS, MISSES, MISSING, check_stale, scene, within

MEDIA_TYPE = {"Content-Type": images.OCI_MANIFEST}
DOCUMENT = json.loads(MISSING.manifest.data)


def changed(**members):
    return json.dumps({**DOCUMENT, **members})


BODIES = {
    "empty": "",
    "HTML of a portal": "<!DOCTYPE html><title>Please log in</title>",
    "cut short": MISSING.manifest.data.decode()[:-40],
    "no object": "[]",
    "null": "null",
    "two documents": MISSING.manifest.data.decode() * 2,
    "deep": '{"a":' * 200 + "1" + "}" * 200,
    "key twice": '{"schemaVersion":2,"schemaVersion":2,' + MISSING.manifest.data.decode().lstrip()[1:],
    "index and image": changed(manifests=[]),
    "broken digest": changed(config={**DOCUMENT["config"], "digest": "sha256:12"}),
    "negative size": changed(config={**DOCUMENT["config"], "size": -1}),
    "size beyond 64 bits": changed(config={**DOCUMENT["config"], "size": 10**30}),
    "layers no list": changed(layers="many"),
}


def portal(body):
    """GETs of manifests are answered so; HEADs tell of the same bytes, since they are not what is wrong."""
    digest = images.digest_of(body.encode())
    return {"body": body, "headers": {**MEDIA_TYPE, "Docker-Content-Digest": digest}}


@pytest.mark.parametrize("kind", BODIES)
def test_miss(start_berth, upstream, kind):
    place = scene(start_berth, upstream)
    upstream.on(["manifestGet", "manifestHead"], **portal(BODIES[kind]))
    with within(AT_ONCE):
        answer = place.berth.get(MISSES["tag"], timeout=60)
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    upstream.remove_rules()
    assert place.berth.get(MISSES["tag"]).body == MISSING.manifest.data


@pytest.mark.parametrize("kind", BODIES)
def test_held(start_berth, upstream, kind):
    place = scene(start_berth, upstream)
    upstream.on(["manifestGet", "manifestHead"], **portal(BODIES[kind]))
    with within(AT_ONCE):
        check_stale(place.berth.get("/v2/held/manifests/1"))
    upstream.remove_rules()
    assert place.berth.get("/v2/held/manifests/1").get("Warning") is None


WRONG = {
    "other bytes under the digest": lambda upstream: {"serve": HELD.digest},
    "flipped": lambda upstream: {"flipByte": 20},
    "too short": lambda upstream: {"cut": {"after": 50, "how": "close"}},
    "too long": lambda upstream: {"framing": "chunked", "extraBytes": 3},
    "compressed": lambda upstream: {"gzip": True},
    "type of another kind": lambda upstream: {"headers": {"Content-Type": images.OCI_INDEX}},
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_bytes(start_berth, upstream, kind):
    """Asked by digest."""
    place = scene(start_berth, upstream)
    if kind == "other bytes under the digest":
        upstream.push_manifest(HELD.manifest, "library/missing")
    upstream.on(KINDS, **WRONG[kind](upstream))
    with within(AT_ONCE):
        answer = place.berth.get(MISSES["manifest"], timeout=60)
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    upstream.remove_rules()
    assert place.berth.get(MISSES["manifest"]).body == MISSING.manifest.data


def test_declared_digest_of_another(start_berth, upstream):
    """Asked by digest, the bytes alone decide: what upstream says of them is neither needed nor passed on."""
    place = scene(start_berth, upstream)
    upstream.on(KINDS, headers={"Docker-Content-Digest": images.digest_of(b"x")})
    answer = place.berth.get(MISSES["manifest"])
    assert (answer.status, answer.body) == (200, MISSING.manifest.data)
    assert answer["Docker-Content-Digest"] == MISSING.digest

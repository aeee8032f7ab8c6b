"""An index of indexes is one image: listing, inspecting, pinning, evicting and fetching ahead go down to its layers."""

import pytest
from support import images
from support.commands import answer, order
from support.images import OCI_INDEX, json_content
from support.service import wait_until

ONE, TWO = images.single("o10 one"), images.single("o10 two", platform="linux/arm64")


def index(*children):
    return json_content(
        OCI_INDEX, {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [each.descriptor() for each in children]}
    )


INNER = index(ONE.manifest)
MIDDLE = index(INNER, TWO.manifest)
OUTER = index(MIDDLE)
MANIFESTS = (OUTER, MIDDLE, INNER, ONE.manifest, TWO.manifest)
BLOBS = (*ONE.blobs, *TWO.blobs)


@pytest.fixture
def berth(hub, upstream):
    upstream.push(ONE, "library/app")
    upstream.push(TWO, "library/app", "two")
    for inner in (INNER, MIDDLE):
        upstream.push_manifest(inner, "library/app")
    upstream.push_manifest(OUTER, "library/app", "nested")
    berth = hub(tagFreshness="1h")
    for manifest in MANIFESTS:
        assert berth.get(f"/v2/app/manifests/{manifest.digest}").body == manifest.data
    assert berth.get("/v2/app/manifests/nested").body == OUTER.data
    for blob in BLOBS:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data
    wait_until(lambda: all(berth.holds(each.digest) for each in (*MANIFESTS, *BLOBS)), "kept")
    return berth


def test_all_of_it_is_seen(berth):
    (image,) = (each for each in answer(berth, "ls", "app")["images"] if each["name"] == "docker.io/library/app:nested")
    assert image["heldBytes"] == sum(each.size for each in (*MANIFESTS, *BLOBS))
    assert image["missingBytes"] == 0


def test_a_pin_keeps_its_layers(berth, upstream):
    """Another tag that shares a layer is evicted: what the pinned index needs stays."""
    assert berth.get("/v2/app/manifests/two").body == TWO.manifest.data
    order(berth, "pin", "app:nested")
    order(berth, "evict", "app:two")
    upstream.down()
    for each in MANIFESTS:
        assert berth.get(f"/v2/app/manifests/{each.digest}").body == each.data
    for blob in BLOBS:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data


def test_an_eviction_takes_all_of_it(berth):
    order(berth, "evict", "app:nested")
    wait_until(lambda: not any(berth.holds(each.digest) for each in (*MANIFESTS, *BLOBS)), "gone")


def test_it_is_fetched_ahead(berth, upstream):
    order(berth, "evict", "app:nested")
    order(berth, "warm", "app:nested", "--platform", "all")
    wait_until(lambda: all(berth.holds(each.digest) for each in (*MANIFESTS, *BLOBS)), "kept")

"""What clients and upstreams can make Berth write to its index is bounded by what is held: lists of referrers for subjects that
are not, and manifests that name thousands of contents, leave nothing behind."""

import json

import pytest
from support import images
from support.images import OCI_MANIFEST, json_content
from support.parallel import results, together
from support.service import wait_until

KIB = 1 << 10
NAMED = 2_000


def digest(number):
    return images.digest_of(f"s08 {number}".encode())


def manifest_naming_many(number):
    layers = [
        {"mediaType": images.OCI_LAYER, "digest": images.digest_of(f"s08 {number} {each}".encode()), "size": 1}
        for each in range(NAMED)
    ]
    config = images.single("s08").config.descriptor()
    return json_content(
        OCI_MANIFEST, {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": layers}
    )


@pytest.fixture
def small(start_berth, upstream):
    return start_berth({"docker.io": {"endpoints": [upstream.url]}}, store={"capacity": 1 << 20, "keepFree": 0})


def test_referrers_of_what_is_not_held(small, upstream):
    upstream.push(images.single("s08"), "library/app", "1")
    before = small.metric("berth_store_index_bytes")
    answers = together(8, lambda worker: [
        small.get(f"/v2/app/referrers/{digest(worker * 100 + each)}").json()["manifests"] for each in range(100)
    ])
    assert all(listed == [] for listing in results(answers) for listed in listing)
    assert small.metric("berth_store_index_bytes") - before <= 16 * KIB


def test_a_list_is_kept_with_its_subject(small, upstream):
    """The answer about an image that is held outlives the process, and an outage: «none» is an answer, too."""
    image = images.single("s08 unsigned")
    upstream.push(image, "library/app", "unsigned")
    assert small.get("/v2/app/manifests/unsigned").status == 200
    assert small.get(f"/v2/app/referrers/{image.digest}").json()["manifests"] == []
    assert small.stop() == 0
    upstream.down()
    small.start()
    assert small.get(f"/v2/app/referrers/{image.digest}").json()["manifests"] == []


def test_what_manifests_name_leaves_no_rows(small, upstream):
    """Twelve manifests of 2,000 layers each, most of them evicted by those that come after."""
    for number in range(12):
        upstream.push_manifest(manifest_naming_many(number), "library/app", f"t{number}")
    for number in range(12):
        assert len(json.loads(small.get(f"/v2/app/manifests/t{number}", timeout=60).body)["layers"]) == NAMED
    wait_until(lambda: small.metric("berth_store_evictions_total") > 3, "some evicted")
    assert small.metric("berth_store_index_bytes") < 256 * KIB

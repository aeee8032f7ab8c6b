"""Documents, lists and answers that wait have one budget of memory: what there is no room for is refused with a word when
to come again, what is in memory is served all the same, and room comes back when clients leave. A list is rendered once,
however many do not read it."""

import json

from support import images
from support.http import Connection
from support.service import wait_until

MEGABYTES = 7
COUNT = 60


def large_manifest(number: int) -> images.Content:
    document = {
        "schemaVersion": 2,
        "mediaType": images.OCI_MANIFEST,
        "config": images.json_content("application/vnd.oci.image.config.v1+json", {}).descriptor(),
        "layers": [],
        "annotations": {"number": str(number), "padding": "x" * (MEGABYTES * 1_000_000)},
    }
    return images.json_content(images.OCI_MANIFEST, document)


def test_manifests_that_nobody_reads(hub, upstream):
    for number in range(COUNT):
        upstream.push_manifest(large_manifest(number), "library/app", f"t{number}")
    upstream.push(images.single("f87"), "library/small", "1")
    berth = hub()
    assert berth.get("/v2/library/small/manifests/1").status == 200
    before = berth.resident_bytes()
    connections = [Connection(berth.address, receive_buffer=4096) for _ in range(COUNT)]
    for number, connection in enumerate(connections):
        connection.send_request("GET", f"/v2/library/app/manifests/t{number}")
    wait_until(lambda: berth.metric("berth_memory_refusals_total") > 0, "a document for which there is no room")
    assert berth.get("/v2/library/small/manifests/1").status == 200, "what is in memory needs no room"
    statuses = {connection.read_head().status for connection in connections}
    assert statuses <= {200, 503} and 200 in statuses
    assert berth.metric("berth_memory_peak_bytes") <= berth.metric("berth_memory_budget_bytes")
    assert berth.resident_bytes() - before < COUNT * MEGABYTES * 1_000_000
    for connection in connections:
        connection.close()
    # What is left is remembered for the next who asks.
    wait_until(lambda: berth.metric("berth_memory_used_bytes") < 80 << 20, "room that comes back", timeout=30)
    assert berth.get("/v2/library/app/manifests/t0").status == 200


def test_a_list_that_nobody_reads(hub, upstream):
    tags = [f"v{number:06}-{'x' * 100}" for number in range(6_000)]
    for start in range(0, len(tags), 50):
        upstream.push_manifest(images.single("f87").manifest, "library/app", *tags[start : start + 50])
    berth = hub(tagFreshness="1h")
    whole = berth.get("/v2/library/app/tags/list")
    assert json.loads(whole.body)["tags"] == tags
    before = berth.resident_bytes()
    connections = [Connection(berth.address, receive_buffer=4096) for _ in range(100)]
    for connection in connections:
        connection.send_request("GET", "/v2/library/app/tags/list")
    for connection in connections:
        assert connection.read_head().status == 200
    assert berth.resident_bytes() - before < 20 * len(whole.body)
    for connection in connections:
        connection.close()

"""Held means on disk. What eviction has taken from the disk and memory still has is written again when it is served, so that
`ls`, a restart and an outage agree with what clients were just given."""

import pytest
from support import clock, images
from support.berth import upstream as upstream_section
from support.commands import answer
from support.service import wait_until

MIB = 1 << 20
IMAGE = images.assemble([images.layer({"small": b"in memory"}), images.layer({"large": images.noise("s09", MIB)})])
FILL = [images.Content("", images.noise(f"s09-{number}", MIB)) for number in range(10)]
EVERYTHING = (IMAGE.manifest, *IMAGE.blobs)


def pull(berth):
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    for blob in IMAGE.blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data


def another_second():
    """Accesses are ordered by the second."""
    now = clock.second()
    wait_until(lambda: clock.second() > now, "another second")


def held(berth):
    return [content.digest for content in EVERYTHING if berth.holds(content.digest)]


@pytest.fixture
def evicted(start_berth, upstream):
    """A Berth that has evicted an image which clients were sent."""
    upstream.push(IMAGE, "library/app", "1")
    for blob in FILL:
        upstream.push_blob(blob, "library/fill")
    store = {"capacity": 6 * MIB, "keepFree": 0}
    berth = start_berth({"docker.io": upstream_section(upstream.url)}, store=store)
    # Twice, so that the small blob is in memory, too.
    for _ in range(2):
        pull(berth)
    wait_until(lambda: len(held(berth)) == len(EVERYTHING), "kept")
    another_second()
    for blob in FILL:
        assert berth.get(f"/v2/fill/blobs/{blob.digest}").status == 200
    wait_until(lambda: not held(berth), "evicted")
    another_second()
    return berth


def test_pulled_again_is_held_again(evicted, upstream):
    upstream.reset("requests")
    pull(evicted)
    wait_until(lambda: len(held(evicted)) == len(EVERYTHING), "held again")
    (image,) = (each for each in answer(evicted, "ls")["images"] if each["name"] == "docker.io/library/app:1")
    assert image["missingBytes"] == 0
    assert evicted.stop() == 0
    upstream.down()
    evicted.start()
    pull(evicted)


def test_warmed_again_is_held_again(evicted):
    answer(evicted, "warm", "app:1")
    wait_until(lambda: len(held(evicted)) == len(EVERYTHING), "held again")

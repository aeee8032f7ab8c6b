"""Pins of the configuration and of operators keep whole images from eviction, referrers included; one that does not fit
is refused, with what would be needed."""

import signal

import pytest
from support import images
from support.berth import run
from support.berth import upstream as upstream_section
from support.service import wait_until

MIB = 1 << 20
CAPACITY = 8 * MIB
FILL = [images.Content("", images.noise(f"s06-{number}", MIB)) for number in range(20)]


def image(name, *sizes):
    layers = [images.layer({f"{name}-{number}": images.noise(f"{name}{number}", size)}) for number, size in enumerate(sizes)]
    return images.assemble(layers)


PINNED = image("s06-pinned", MIB, MIB // 2)
SIGNATURE = images.artifact(PINNED.manifest, "application/vnd.example.signature", "signed")
OTHER = image("s06-other", MIB)
LARGE = image("s06-large", 4 * MIB, 3 * MIB)


def pull(berth, what, name, tag):
    assert berth.get(f"/v2/{name}/manifests/{tag}").body == what.manifest.data
    for blob in what.blobs:
        assert berth.get(f"/v2/{name}/blobs/{blob.digest}").body == blob.data


@pytest.fixture
def begin(start_berth, upstream):
    def start(pins=()):
        upstream.push(PINNED, "library/app", "stable")
        upstream.push(SIGNATURE, "library/app")
        upstream.push(OTHER, "library/app", "edge")
        upstream.push(LARGE, "library/large", "1")
        for blob in FILL:
            upstream.push_blob(blob, "library/fill")
        store = {"capacity": CAPACITY, "keepFree": 0}
        berth = start_berth({"docker.io": upstream_section(upstream.url)}, store=store, pins=list(pins))
        pull(berth, PINNED, "app", "stable")
        pull(berth, OTHER, "app", "edge")
        referrers = berth.get(f"/v2/app/referrers/{PINNED.digest}").json()
        assert [each["digest"] for each in referrers["manifests"]] == [SIGNATURE.digest]
        pull(berth, SIGNATURE, "app", SIGNATURE.digest)
        return berth

    return start


def flood(berth):
    for blob in FILL:
        assert berth.get(f"/v2/fill/blobs/{blob.digest}").body == blob.data
    wait_until(lambda: not berth.holds(OTHER.layers[0].digest), "what is not pinned gone")


def keeps_what_is_pinned(berth):
    for content in (PINNED.manifest, *PINNED.blobs, SIGNATURE.manifest, *SIGNATURE.blobs):
        assert berth.holds(content.digest)


def admin(berth):
    return ["--admin", f"127.0.0.1:{berth.admin_port}"]


def test_by_command(begin, upstream):
    berth = begin()
    assert run("pin", "app:sta*", *admin(berth)).returncode == 0
    flood(berth)
    keeps_what_is_pinned(berth)
    berth.kill()
    berth.start()
    flood(berth)
    keeps_what_is_pinned(berth)
    assert run("unpin", "app:sta*", *admin(berth)).returncode == 0
    flood(berth)
    wait_until(lambda: not berth.holds(PINNED.layers[0].digest), "unpinned content gone")


def test_by_configuration(begin):
    """The pins are those of the file, also when it is read again."""
    berth = begin()
    berth.configuration["pins"] = ["docker.io/library/app:stable"]
    berth.command()
    berth.process.send_signal(signal.SIGHUP)
    wait_until(lambda: berth.metric("berth_store_pinned_bytes") > MIB, "pinned")
    flood(berth)
    keeps_what_is_pinned(berth)
    berth.configuration["pins"] = []
    berth.command()
    berth.process.send_signal(signal.SIGHUP)
    wait_until(lambda: berth.metric("berth_store_pinned_bytes") == 0, "unpinned")


def test_what_does_not_fit_is_refused(begin):
    berth = begin()
    assert run("pin", "app:stable", *admin(berth)).returncode == 0
    assert berth.get("/v2/large/manifests/1").body == LARGE.manifest.data, "what is not held yet counts as well"
    refused = run("pin", "large:*", *admin(berth))
    assert refused.returncode == 1
    assert "does not fit" in refused.stderr and str(CAPACITY) in refused.stderr
    keeps_what_is_pinned(berth)
    pinned = run("pins", *admin(berth)).stdout
    assert "app:stable" in pinned and "large" not in pinned


def test_an_index_with_every_platform_that_is_held(start_berth, upstream):
    """What was pulled before, and what is pulled later; a platform that nobody pulled costs no room and is not fetched."""
    index = images.multi("s06")
    early, late, never = index.images.values()
    upstream.push(index, "library/app", "multi")
    for blob in FILL:
        upstream.push_blob(blob, "library/fill")
    store = {"capacity": CAPACITY, "keepFree": 0}
    berth = start_berth({"docker.io": upstream_section(upstream.url)}, store=store)
    assert berth.get("/v2/app/manifests/multi").body == index.manifest.data
    pull(berth, early, "app", early.digest)
    assert run("pin", "app:multi", *admin(berth)).returncode == 0
    pull(berth, late, "app", late.digest)
    both = sum(blob.size for blob in (*early.blobs, *late.blobs))
    wait_until(lambda: berth.metric("berth_store_pinned_bytes") > both, "pins follow what is held", timeout=60)
    for blob in FILL:
        assert berth.get(f"/v2/fill/blobs/{blob.digest}").body == blob.data
    wait_until(lambda: berth.metric("berth_store_evictions_total") > 0, "what is not pinned goes")
    for content in (index.manifest, early.manifest, *early.blobs, late.manifest, *late.blobs):
        assert berth.holds(content.digest)
    assert not any(berth.holds(content.digest) for content in (never.manifest, *never.blobs))

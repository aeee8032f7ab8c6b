"""A file system that may not be written any more: hits go on, misses pass through unkept, an operator is told once, and
keeping resumes.

A file system with files that are open for writing cannot be made read-only by command: the kernel does it, when it finds
an error, and takes writes again only after a repair, for which nobody may use it. What it takes to resume without a new
start is shown with calls that fail for as long as a file exists.
"""

import errno
import subprocess

import pytest
from deployment import BLOB, PINNED, Deployment, blob_target, fill, inspect
from loop_disk import LoopDisk
from shim import Fault
from support import images
from support.berth import run
from support.http import exchange
from support.service import wait_until

MISSES = [images.Content("", images.noise(f"k04-{number}", 300_000)) for number in range(3)]


@pytest.fixture
def begin(workplace, upstream):
    """Starts a Berth, under a fault if one is given, that holds an image."""

    def start(store=None, library=None, fault=None):
        fill(upstream)
        for blob in MISSES:
            upstream.push_blob(blob, "library/app")
        place = Deployment(workplace.directory / "deployment", upstream, store=store)
        workplace.watch(place.berth)
        place.berth.library, place.berth.fault = library, fault or Fault()
        place.berth.start()
        place.pull(PINNED, "pinned")
        wait_until(lambda: place.berth.metric("berth_store_contents") == len(PINNED.blobs) + 1, "held")
        return place

    return start


def serves_what_it_holds(place, upstream):
    before = len(upstream.requests("blobGet"))
    place.get(f"/v2/library/app/manifests/{PINNED.digest}", PINNED.manifest.data)
    for blob in PINNED.blobs:
        place.get(blob_target(blob), blob.data)
    assert len(upstream.requests("blobGet")) == before, "hits go on"


def passes_through(place, upstream):
    """Misses are served and counted, nothing is kept, and an operator can see why."""
    berth = place.berth
    for blob in MISSES[:2]:
        place.get(blob_target(blob), blob.data)
    place.pull(PINNED, "pinned")
    wait_until(lambda: berth.readiness().status == 503, "not ready")
    document = exchange(berth.admin_address, "GET", "/readyz", [("Accept", "application/json")]).json()
    (reason,) = document["reasons"]
    assert "Read-only file system" in str(reason), document
    assert berth.metric('berth_unkept_contents_total{reason="read_only"}') >= 2
    assert berth.log().count("cannot be kept: it is passed through") == 1
    assert not any(berth.holds(blob.digest) for blob in MISSES)
    assert berth.head(blob_target(MISSES[2])).status == 200
    assert "grants could not be kept" not in berth.log(), "what the operator has been told is not told for each HEAD"
    serves_what_it_holds(place, upstream)
    assert not place.wrong, place.wrong
    assert berth.is_alive


def keeps(place, upstream, blob):
    place.get(blob_target(blob), blob.data)
    wait_until(lambda: place.berth.holds(blob.digest), "kept")
    place.settle()
    place.get(blob_target(blob), blob.data)
    assert not place.wrong, place.wrong


def refused_where_it_may_not_write(disk, berth):
    assert disk.mount("loop,ro").returncode == 0
    ended = run("serve", "--config", berth.config_path)
    disk.unmount()
    assert ended.returncode == 1
    assert "the store may not be written" in ended.stderr and "Read-only file system" in ended.stderr


def test_keeping_resumes_by_itself(begin, upstream, faults, workplace):
    mark = workplace.directory / "read-only"
    place = begin(library=faults, fault=Fault(kind=str(errno.EROFS), while_exists=mark))
    mark.touch()
    passes_through(place, upstream)
    mark.unlink()
    wait_until(lambda: place.berth.readiness().status == 200, "keeping again", timeout=20)
    keeps(place, upstream, MISSES[2])
    assert place.berth.log().count("is kept again") == 1
    assert place.berth.stop() == 0
    inspect(place.berth.store)


def test_made_read_only_by_the_kernel(begin, upstream, workplace):
    disk = LoopDisk(workplace.directory / "disk", "ext4")
    if (done := disk.mount("loop,errors=remount-ro")).returncode != 0:
        pytest.skip(f"A FILE SYSTEM THAT TURNS READ-ONLY IS NOT TESTED: loop mounts are not allowed here: {done.stderr.strip()}")
    (disk.path / "store").mkdir()
    place = begin(store=disk.path / "store")
    try:
        disk.fail()
        passes_through(place, upstream)
        assert place.berth.stop() == 0
        disk.unmount()
        subprocess.run(["e2fsck", "-fy", disk.image], capture_output=True, check=False)
        refused_where_it_may_not_write(disk, place.berth)
        assert disk.mount().returncode == 0
        place.berth.start()
        serves_what_it_holds(place, upstream)
        keeps(place, upstream, BLOB)
        assert place.berth.stop() == 0
        inspect(place.berth.store)
    finally:
        place.berth.clean_up()
        disk.unmount()

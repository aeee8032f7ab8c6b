"""A held file that has been cut, lengthened or taken away behind Berth's back is noticed before the head is sent: the
content is fetched again, and clients notice nothing."""

import pytest
from support import images

BLOB = images.Content("", images.noise("m13", 100_000))
IMAGE = images.single("m13")
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def empty(path):
    path.write_bytes(b"")


def lengthen(path):
    path.write_bytes(path.read_bytes() + b"x")


def remove(path):
    path.unlink()


@pytest.mark.parametrize("damage", [cut, empty, lengthen, remove])
@pytest.mark.parametrize("restart", [False, True])
def test_fetched_again(hub, upstream, damage, restart):
    upstream.push_blob(BLOB, "library/app")
    berth = hub()
    assert berth.get(TARGET).body == BLOB.data
    berth.stop()
    path = berth.content_path(BLOB.digest)
    if restart:
        damage(path)
    berth.start()
    if not restart:
        damage(path)
    assert berth.get(TARGET, timeout=60).body == BLOB.data
    assert upstream.gets(BLOB.digest) == 2
    assert berth.get(TARGET).body == BLOB.data
    assert upstream.gets(BLOB.digest) == 2


@pytest.mark.parametrize("damage", [cut, remove])
def test_manifest(hub, upstream, damage):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    berth.stop()
    damage(berth.content_path(IMAGE.digest))
    berth.start()
    assert berth.head(f"/v2/app/manifests/{IMAGE.digest}")["Content-Length"] == str(IMAGE.manifest.size)
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data


def test_upstream_down(hub, upstream):
    """Then it is a miss like any other: an error, never the damaged bytes as a whole."""
    upstream.push_blob(BLOB, "library/app")
    berth = hub()
    assert berth.get(TARGET).body == BLOB.data
    berth.stop()
    cut(berth.content_path(BLOB.digest))
    berth.start()
    upstream.down()
    assert berth.get(TARGET).status == 502

"""An index that cannot be read is put aside and built anew from the content, behind requests; what is held need not be
fetched again."""

import pytest
from support import images
from support.berth import run
from support.service import wait_until

IMAGE = images.single("s05")
BLOB = images.Content("", images.noise("s05", 2_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"


def scribble(path):
    path.write_bytes(b"\xa5" * path.stat().st_size)


def cut(path):
    path.write_bytes(path.read_bytes()[:5000])


def scribble_over_meta(path):
    data = bytearray(path.read_bytes())
    data[0:8192] = b"\xff" * 8192
    path.write_bytes(data)


@pytest.fixture
def filled(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.push_blob(BLOB, "library/app")
    berth = hub()
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    assert berth.get(TARGET).body == BLOB.data
    wait_until(lambda: berth.metric("berth_store_contents") == 2, "kept")
    berth.stop()
    return berth


@pytest.mark.parametrize("damage", [scribble, scribble_over_meta, cut], ids=lambda damage: damage.__name__)
def test_rebuilt(filled, upstream, damage):
    damage(filled.store / "index" / "data.mdb")
    assert run("check", "--store", filled.store).returncode == 1
    filled.start()
    wait_until(lambda: filled.metric("berth_store_contents") == 2, "listed again")
    assert any(path.name.startswith("index.damaged-") for path in filled.store.iterdir())
    assert filled.get(TARGET).body == BLOB.data
    assert upstream.gets(BLOB.digest) == 1, "grants are proved again, content is not fetched again"
    assert filled.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    filled.stop()
    assert run("check", "--store", filled.store, "--hash").returncode == 0

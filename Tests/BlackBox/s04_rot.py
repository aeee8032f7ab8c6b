"""Content that rots on disk: `berth check --store` finds it while Berth is stopped, `berth scrub` while it serves; what is
wrong is dropped, fetched again when it is asked for, and never served."""

import pytest
from support import images
from support.berth import run
from support.service import wait_until

IMAGE = images.single("s04")
BLOBS = [images.Content("", images.noise(f"s04-{number}", 300_000)) for number in range(4)]


def target(blob):
    return f"/v2/library/app/blobs/{blob.digest}"


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def zero(path):
    path.write_bytes(bytes(path.stat().st_size))


def truncate(path):
    path.write_bytes(path.read_bytes()[:-1000])


@pytest.fixture
def filled(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    for blob in BLOBS:
        upstream.push_blob(blob, "library/app")
    berth = hub()
    berth.get("/v2/app/manifests/1")
    for blob in BLOBS:
        assert berth.get(target(blob)).body == blob.data
    wait_until(lambda: berth.metric("berth_store_contents") == len(BLOBS) + 1, "all kept")
    return berth


def admin(berth):
    return ["--admin", f"127.0.0.1:{berth.admin_port}"]


def check(berth, *options):
    return run("check", "--store", berth.store, *options, timeout=60)


def test_sound(filled):
    assert run("scrub", *admin(filled)).returncode == 0
    assert check(filled).returncode == 1, "a store in use is not inspected"
    filled.stop()
    done = check(filled, "--hash")
    assert (done.returncode, done.stderr) == (0, "")
    assert "index and files agree" in done.stdout


@pytest.mark.parametrize("damage", [flip, zero, truncate], ids=lambda damage: damage.__name__)
def test_scrub_while_serving(filled, upstream, damage):
    rotten = BLOBS[1]
    damage(filled.content_path(rotten.digest))
    done = run("scrub", *admin(filled))
    assert done.returncode == 3
    assert rotten.digest in done.stdout
    assert filled.get(target(rotten)).body == rotten.data
    assert upstream.gets(rotten.digest) == 2
    assert run("scrub", *admin(filled)).returncode == 0
    for blob in (BLOBS[0], BLOBS[2], BLOBS[3]):
        assert filled.get(target(blob)).body == blob.data
        assert upstream.gets(blob.digest) == 1


def test_check_while_stopped(filled):
    filled.stop()
    flip(filled.content_path(BLOBS[0].digest))
    truncate(filled.content_path(BLOBS[1].digest))
    filled.content_path(BLOBS[2].digest).unlink()
    quick = check(filled)
    assert quick.returncode == 1
    assert f"{BLOBS[1].digest}: of the wrong length" in quick.stderr
    assert f"{BLOBS[2].digest}: missing" in quick.stderr
    assert BLOBS[0].digest not in quick.stderr
    thorough = check(filled, "--hash")
    assert thorough.returncode == 1
    assert f"{BLOBS[0].digest}: damaged" in thorough.stderr
    assert BLOBS[3].digest not in thorough.stderr


def test_files_without_a_row_are_no_harm(filled):
    filled.stop()
    orphan = images.Content("", b"nobody knows me")
    path = filled.content_path(orphan.digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orphan.data)
    done = check(filled)
    assert done.returncode == 0
    assert "1 file without a row" in done.stdout


def test_no_store(workplace):
    done = run("check", "--store", workplace.directory / "nowhere")
    assert done.returncode == 1
    assert "nowhere" in done.stderr

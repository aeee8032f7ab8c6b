"""Symbolic links planted in the store lead nowhere: the file they point at is neither served nor written, and the
content asked for is served right all the same."""

import os

from support import images

BLOB = images.Content("", images.noise("f43", 20_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"


def test_at_the_place_of_content(workplace, hub, upstream):
    upstream.push_blob(BLOB, "library/app")
    victim = workplace.directory / "victim"
    victim.write_bytes(b"secret of the host" * 2000)
    before = victim.read_bytes()
    berth = hub()
    place = berth.content_path(BLOB.digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(victim)
    for _ in range(3):
        answer = berth.get(TARGET)
        assert answer.status in (200, 500, 502)
        assert answer.status != 200 or answer.body == BLOB.data
    assert victim.read_bytes() == before


def test_in_place_of_held_content(workplace, hub, upstream):
    """Someone swaps a held file for a link to another of the same length."""
    upstream.push_blob(BLOB, "library/app")
    berth = hub()
    assert berth.get(TARGET).body == BLOB.data
    berth.stop()
    victim = workplace.directory / "victim"
    victim.write_bytes(b"x" * BLOB.size)
    place = berth.content_path(BLOB.digest)
    place.unlink()
    place.symlink_to(victim)
    berth.start()
    answer = berth.get(TARGET)
    assert b"xxxx" not in answer.body
    assert berth.get(TARGET).body == BLOB.data
    assert victim.read_bytes() == b"x" * BLOB.size


def test_store_of_another_user(hub):
    """What another user owns may be rewritten by him at any time: Berth does not start on it."""
    berth = hub()
    berth.stop()
    os.chown(berth.store, 65534, 65534)
    try:
        berth.start(timeout=5)
    except AssertionError as refusal:
        assert "before it was ready" in str(refusal)
        berth.was_ended_by_test = True
    else:
        raise AssertionError("Berth started on a store that uid 65534 owns")

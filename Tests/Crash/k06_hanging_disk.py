"""A disk whose syncs do not return for a while: clients are answered all the same, with what counts already although it is
not written yet, and upstream is asked for nothing twice. When the disk goes on, all of it is held."""

from collections import Counter

import pytest
from deployment import Deployment, blob_target, inspect
from shim import Fault
from support import images
from support.service import wait_until

IMAGE = images.multi("k06")
CHILD = IMAGE.images["linux/amd64"]
CONTENTS = [IMAGE.manifest, CHILD.manifest, *CHILD.blobs]


@pytest.fixture
def place(workplace, upstream, faults):
    """A Berth that holds a layer of another repository's, and whose disk hangs while `mark` exists."""
    upstream.push(IMAGE, "library/app", "1")
    for blob in CHILD.blobs:
        upstream.push_blob(blob, "library/base")
    place = Deployment(workplace.directory / "deployment", upstream)
    workplace.watch(place.berth)
    place.mark = workplace.directory / "hangs"
    place.berth.library, place.berth.fault = faults, Fault(kind="hang", while_exists=place.mark)
    place.berth.start()
    for blob in CHILD.blobs:
        place.get(f"/v2/library/base/blobs/{blob.digest}", blob.data)
    wait_until(lambda: all(place.berth.holds(blob.digest) for blob in CHILD.blobs), "held for another repository")
    yield place
    place.mark.unlink(missing_ok=True)


def pull(place):
    place.get("/v2/library/app/manifests/1", IMAGE.manifest.data)
    place.get(f"/v2/library/app/manifests/{CHILD.digest}", CHILD.manifest.data)
    for blob in CHILD.blobs:
        place.get(blob_target(blob), blob.data)
    assert not place.wrong, place.wrong


def test_answered_before_it_is_on_disk(place, upstream):
    place.mark.touch()
    before = len(upstream.requests())
    pull(place)
    assert not any(place.berth.holds(manifest.digest) for manifest in (IMAGE.manifest, CHILD.manifest))
    pull(place)
    asked = Counter(request.kind for request in upstream.requests()[before:])
    # Blobs that are held for another repository are shown to this one once upstream has said that it has them.
    assert asked == {"manifestGet": 2, "blobHead": len(CHILD.blobs)}, "each once, although nothing of it is written"
    place.mark.unlink()
    wait_until(lambda: all(place.berth.holds(content.digest) for content in CONTENTS), "held")
    assert place.berth.stop() == 0
    inspect(place.berth.store)


def test_the_end_waits_for_the_disk(place, upstream):
    place.mark.touch()
    pull(place)
    asked = len(upstream.requests())
    place.berth.terminate()
    wait_until(lambda: "stopping" in place.berth.log(), "told to end")
    place.mark.unlink()
    assert place.berth.wait_ended() == 0
    assert all(place.berth.holds(content.digest) for content in CONTENTS)
    place.berth.library = None
    place.berth.start()
    pull(place)
    assert len(upstream.requests()) == asked

"""`berth evict`: takes images out of the store, with all content that no other tag needs."""

from support import images
from support.commands import FAILED, NOT_THERE, PARTIAL, answer, order


def test_evict(hub, upstream):
    berth = hub()
    gone, stay = images.single("o05 gone"), images.single("o05 stay")
    for image, name in ((gone, "gone"), (stay, "stay")):
        upstream.push(image, f"library/{name}", "1")
        order(berth, "warm", f"{name}:1")
    trial = order(berth, "evict", "gone", "--dry-run").output
    assert "would evict docker.io/library/gone:1" in trial
    assert berth.holds(gone.layers[0].digest)
    told = order(berth, "evict", "gone").output
    assert told.replace("evicted", "would evict") == trial
    assert not berth.holds(gone.layers[0].digest) and not berth.holds(gone.digest)
    assert order(berth, "ls", "--quiet").lines == ["docker.io/library/stay:1"]
    assert berth.holds(stay.layers[0].digest)
    # Whoever asks makes Berth fetch it again.
    target = f"/v2/gone/blobs/{gone.layers[0].digest}"
    assert berth.get(target).body == gone.layers[0].data
    assert upstream.gets(gone.layers[0].digest) == 2


def test_shared_content_stays(hub, upstream):
    berth = hub()
    image = images.single("o05 shared")
    upstream.push(image, "library/app", "1", "2")
    order(berth, "warm", "app:1", "app:2")
    assert "stay for other images" in order(berth, "evict", "app:1").output
    assert order(berth, "ls", "-q").lines == ["docker.io/library/app:2"]
    assert all(berth.holds(blob.digest) for blob in image.blobs)


def test_signatures_go_too(hub, upstream):
    berth = hub()
    image = images.single("o05 signed")
    signature = images.artifact(image.manifest, "application/vnd.example.signature", "o05")
    upstream.push(image, "library/app", "1")
    upstream.push(signature, "library/app")
    order(berth, "warm", "app:1", "--with-referrers")
    assert berth.holds(signature.digest)
    order(berth, "evict", "app:1")
    assert not berth.holds(signature.digest)


def test_pinned_stays(hub, upstream):
    berth = hub()
    for name in ("keep", "lose"):
        upstream.push(images.single(f"o05 {name}"), f"acme/{name}", "1")
        order(berth, "warm", f"acme/{name}:1")
    order(berth, "pin", "acme/keep")
    report = answer(berth, "evict", "acme/*", status=PARTIAL)
    assert (report["images"], report["pinned"]) == (["docker.io/acme/lose:1"], ["docker.io/acme/keep:1"])
    assert "it is pinned" in order(berth, "evict", "acme/*", status=FAILED).output


def test_nothing_there(hub):
    assert "no image that is held matches" in order(hub(), "evict", "x", status=NOT_THERE).errors

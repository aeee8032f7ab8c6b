"""A tag that moved upstream is noticed by the HEAD after its window, and the new manifest fetched once; the old one
stays to be had by digest. Registries whose HEAD does not tell a digest are asked by GET."""

from support import images

OLD, NEW = images.single("t03 old"), images.single("t03 new")


def test_moves(hub, upstream):
    upstream.push(OLD, "library/app", "1")
    berth = hub(tagFreshness="0s")
    assert berth.get("/v2/app/manifests/1").body == OLD.manifest.data
    upstream.push(NEW, "library/app", "1")
    upstream.reset()
    assert berth.get("/v2/app/manifests/1").body == NEW.manifest.data
    assert berth.head("/v2/app/manifests/1")["Docker-Content-Digest"] == NEW.digest
    assert upstream.gets(NEW.digest) == 1
    assert upstream.gets(OLD.digest) == 0
    assert berth.get(f"/v2/app/manifests/{OLD.digest}").body == OLD.manifest.data
    assert berth.get(f"/v2/app/manifests/{NEW.digest}").body == NEW.manifest.data


def test_moves_within_window_unnoticed(hub, upstream):
    upstream.push(OLD, "library/app", "1")
    berth = hub(tagFreshness="10m")
    assert berth.get("/v2/app/manifests/1").body == OLD.manifest.data
    upstream.push(NEW, "library/app", "1")
    assert berth.get("/v2/app/manifests/1").body == OLD.manifest.data


def test_head_without_digest(hub, upstream):
    upstream.push(OLD, "library/app", "1")
    upstream.on("manifestHead", headers={"Docker-Content-Digest": None, "ETag": None})
    berth = hub(tagFreshness="0s")
    assert berth.get("/v2/app/manifests/1").body == OLD.manifest.data
    upstream.push(NEW, "library/app", "1")
    assert berth.get("/v2/app/manifests/1").body == NEW.manifest.data


def test_head_not_allowed(hub, upstream):
    upstream.push(OLD, "library/app", "1")
    upstream.on("manifestHead", status=405)
    berth = hub(tagFreshness="0s")
    assert berth.get("/v2/app/manifests/1").body == OLD.manifest.data
    upstream.push(NEW, "library/app", "1")
    assert berth.head("/v2/app/manifests/1")["Docker-Content-Digest"] == NEW.digest


def test_upstream_lies_about_the_digest(hub, upstream):
    """Docker-Content-Digest is a hint: what is served under a tag is named by the digest of its own bytes."""
    upstream.push(NEW, "library/app", "1")
    upstream.on("manifestGet", reference="1", headers={"Docker-Content-Digest": OLD.digest})
    berth = hub(tagFreshness="0s")
    answer = berth.get("/v2/app/manifests/1")
    assert (answer.status, answer.get("Docker-Content-Digest")) == (502, None)

"""A HEAD that says 200 guarantees the GET by that digest: the manifest is fetched for the HEAD, so that it is served
even when upstream is gone a moment later; and when it cannot be had, HEAD does not say 200."""

from support import images

IMAGE = images.single("p10")
INDEX = images.multi("p10")


def test_upstream_gone_after_head(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.push(INDEX, "library/multi", "1")
    berth = hub()
    for name, what in (("app", IMAGE), ("multi", INDEX)):
        assert berth.head(f"/v2/{name}/manifests/1")["Docker-Content-Digest"] == what.digest
    by_digest = INDEX.images["linux/amd64"].manifest
    assert berth.head(f"/v2/multi/manifests/{by_digest.digest}").status == 200
    upstream.down()
    assert berth.get(f"/v2/app/manifests/{IMAGE.digest}").body == IMAGE.manifest.data
    assert berth.get(f"/v2/multi/manifests/{INDEX.digest}").body == INDEX.manifest.data
    assert berth.get(f"/v2/multi/manifests/{by_digest.digest}").body == by_digest.data


def test_upstream_promises_what_it_cannot_give(hub, upstream):
    """Its HEAD says 200, its GET 404."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.on("manifestGet", status=404)
    berth = hub()
    assert berth.head("/v2/app/manifests/1").status in (404, 502)
    assert berth.head(f"/v2/app/manifests/{IMAGE.digest}").status in (404, 502)


def test_upstream_gives_other_bytes(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.on("manifestGet", flipByte=20)
    berth = hub()
    assert berth.head(f"/v2/app/manifests/{IMAGE.digest}").status == 502

"""Two upstreams with the same repository and tag but different content are never crossed, and what the one lacks
is not sought at the other."""

from support import images

ONE, OTHER = images.single("r04 one"), images.single("r04 other")


def test_apart(start_berth, start_upstream):
    hub, quay = start_upstream("hub"), start_upstream("quay")
    hub.push(ONE, "acme/app", "1")
    quay.push(OTHER, "acme/app", "1")
    hub.push(ONE, "internal/hub-only", "1")
    berth = start_berth({"docker.io": {"endpoints": [hub.url]}, "quay.io": {"endpoints": [quay.url]}})
    for _ in range(2):
        assert berth.get("/v2/acme/app/manifests/1?ns=docker.io").body == ONE.manifest.data
        assert berth.get("/v2/acme/app/manifests/1?ns=quay.io").body == OTHER.manifest.data
        assert berth.get("/v2/quay.io/acme/app/manifests/1").body == OTHER.manifest.data
        assert berth.get("/v2/acme/app/manifests/1").body == ONE.manifest.data
    before = len(hub.requests())
    assert berth.get("/v2/quay.io/internal/hub-only/manifests/1").status == 404
    assert berth.get(f"/v2/quay.io/internal/hub-only/blobs/{ONE.layers[0].digest}").status == 404
    assert len(hub.requests()) == before


def test_mirrors_of_one_upstream(start_berth, start_upstream):
    """Several endpoints of one upstream are the same content: the second is asked when the first is down."""
    first, second = start_upstream("first"), start_upstream("second")
    for each in (first, second):
        each.push(ONE, "library/app", "1")
    berth = start_berth({"docker.io": {"endpoints": [first.url, second.url]}})
    assert berth.get("/v2/app/manifests/1").body == ONE.manifest.data
    assert second.requests() == []
    first.down()
    layer = ONE.layers[0]
    assert berth.get(f"/v2/app/blobs/{layer.digest}").body == layer.data
    assert second.gets(layer.digest) == 1

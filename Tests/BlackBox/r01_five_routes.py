"""The five ways to name an upstream reach one image, which is fetched once: prefix, ns, Host, default, and the prefix
before /v2/ that newer dockerd mirrors write."""

from support import images

IMAGE = images.multi("r01")


def test_one_image(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "hosts": ["hub.mirror.example"]}})
    manifest = IMAGE.images["linux/amd64"].manifest
    blob = IMAGE.images["linux/amd64"].layers[0]
    routes = [
        ("/v2/docker.io/library/app", "", []),
        ("/v2/library/app", "?ns=docker.io", []),
        ("/v2/library/app", "", [("Host", "hub.mirror.example")]),
        ("/v2/library/app", "", []),
        ("/docker.io/v2/library/app", "", []),
    ]
    for method in ("GET", "HEAD"):
        for base, query, fields in routes:
            for rest, content in (
                ("manifests/1", IMAGE.manifest),
                (f"manifests/{manifest.digest}", manifest),
                (f"blobs/{blob.digest}", blob),
            ):
                answer = berth.request(method, f"{base}/{rest}{query}", fields)
                assert answer.status == 200, (base, query, fields)
                assert answer["Docker-Content-Digest"] == content.digest
                assert answer.body == (content.data if method == "GET" else b"")
    for content in (IMAGE.manifest, manifest, blob):
        assert upstream.gets(content.digest) == 1


def test_host_selects_the_upstream_mapped_to_it(start_berth, start_upstream):
    """With and without the port; an upstream that is not the default."""
    hub, quay = start_upstream("hub"), start_upstream("quay")
    image = images.single("r01 quay")
    quay.push(image, "acme/app", "1")
    berth = start_berth(
        {
            "docker.io": {"endpoints": [hub.url]},
            "quay.io": {"endpoints": [quay.url], "hosts": ["quay.mirror.example"]},
        }
    )
    for host in ("quay.mirror.example", "quay.mirror.example:5000", "QUAY.mirror.example"):
        assert berth.get("/v2/acme/app/manifests/1", [("Host", host)]).body == image.manifest.data
    assert berth.get("/v2/acme/app/manifests/1").status == 404
    assert len(hub.requests()) >= 1


def test_default_upstream_can_be_another(start_berth, upstream):
    image = images.single("r01 default")
    upstream.push(image, "acme/app", "1")
    berth = start_berth({"registry.example": {"endpoints": [upstream.url]}}, defaultUpstream="registry.example")
    assert berth.get("/v2/acme/app/manifests/1").body == image.manifest.data

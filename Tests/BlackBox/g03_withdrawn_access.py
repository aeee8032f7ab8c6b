"""Upstream withdraws access to a repository. The tag is refused from the next confirmation on; what was granted by digest
is served until an operator evicts it, and then only upstream can open it again."""

from support import images
from support.commands import order

IMAGE = images.single("g03")


def test_withdrawn(start_berth, upstream):
    upstream.push(IMAGE, "acme/app", "1")
    upstream.push(IMAGE, "public/app", "1")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "tagFreshness": "0s"}})
    targets = ("manifests/1", f"manifests/{IMAGE.digest}", *(f"blobs/{blob.digest}" for blob in IMAGE.blobs))
    for repository in ("acme/app", "public/app"):
        for target in targets:
            assert berth.get(f"/v2/{repository}/{target}").status == 200
    kinds = ["manifestGet", "manifestHead", "blobGet", "blobHead"]
    upstream.on(kinds, repository="acme/app", status=403)
    assert berth.get("/v2/acme/app/manifests/1").status == 403
    assert berth.get(f"/v2/acme/app/manifests/{IMAGE.digest}").status == 200
    order(berth, "evict", "acme/app")
    # The content stays for the other repository, and is closed to this one.
    for target in targets:
        assert berth.get(f"/v2/acme/app/{target}").status == 403, target
        assert berth.get(f"/v2/public/app/{target}").status == 200, target

"""CVE-2020-15157: a layer's `urls` are never followed. Foreign layers are asked of the upstream's own blob
endpoint, and are 404 if it does not have them."""

import json

from support import images

FOREIGN = images.Content("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", images.noise("f03", 1000))


def test_urls_are_not_followed(start_berth, upstream):
    image = images.single("f03", docker=True)
    document = json.loads(image.manifest.data)
    document["layers"].append(FOREIGN.descriptor(urls=[upstream.urls["recorder"] + "/layer"]))
    manifest = images.json_content(images.DOCKER_MANIFEST, document)
    upstream.push(image, "library/app")
    upstream.push_manifest(manifest, "library/app", "1")
    berth = start_berth(
        {
            "docker.io": {
                "endpoints": [upstream.url],
                "credentials": [{"username": "acme", "password": "planted-password"}],
                "allowPrivateAddresses": True,
            }
        }
    )
    assert berth.get("/v2/app/manifests/1").body == manifest.data
    assert berth.get(f"/v2/app/blobs/{FOREIGN.digest}").status == 404
    upstream.push_blob(FOREIGN, "library/app")
    assert upstream.strangers() == []

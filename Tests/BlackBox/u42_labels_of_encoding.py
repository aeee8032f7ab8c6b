"""Content-Encoding on bytes that are not encoded: the digest decides, not the label. Bytes that are truly encoded are
never served as what they are not."""

import gzip

import pytest
from support import images

IMAGE = images.single("u42")
LAYER = IMAGE.layers[0]


@pytest.mark.parametrize("label", ["aws-chunked", "gzip", "zstd", "identity", "utf-8", "binary, gzip"])
def test_label(hub, upstream, label):
    upstream.push(IMAGE, "library/app", "1")
    upstream.on(["blobGet", "manifestGet"], headers={"Content-Encoding": label})
    berth = hub()
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    answer = berth.get(f"/v2/app/blobs/{LAYER.digest}")
    assert (answer.body, answer.get("Content-Encoding")) == (LAYER.data, None)
    assert berth.get(f"/v2/app/blobs/{LAYER.digest}", [("Range", "bytes=5-9")]).body == LAYER.data[5:10]


def test_truly_encoded_manifest(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.on("manifestGet", gzip=True)
    berth = hub()
    for reference in ("1", IMAGE.digest):
        answer = berth.get(f"/v2/app/manifests/{reference}")
        assert answer.status == 502
        assert gzip.compress(b"")[:2] not in answer.body

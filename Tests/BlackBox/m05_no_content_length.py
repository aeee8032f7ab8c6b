"""Upstreams that do not say the length in advance (chunked, or ending with the connection): the blob comes whole,
is verified, and is held with its length from then on."""

import pytest
from support import images
from support.parallel import results, together

BLOB = images.Content("", images.noise("m05", 3_000_000))
SMALL = images.Content("", b"m05 small")


@pytest.mark.parametrize("blob", [BLOB, SMALL], ids=["large", "small"])
@pytest.mark.parametrize("framing", ["chunked", "close"])
def test_whole(hub, upstream, framing, blob):
    upstream.push_blob(blob, "library/app")
    upstream.on("blobGet", framing=framing)
    berth = hub()
    target = f"/v2/library/app/blobs/{blob.digest}"
    answers = results(together(5, lambda _: berth.get(target)))
    assert all(answer.body == blob.data for answer in answers)
    assert upstream.gets(blob.digest) == 1
    upstream.down()
    answer = berth.get(target)
    assert (answer["Content-Length"], answer.body) == (str(blob.size), blob.data)
    assert berth.head(target)["Content-Length"] == str(blob.size)


def test_length_known_from_the_manifest(hub, upstream):
    """A manifest that was served told the size: clients get Content-Length although upstream's blob answer has none."""
    image = images.single("m05")
    upstream.push(image, "library/app", "1")
    upstream.on("blobGet", framing="chunked")
    berth = hub()
    berth.get("/v2/library/app/manifests/1")
    for blob in image.blobs:
        answer = berth.get(f"/v2/library/app/blobs/{blob.digest}")
        assert answer["Content-Length"] == str(blob.size)
        assert answer.body == blob.data


@pytest.mark.parametrize("framing", ["chunked", "close"])
def test_manifest(hub, upstream, framing):
    image = images.single("m05")
    upstream.push(image, "library/app", "1")
    upstream.on("manifestGet", framing=framing)
    berth = hub()
    assert berth.get("/v2/library/app/manifests/1").body == image.manifest.data
    assert berth.head("/v2/library/app/manifests/1")["Content-Length"] == str(image.manifest.size)

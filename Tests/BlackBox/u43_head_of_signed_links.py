"""Storage that refuses HEAD, because its links are signed for GET: a GET of one byte tells that a blob is there and how
large it is, also for a repository that shares what is held for another."""

import pytest
from support import images

IMAGE = images.single("u43")
LAYER = IMAGE.layers[0]


@pytest.mark.parametrize("status", [400, 403, 405])
def test_refused_by_storage(start_berth, upstream, status):
    for name in ("one", "two"):
        upstream.push(IMAGE, f"library/{name}", "1")
    upstream.redirect_blobs()
    upstream.on("redirectTarget", method="HEAD", status=status)
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "allowPrivateAddresses": True}})
    answer = berth.head(f"/v2/one/blobs/{LAYER.digest}")
    assert (answer.status, answer["Content-Length"]) == (200, str(LAYER.size))
    assert upstream.bytes_of(LAYER.digest) <= 1
    assert berth.get(f"/v2/one/blobs/{LAYER.digest}").body == LAYER.data
    assert berth.get(f"/v2/two/blobs/{LAYER.digest}").body == LAYER.data
    assert upstream.bytes_of(LAYER.digest) <= LAYER.size + 2


def test_not_there(start_berth, upstream):
    """Both say so."""
    upstream.push(IMAGE, "library/one", "1")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}})
    answer = berth.head(f"/v2/one/blobs/{images.digest_of(b'nowhere')}")
    assert answer.status == 404

"""An upstream's redirect to loopback, in whatever spelling, is refused unless the upstream is configured to lead
to private addresses: the place is not even connected to."""

import pytest
from support import images

IMAGE = images.single("f10")
LAYER = IMAGE.layers[0]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "127.1",
        "2130706433",
        "0x7f000001",
        "localhost.",
    ],
)
def test_not_dialled(hub, upstream, host):
    upstream.push(IMAGE, "library/app", "1")
    port = upstream.ports["recorder"]
    upstream.on(["blobGet", "manifestGet", "manifestHead"], redirect={"to": f"http://{host}:{port}/stolen"})
    berth = hub()
    assert berth.get(f"/v2/app/blobs/{LAYER.digest}", timeout=60).status == 502
    assert berth.get("/v2/app/manifests/1", timeout=60).status == 502
    assert upstream.strangers() == []
    assert upstream.counters().connections("recorder") == 0


def test_allowed_when_configured(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.redirect_blobs()
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "allowPrivateAddresses": True}})
    assert berth.get(f"/v2/app/blobs/{LAYER.digest}").body == LAYER.data

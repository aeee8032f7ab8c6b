"""Thirty clients pull one cold image by digest at once: index, manifest, configuration and layers each cross from
upstream once."""

from support import images
from support.parallel import results, together

INDEX = images.multi("m11")
CHILD = INDEX.images["linux/amd64"]
CLIENTS = 30


def test_each_once(hub, upstream):
    upstream.push(INDEX, "library/app", "1")
    upstream.on(["manifestGet", "blobGet"], delay=20)
    berth = hub()

    def pull(_):
        for content, kind in (
            (INDEX.manifest, "manifests"),
            (CHILD.manifest, "manifests"),
            *((blob, "blobs") for blob in CHILD.blobs),
        ):
            answer = berth.get(f"/v2/app/{kind}/{content.digest}")
            assert (answer.status, answer.body) == (200, content.data)

    results(together(CLIENTS, pull))
    for content in (INDEX.manifest, CHILD.manifest, *CHILD.blobs):
        asked = upstream.counters().digest(content.digest)
        assert (asked.gets, asked.heads, asked.bytes) == (1, 0, content.size)

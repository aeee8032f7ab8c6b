"""sha512 is the specification's other digest: content named by it is verified, kept and served like any other."""

import hashlib

import pytest
from support import images
from support.http import Truncated

BLOB = images.noise("p12", 200_000)
DIGEST = "sha512:" + hashlib.sha512(BLOB).hexdigest()


def give(upstream, data):
    """The scripted upstream names blobs by sha256; a redirect gives these bytes for the other name."""
    content = images.Content("", data)
    upstream.push_blob(content, "library/app")
    place = f"{upstream.url}/v2/library/app/blobs/{content.digest}"
    upstream.on(["blobGet", "blobHead"], reference=DIGEST, redirect={"to": place})


def test_blob(hub, upstream):
    give(upstream, BLOB)
    berth = hub()
    for _ in range(2):
        answer = berth.get(f"/v2/app/blobs/{DIGEST}")
        assert (answer.status, answer.body) == (200, BLOB)
        assert answer["Docker-Content-Digest"] == DIGEST
    assert len(upstream.requests("blobGet", reference=DIGEST)) == 1


def test_wrong_bytes(hub, upstream):
    give(upstream, BLOB[::-1])
    berth = hub()
    with pytest.raises(Truncated) as cut:
        berth.get(f"/v2/app/blobs/{DIGEST}")
    assert len(cut.value.received) < len(BLOB)
    assert not berth.holds(DIGEST)

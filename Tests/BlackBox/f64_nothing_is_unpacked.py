"""Berth unpacks nothing. A small body that would be a large one costs what it is, wherever it comes from."""

import gzip

import pytest
from support import images

#: A gigabyte of zeros, as about a megabyte.
BOMB = gzip.compress(b"\0" * (64 << 20), 9) * 16
MOST_GROWTH = 64 << 20


def memory(berth):
    return berth.metric("process_resident_memory_bytes")


def test_blob(hub, upstream):
    """A layer that is one is content like any other: its bytes are served as they are."""
    blob = images.Content(images.OCI_LAYER, BOMB)
    upstream.push_blob(blob, "library/app")
    berth = hub()
    before = memory(berth)
    answer = berth.get(f"/v2/app/blobs/{blob.digest}")
    assert answer.body == blob.data
    assert answer.get("Content-Encoding") is None
    assert memory(berth) - before < MOST_GROWTH


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("manifestGet", "/v2/app/manifests/1"),
        ("tagsList", "/v2/app/tags/list"),
        ("referrers", f"/v2/app/referrers/{images.digest_of(b'f64')}"),
    ],
)
def test_document(hub, upstream, kind, target):
    """An upstream that compresses what it was told not to is refused."""
    upstream.on(kind, status=200, body="a", headers={"Content-Encoding": "gzip", "Content-Type": images.OCI_INDEX})
    berth = hub()
    before = memory(berth)
    assert berth.get(target).status == 502
    assert memory(berth) - before < MOST_GROWTH


def test_request(hub):
    """A client's compressed body is not read at all."""
    berth = hub()
    before = memory(berth)
    with berth.connect() as connection:
        connection.send_request("PUT", "/v2/app/manifests/1", [("Content-Encoding", "gzip")], body=BOMB[:65_536])
        assert connection.read_response().status == 405
    assert memory(berth) - before < MOST_GROWTH

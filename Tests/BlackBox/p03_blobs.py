"""Blobs come whole and verbatim, cold as well as held, with length, digest and Accept-Ranges said;
HEAD tells the true size without a body; what is not there is 404 BLOB_UNKNOWN."""

import pytest
from support import images

IMAGE = images.single("p03", sizes=(10, 300_000))


@pytest.fixture
def berth(registry, start_berth):
    registry.push(IMAGE, "library/app", "1")
    return start_berth({"docker.io": {"endpoints": [registry.url]}})


def check(answer, blob, method):
    assert answer.status == 200
    assert answer["Content-Length"] == str(blob.size)
    assert answer["Docker-Content-Digest"] == blob.digest
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["ETag"] == f'"{blob.digest}"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer.body == (blob.data if method == "GET" else b"")


@pytest.mark.parametrize("methods", [("GET", "HEAD", "GET"), ("HEAD", "GET", "HEAD")])
def test_whole(berth, methods):
    for method in methods:
        for blob in IMAGE.blobs:
            check(berth.request(method, f"/v2/app/blobs/{blob.digest}"), blob, method)


def test_encoded_colon(berth):
    blob = IMAGE.layers[-1]
    check(berth.get(f"/v2/app/blobs/{blob.digest.replace(':', '%3A')}"), blob, "GET")
    check(berth.head(f"/v2/app/blobs/{blob.digest.replace(':', '%3A')}"), blob, "HEAD")


def test_unknown(berth):
    target = f"/v2/app/blobs/{images.digest_of(b'nowhere')}"
    answer = berth.get(target)
    assert (answer.status, answer.error_code()) == (404, "BLOB_UNKNOWN")
    assert berth.head(target).status == 404


def test_accept_encoding_changes_nothing(berth):
    """containerd 2 asks with zstd and gzip: the bytes stay those that the digest names."""
    blob = IMAGE.layers[-1]
    for _ in range(2):
        answer = berth.get(
            f"/v2/app/blobs/{blob.digest}", [("Accept-Encoding", "zstd;q=1.0, gzip;q=0.8, deflate;q=0.5")]
        )
        check(answer, blob, "GET")
        assert answer.get("Content-Encoding") is None

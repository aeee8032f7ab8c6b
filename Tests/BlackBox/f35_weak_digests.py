"""Only sha256 and sha512 in their one spelling are digests; everything else is refused before anybody is asked."""

import pytest
from support import images

GOOD = images.digest_of(b"f35")
BAD = [
    "md5:" + "0" * 32,
    "sha1:" + "0" * 40,
    "sha384:" + "0" * 96,
    "blake3:" + "0" * 64,
    "sha256:" + "0" * 63,
    "sha256:" + "0" * 65,
    "sha256:" + "A" * 64,
    "sha256:" + "g" * 64,
    "SHA256:" + "0" * 64,
    "sha512:" + "0" * 64,
    "sha256:",
    ":" + "0" * 64,
    "sha256:" + "0" * 63 + "%0a",
    "sha256+x:" + "0" * 64,
    GOOD + GOOD,
    GOOD + "@" + GOOD,
]


@pytest.mark.parametrize("digest", BAD)
def test_refused(hub, upstream, digest):
    berth = hub()
    for kind in ("manifests", "blobs", "referrers"):
        answer = berth.get(f"/v2/library/app/{kind}/{digest}")
        assert answer.status in (400, 404)
        assert answer.error_code() in (
            "DIGEST_INVALID",
            "MANIFEST_UNKNOWN",
            "BLOB_UNKNOWN",
            "MANIFEST_INVALID",
            "NAME_INVALID",
            "NAME_UNKNOWN",
            "UNSUPPORTED",
        )
        assert berth.head(f"/v2/library/app/{kind}/{digest}").status == answer.status
    assert upstream.requests() == []

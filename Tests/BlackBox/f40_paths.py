"""CVE-2024-3727: no target reaches the file system or upstream but by valid names, tags and digests. Sixty paths
over a raw socket: each is refused, upstream hears of none, and nothing outside the store is read."""

import pytest
from support import images

DIGEST = images.digest_of(b"f40")
HEX = DIGEST.removeprefix("sha256:")

BAD = [
    "/../etc/passwd",
    "/v2/../../etc/passwd",
    "/v2/..",
    "/v2/./",
    "/v2//",
    "//v2/",
    "/v2//library/app/manifests/1",
    "/v2/library//app/manifests/1",
    "/v2/library/app//manifests/1",
    "/v2/library/app/manifests//1",
    "/v2/library/../app/manifests/1",
    "/v2/library/./app/manifests/1",
    "/v2/../v2/library/app/manifests/1",
    "/v2/library/app/../../other/manifests/1",
    "/v2/library/%2e%2e/app/manifests/1",
    "/v2/library/%2E%2E/manifests/1",
    "/v2/%2e%2e/%2e%2e/etc/passwd",
    "/v2/library%2fapp/manifests/1",
    "/v2/library%2Fapp/manifests/1",
    "/v2/library/app%2fmanifests%2f1",
    "/v2/library/app/manifests/..",
    "/v2/library/app/manifests/.",
    "/v2/library/app/manifests/%2e%2e",
    "/v2/library/app/manifests/..%2f..%2f1",
    "/v2/library/app/manifests/a%2fb",
    "/v2/library/app/manifests/-leading",
    "/v2/library/app/manifests/.leading",
    "/v2/library/app/manifests/" + "a" * 129,
    "/v2/library/app/manifests/a b",
    "/v2/library/app/manifests/a%20b",
    "/v2/library/app/manifests/a%00b",
    "/v2/library/app/manifests/%00",
    "/v2/library/app/manifests/%0d%0a",
    "/v2/library/app/manifests/a%0d%0aX-Injected:%201",
    "/v2/library/app/manifests/%",
    "/v2/library/app/manifests/%2",
    "/v2/library/app/manifests/%zz",
    "/v2/library/app/manifests/%252e%252e",
    "/v2/library/app/manifests/a%C3%BC",
    "/v2/library/app/manifests/a%ff",
    "/v2/library/app/manifests/a\xfc",
    "/v2/library/app/manifests/a\x7f",
    "/v2/library/app/manifests/1#fragment",
    "/v2/library/app/manifests/1;x=y",
    "/v2/Library/app/manifests/1",
    "/v2/library/App/manifests/1",
    "/v2/library/app_/manifests/1",
    "/v2/library/_app/manifests/1",
    "/v2/library/a___b/manifests/1",
    "/v2/library/a..b/manifests/1",
    "/v2/library/a.-b/manifests/1",
    "/v2/library/app./manifests/1",
    "/v2/library/-app/manifests/1",
    "/v2/library/ap~p/manifests/1",
    "/v2/library/app:1/manifests/1",
    "/v2/library/app@sha256/manifests/1",
    "/v2/" + "a/" * 200 + "manifests/1",
    "/v2/" + "a" * 256 + "/manifests/1",
    f"/v2/library/app/blobs/sha256:..%2f..%2f{HEX[:58]}",
    f"/v2/library/app/blobs/sha256/{HEX}",
    f"/v2/library/app/blobs/sha256:{HEX}/..",
    f"/v2/library/app/blobs/sha256%3A{HEX}%2f",
    f"/v2/library/app/blobs/sha256%253A{HEX}",
    f"/v2/library/app/blobs/{HEX}",
    f"/v2/library/app/blobs/../manifests/{DIGEST}",
    "/v2/library/app/tags/%2e%2e",
    "/v2/library/app/tags/list/",
    "/v2/library/app/tags/list%00",
    "/v2\\library\\app\\manifests\\1",
    "/V2/library/app/manifests/1",
]


@pytest.fixture
def berth(hub):
    return hub()


def test_table(berth, upstream):
    seen = {}
    for target in BAD:
        with berth.connect() as connection:
            connection.send(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode("latin-1"))
            answer = connection.read_until_end()
        status = answer[9:12]
        assert status in (b"400", b"404", b"414", b""), (target, answer[:300])
        assert b"root:" not in answer and b"X-Injected" not in answer.partition(b"\r\n\r\n")[0], target
        seen[target] = status
    assert upstream.requests() == [], "none of these names anything"
    assert berth.get("/v2/").status == 200


def test_longest_valid_names(berth, upstream):
    """What the grammar allows to the full is asked."""
    image = images.single("f40")
    repository = "a" * 100 + "/" + "b-c_d.e__f--g" + "/" + "0" * 100
    tag = "_" + "A.z-9_" * 21 + "x"
    assert len(tag) == 128
    upstream.push(image, repository, tag)
    assert berth.get(f"/v2/{repository}/manifests/{tag}").body == image.manifest.data

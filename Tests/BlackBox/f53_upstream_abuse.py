"""An upstream that sends endless bodies, giant heads or nonsense costs Berth a bounded amount of memory and
the client an error; Berth lives on and serves what it holds."""

import json

import pytest
from support import images

IMAGE = images.single("f53")
LAYER = IMAGE.layers[0]
MEBIBYTE = 1 << 20
ENDLESS = {"endless": {"prefix": '{"tags":["', "fill": "abcdefgh" * 512, "contentType": "application/json"}}


@pytest.fixture
def berth(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    assert berth.get(f"/v2/app/blobs/{LAYER.digest}").body == LAYER.data
    return berth


def check_alive(berth, before):
    assert berth.get(f"/v2/app/blobs/{LAYER.digest}").body == LAYER.data
    grown = (berth.resident_bytes() - before) // MEBIBYTE
    assert grown < 64, f"{grown} MiB more"


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (["manifestGet", "manifestHead"], "/v2/app/manifests/1"),
        (["manifestGet", "manifestHead"], f"/v2/app/manifests/{IMAGE.digest}"),
        (["tagsList"], "/v2/app/tags/list"),
        (["referrers"], f"/v2/app/referrers/{IMAGE.digest}"),
    ],
)
def test_endless_documents(berth, upstream, kind, target):
    before = berth.resident_bytes()
    upstream.on(kind, **ENDLESS)
    assert berth.get(target, timeout=60).status == 502
    check_alive(berth, before)


@pytest.mark.parametrize("status", [401, 404, 500])
def test_endless_error_bodies(berth, upstream, status):
    before = berth.resident_bytes()
    upstream.on(["manifestGet", "manifestHead"], status=status, **ENDLESS)
    assert berth.get("/v2/app/manifests/2", timeout=60).status in (403, 404, 502)
    check_alive(berth, before)


def test_endless_token(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token()
    upstream.on("token", authentication="any", endless={"prefix": '{"token":"', "fill": "a" * 4096})
    berth = start_berth(
        {
            "docker.io": {
                "endpoints": [upstream.url],
                "tokenOrigins": [upstream.urls["token"]],
                "allowPrivateAddresses": True,
            }
        }
    )
    before = berth.resident_bytes()
    assert berth.get("/v2/app/manifests/1", timeout=60).status == 502
    assert berth.resident_bytes() - before < 64 * MEBIBYTE


HEADS = {
    "giant header": {"giantHeader": 10_000_000},
    "many headers": {"extraHeaders": 100_000},
    "endless 1xx": {"informational": 10_000},
    "no HTTP": {"statusLine": "SSH-2.0-OpenSSH_9.2"},
    "status out of range": {"statusLine": "HTTP/1.1 999 Strange"},
    "status 000": {"statusLine": "HTTP/1.1 000 Nothing"},
    "status below 100": {"statusLine": "HTTP/1.1 099 Almost"},
    "a switch of protocols": {"statusLine": "HTTP/1.1 101 Switching Protocols"},
    "no status": {"statusLine": "HTTP/1.1"},
    "version 3": {"statusLine": "HTTP/3.0 200 OK"},
}


@pytest.mark.parametrize("case", HEADS)
def test_bad_heads(berth, upstream, case):
    before = berth.resident_bytes()
    upstream.on(["manifestGet", "manifestHead", "blobGet", "blobHead"], **HEADS[case])
    assert berth.get("/v2/app/manifests/2", timeout=60).status == 502
    assert berth.get(f"/v2/app/blobs/{IMAGE.layers[1].digest}", timeout=60).status == 502
    check_alive(berth, before)


def test_long_reason_is_not_kept(berth, upstream):
    before = berth.resident_bytes()
    upstream.on(["manifestGet", "manifestHead"], statusLine="HTTP/1.1 200 " + "x" * 1_000_000)
    reply = berth.get("/v2/app/manifests/2", timeout=60)
    assert reply.status in (200, 502) and b"xxx" not in reply.body
    check_alive(berth, before)


@pytest.mark.parametrize("size", [8 << 20, 9 << 20])
def test_size_of_a_manifest(hub, upstream, size):
    """Up to the limit of 8 MiB it is served; beyond it the document is refused."""
    document = json.loads(IMAGE.manifest.data)
    document["annotations"] = {"padding": "x"}
    document["annotations"]["padding"] = "x" * (size - len(json.dumps(document)) + 1 - (1000 if size == 8 << 20 else 0))
    manifest = images.Content(images.OCI_MANIFEST, json.dumps(document).encode())
    upstream.push_manifest(manifest, "library/app", "1")
    answer = hub().get("/v2/app/manifests/1", timeout=60)
    if size == 8 << 20:
        assert answer.body == manifest.data
    else:
        assert answer.status == 502

"""An https upstream that speaks plain HTTP, or redirects to it, is a failure: nothing is sent in the clear."""

from support import images
from support.certificates import Authority

IMAGE = images.single("f80")


def test_plain_port_behind_https(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url.replace("http:", "https:")]}})
    answer = berth.get("/v2/app/manifests/1", timeout=60)
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    assert upstream.requests() == []


def test_redirect_to_plain_http(start_berth, start_upstream, workplace):
    """The recorder is plain HTTP always: it must not be asked, though the address would be allowed."""
    authority = Authority(workplace.directory)
    certificate = authority.issue("127.0.0.1")
    upstream = start_upstream(certificate=certificate.path, key=certificate.key_path)
    upstream.push(IMAGE, "library/app", "1")
    upstream.on(["blobGet", "manifestGet"], redirect={"to": "recorder"})
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url], "trustRoots": [str(authority.path)], "allowPrivateAddresses": True}}
    )
    assert berth.get(f"/v2/app/blobs/{IMAGE.layers[0].digest}", timeout=60).status == 502
    assert berth.get(f"/v2/app/manifests/{IMAGE.digest}", timeout=60).status == 502
    assert upstream.strangers() == []

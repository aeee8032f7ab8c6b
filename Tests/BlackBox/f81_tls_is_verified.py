"""Upstreams' certificates are verified: one from an extra root of that upstream is trusted, anything unknown,
expired, for another host, or signed by the root of another upstream is a failure that says so."""

import pytest
from support import images
from support.certificates import Authority

IMAGE = images.single("f81")


@pytest.fixture
def authority(workplace):
    return Authority(workplace.directory)


def start(start_upstream, certificate, name="upstream"):
    upstream = start_upstream(name, certificate=certificate.path, key=certificate.key_path)
    upstream.push(IMAGE, "library/app", "1")
    return upstream


def test_extra_root(start_berth, start_upstream, authority):
    upstream = start(start_upstream, authority.issue("127.0.0.1"))
    upstream.require_token()
    upstream.redirect_blobs()
    berth = start_berth(
        {
            "docker.io": {
                "endpoints": [upstream.url],
                "trustRoots": [str(authority.path)],
                "tokenOrigins": [upstream.urls["token"]],
                "allowPrivateAddresses": True,
            }
        }
    )
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    for blob in IMAGE.blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data


def test_root_of_another_upstream(start_berth, start_upstream, authority):
    upstream = start(start_upstream, authority.issue("127.0.0.1"))
    berth = start_berth(
        {
            "docker.io": {"endpoints": [upstream.url]},
            "quay.io": {"endpoints": [upstream.url], "trustRoots": [str(authority.path)]},
        }
    )
    assert berth.get("/v2/quay.io/library/app/manifests/1").status == 200
    check_refused(berth, upstream)


@pytest.mark.parametrize(
    ("host", "days"), [("other.example", 30), ("127.0.0.1", -1)], ids=["for another host", "expired"]
)
def test_bad_certificate(start_berth, start_upstream, authority, host, days):
    upstream = start(start_upstream, authority.issue(host, days))
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "trustRoots": [str(authority.path)]}})
    check_refused(berth, upstream)


def test_self_signed(start_berth, start_upstream, authority, workplace):
    other = Authority(workplace.directory / "other")
    upstream = start(start_upstream, other.issue("127.0.0.1"))
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "trustRoots": [str(authority.path)]}})
    check_refused(berth, upstream)


def check_refused(berth, upstream):
    before = len(upstream.requests())
    for target in ("/v2/app/manifests/1", f"/v2/app/blobs/{IMAGE.layers[0].digest}"):
        answer = berth.get(target, timeout=60)
        assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
        text = answer.body.decode().lower()
        assert "tls" in text or "certificate" in text, "the reason is told"
    assert len(upstream.requests()) == before

"""Upstreams that want a certificate of Berth: it is shown where the configuration sends Berth, and to nobody else."""

import pytest
from support import images
from support.certificates import Authority
from support.tls_front import TLSFront
from support.trouble import AT_ONCE, within

IMAGE = images.single("u21")


@pytest.fixture
def authority(workplace):
    return Authority(workplace.directory)


@pytest.fixture
def identity(authority):
    certificate = authority.issue("berth.example", usage="clientAuth")
    return {"certificate": str(certificate.path), "key": str(certificate.key_path)}


@pytest.fixture
def front(workplace, upstream, authority):
    """A registry that wants a certificate."""
    upstream.push(IMAGE, "library/app", "1")
    address = ("127.0.0.1", int(upstream.host.split(":")[1]))
    return workplace.watch(TLSFront(authority.issue("127.0.0.1"), authority.path, address))


def test_shown(start_berth, authority, identity, front):
    settings = {"endpoints": [front.url], "trustRoots": [str(authority.path)], "clientCertificate": identity}
    berth = start_berth({"docker.io": settings})
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    for blob in IMAGE.blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data
    assert set(front.shown) == {"berth.example"}


def test_none(start_berth, upstream, authority, front):
    berth = start_berth({"docker.io": {"endpoints": [front.url], "trustRoots": [str(authority.path)]}})
    with within(AT_ONCE):
        answer = berth.get("/v2/app/manifests/1", timeout=30)
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    assert upstream.requests() == []


def test_unreadable(start_berth, authority, identity, front):
    berth_settings = {"endpoints": [front.url], "trustRoots": [str(authority.path)], "clientCertificate": identity}
    berth = start_berth({"docker.io": berth_settings})
    # It was right when Berth started, and is read again when it is needed.
    with open(identity["key"], "w") as key:
        key.write("no key\n")
    answer = berth.get("/v2/app/manifests/1")
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    assert f"{identity['key']}: not a PEM file" in answer.body.decode()


def test_not_where_a_redirect_leads(start_berth, workplace, upstream, authority, identity, front):
    """Whom an upstream names is not told who Berth is."""
    elsewhere = ("127.0.0.1", int(upstream.urls["storage"].rsplit(":", 1)[1]))
    storage = workplace.watch(TLSFront(authority.issue("127.0.0.1"), authority.path, elsewhere, is_required=False))
    upstream.on("blobGet", redirect={"to": storage.url + "/blob"})
    settings = {"endpoints": [front.url], "trustRoots": [str(authority.path)], "clientCertificate": identity}
    berth = start_berth({"docker.io": {**settings, "allowPrivateAddresses": True}})
    berth.get(f"/v2/app/blobs/{IMAGE.layers[0].digest}")
    assert storage.shown and set(storage.shown) == {None}
    assert set(front.shown) == {"berth.example"}

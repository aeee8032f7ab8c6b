"""Certificates are renewed by SIGHUP: connections that are opened from then on are shown the new one, those that are open go
on, and files that cannot be used change nothing. So it is with what Berth shows to upstreams."""

import shutil
import signal
import ssl

import pytest
from support import images
from support.certificates import Authority
from support.http import Connection
from support.service import wait_until
from support.tls_front import TLSFront


@pytest.fixture
def authority(workplace):
    return Authority(workplace.directory / "authority")


@pytest.fixture
def files(workplace):
    """Where the configuration says that certificate and key lie."""
    return workplace.directory / "tls.crt", workplace.directory / "tls.key"


def install(certificate, files):
    for source, target in zip((certificate.path, certificate.key_path), files, strict=True):
        shutil.copy(source, target)


def serial(connection):
    return connection.socket.getpeercert()["serialNumber"]


def reload(berth, expected):
    before = berth.log().count(expected)
    berth.process.send_signal(signal.SIGHUP)
    wait_until(lambda: berth.log().count(expected) > before, f"the log says {expected!r}")


@pytest.fixture
def secure(start_berth, upstream, authority, files):
    """A Berth with TLS, and how to connect to it."""
    install(authority.issue("127.0.0.1", days=10), files)
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}}, tls={"certificate": str(files[0]), "key": str(files[1])})
    context = ssl.create_default_context(cafile=str(authority.path))
    return berth, lambda: Connection(berth.address, tls=context)


def test_listener(secure, authority, files):
    berth, connect = secure
    with connect() as before:
        assert before.request("GET", "/v2/").status == 200
        install(authority.issue("127.0.0.1", days=20), files)
        with connect() as unchanged:
            assert serial(unchanged) == serial(before), "nobody has told Berth yet"
        reload(berth, "the configuration is reloaded changed=certificates")
        with connect() as after:
            assert serial(after) != serial(before)
            assert after.request("GET", "/v2/").status == 200
        assert before.request("GET", "/v2/").status == 200, "what was open goes on"


@pytest.mark.parametrize("trouble", ["no certificate", "another's key", "gone"])
def test_files_that_cannot_be_used(secure, authority, files, trouble):
    berth, connect = secure
    with connect() as connection:
        shown = serial(connection)
    certificate, key = files
    good = authority.issue("127.0.0.1", days=20)
    if trouble == "no certificate":
        certificate.write_text("no certificate\n")
    elif trouble == "another's key":
        shutil.copy(good.key_path, key)
    else:
        key.unlink()
    reload(berth, "the configuration is not reloaded: the old one stays in force")
    assert f"{certificate.parent}/tls." in berth.log(), "the file is named"
    with connect() as connection:
        assert serial(connection) == shown
    install(good, files)
    reload(berth, "the configuration is reloaded changed=certificates")
    with connect() as connection:
        assert serial(connection) != shown


def test_shown_to_an_upstream(workplace, start_berth, upstream, authority, files):
    image = images.single("o27")
    upstream.push(image, "library/app", "1")
    address = ("127.0.0.1", int(upstream.host.split(":")[1]))
    front = workplace.watch(TLSFront(authority.issue("127.0.0.1"), authority.path, address))
    install(authority.issue("old.example", usage="clientAuth"), files)
    identity = {"certificate": str(files[0]), "key": str(files[1])}
    settings = {"endpoints": [front.url], "trustRoots": [str(authority.path)], "clientCertificate": identity}
    berth = start_berth({"docker.io": settings})
    assert berth.get("/v2/app/manifests/1").status == 200
    install(authority.issue("new.example", usage="clientAuth"), files)
    reload(berth, "the configuration is reloaded")
    assert berth.get(f"/v2/app/blobs/{image.layers[0].digest}").status == 200
    assert list(dict.fromkeys(front.shown)) == ["old.example", "new.example"]

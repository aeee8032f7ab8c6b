"""A client's certificate says who it is, on a listener with TLS: by its one DNS name, if the authority that is configured has
issued it and nobody has put it on the list of those that count no more."""

import ssl
import subprocess

import pytest
from support import access, images
from support.certificates import Authority
from support.http import Connection, exchange
from support.service import free_port

IMAGE = images.single("a18")
NODES = {"who": ["cert:node.example"], "repositories": ["docker.io/private/**"], "allow": ["pull"]}
TARGET = "/v2/private/app/manifests/1"


@pytest.fixture
def secure(workplace, upstream, start_berth):
    """A Berth with TLS, on a listener for clients and one for engines, and a way to make contexts for its clients."""
    upstream.push(IMAGE, "private/app", "1")
    servers, clients = Authority(workplace.directory / "servers"), Authority(workplace.directory / "clients")
    own = servers.issue("127.0.0.1")
    denied = workplace.directory / "denied.txt"
    denied.write_text(f"serial:{_serial(clients.issue('gone.example', usage='clientAuth').path)}\n")
    section = access.section(workplace.directory, access.PUBLIC, NODES)
    section["identities"]["clientCertificates"] = {
        "authority": str(clients.path),
        "identity": "dns",
        "denied": str(denied),
    }
    tls = {"certificate": str(own.path), "key": str(own.key_path)}
    port, mirror = free_port(), free_port()
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url]}},
        access=section,
        listen=[
            {"address": f"127.0.0.1:{port}", "tls": tls},
            {"address": f"127.0.0.1:{mirror}", "tls": tls, "mirror": True},
        ],
    )

    def context(name=None, authority=clients):
        made = ssl.create_default_context(cafile=str(servers.path))
        if name:
            certificate = authority.issue(name, usage="clientAuth")
            made.load_cert_chain(certificate.path, certificate.key_path)
        return made

    return ("127.0.0.1", port), ("127.0.0.1", mirror), context, servers, berth


def _serial(path):
    printed = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-serial"], capture_output=True, text=True)
    return printed.stdout.strip().removeprefix("serial=")


def test_who_it_is(secure):
    registry, mirror, context, _, _ = secure
    for address in (registry, mirror):
        with Connection(address, tls=context("node.example")) as connection:
            for _ in range(2):
                assert connection.request("GET", TARGET).body == IMAGE.manifest.data
                assert connection.request("GET", "/v2/").status == 200
    assert exchange(registry, "GET", TARGET, tls=context("other.example")).status == 404
    assert exchange(mirror, "GET", TARGET, tls=context("other.example")).status == 404
    assert exchange(registry, "GET", TARGET, tls=context()).status == 401, "who shows none is served like everybody"
    assert exchange(mirror, "GET", TARGET, tls=context()).status == 404


def test_what_the_request_says_counts_before(secure):
    registry, _, context, _, _ = secure
    assert exchange(registry, "GET", TARGET, access.basic("bob"), tls=context("node.example")).status == 404
    assert exchange(registry, "GET", TARGET, access.basic("bob", "wrong"), tls=context("node.example")).status == 401
    assert exchange(registry, "GET", TARGET, access.basic("", ""), tls=context("node.example")).status == 200


def test_of_another_authority(secure):
    registry, _, context, servers, berth = secure
    with pytest.raises((ssl.SSLError, ConnectionError, AssertionError)):
        exchange(registry, "GET", TARGET, tls=context("node.example", servers))
    assert berth.is_alive


def test_realm_of_tls(secure):
    registry, _, context, _, _ = secure
    challenge = exchange(registry, "GET", "/v2/", tls=context())["WWW-Authenticate"]
    assert challenge.startswith(f'Bearer realm="https://127.0.0.1:{registry[1]}/v2/token"')

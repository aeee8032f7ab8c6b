"""Engines that are told "insecure" try TLS first, and go on to plain HTTP when HTTP comes back: a plain port answers a
ClientHello, whole or in pieces, with a 400 that says so, at once. A port with TLS answers plain HTTP likewise."""

import socket
import ssl
import time

import pytest
from support.certificates import Authority

#: How soon is "at once", on a busy machine: far from the ten seconds of the engines' handshake timeout.
SOON = 3.0


def test_real_handshake(hub):
    """What Go's clients look for: that the first five bytes are those of an HTTP answer."""
    berth = hub()
    for _ in range(3):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        hello, nothing = ssl.MemoryBIO(), ssl.MemoryBIO()
        with pytest.raises(ssl.SSLWantReadError):
            context.wrap_bio(nothing, hello, server_hostname="localhost").do_handshake()
        started = time.monotonic()
        with berth.connect(timeout=15) as connection:
            connection.send(hello.read())
            answer = connection.read_until_end()
        assert answer.startswith(b"HTTP/1.0 400 Bad Request\r\n")
        assert b"\r\nConnection: close\r\n" in answer
        assert b"Client sent an HTTPS request to an HTTP server" in answer
        with socket.create_connection(berth.address, timeout=15) as raw, pytest.raises(ssl.SSLError):
            context.wrap_socket(raw, server_hostname="localhost")
        assert time.monotonic() - started < SOON
    assert berth.get("/v2/").status == 200


@pytest.mark.parametrize(
    "record",
    [
        b"\x16\x03\x01",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x16\x03\x03\x00\x05",
        b"\x16\x03\x01" + bytes(100_000),
    ],
    ids=["version", "hello", "length", "much"],
)
def test_beginning_is_enough(hub, record):
    """No more than the record's first bytes has come when the connection ends; what comes behind takes no answer away."""
    with hub().connect() as connection:
        started = time.monotonic()
        connection.offer(record)
        assert connection.read_until_end().startswith(b"HTTP/1.0 400 ")
        assert time.monotonic() - started < SOON


def test_old_hello(hub):
    """SSL 2's has no mark of its own: it is no request, and that is all."""
    with hub().connect() as connection:
        connection.offer(b"\x80\x2e\x01\x03\x01")
        rest = connection.read_until_end()
        assert rest == b"" or rest.startswith(b"HTTP/1.1 400")


def test_plain_http_on_a_tls_port(workplace, start_berth):
    server = Authority(workplace.directory).issue("127.0.0.1")
    berth = start_berth(tls={"certificate": str(server.path), "key": str(server.key_path)})
    with berth.connect() as connection:
        connection.send_request("GET", "/v2/")
        answer = connection.read_until_end()
    assert answer.startswith(b"HTTP/1.0 400 Bad Request\r\n")
    assert b"Client sent an HTTP request to an HTTPS server" in answer

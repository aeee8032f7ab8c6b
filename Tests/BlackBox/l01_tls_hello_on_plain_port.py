"""Engines that are told "insecure" try TLS first: a plain port closes on a ClientHello at once, whole or in pieces, so
that they go on to plain HTTP without waiting for a timeout of ten seconds."""

import socket
import ssl
import time

import pytest

#: How soon is "at once", on a busy machine: far from the ten seconds of the engines' handshake timeout.
SOON = 3.0


def test_real_handshake(hub):
    berth = hub()
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for _ in range(3):
        started = time.monotonic()
        with socket.create_connection(berth.address, timeout=15) as raw, pytest.raises((ssl.SSLError, ConnectionError)):
            context.wrap_socket(raw, server_hostname="localhost")
        assert time.monotonic() - started < SOON
    assert berth.get("/v2/").status == 200


@pytest.mark.parametrize(
    "record",
    [
        b"\x16\x03\x01",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x16\x03\x03\x00\x05",
        b"\x80\x2e\x01\x03\x01",
    ],
)
def test_beginning_is_enough(hub, record):
    """No more than the record's first bytes has come when the connection ends."""
    with hub().connect() as connection:
        started = time.monotonic()
        connection.send(record)
        rest = connection.read_until_end()
        assert time.monotonic() - started < SOON
        assert rest == b"" or rest.startswith(b"HTTP/1.1 400") or rest[:1] == b"\x15"

"""A request's head is bounded in bytes, fields and target; what exceeds that is refused while it arrives, and
costs no memory."""

import pytest


@pytest.fixture
def berth(hub):
    return hub()


def refused(berth, pieces, statuses):
    """Sends until the server has had enough; returns whether it refused as it should."""
    with berth.connect() as connection:
        connection.offer(*pieces)
        answer = connection.read_until_end()
        assert answer == b"" or answer[9:12] in statuses, answer[:200]


def test_many_fields(berth):
    before = berth.resident_bytes()
    fields = (b"X-%06d: y\r\n" % n for n in range(1_000_000))
    refused(berth, [b"GET /v2/ HTTP/1.1\r\nHost: x\r\n", *fields, b"\r\n"], (b"431", b"400"))
    assert berth.resident_bytes() - before < 32 << 20
    assert berth.get("/v2/").status == 200


def test_hundred_and_one_fields(berth):
    fields = b"".join(b"X-%d: y\r\n" % n for n in range(101))
    refused(berth, [b"GET /v2/ HTTP/1.1\r\nHost: x\r\n" + fields + b"\r\n"], (b"431",))


def test_long_field(berth):
    refused(berth, [b"GET /v2/ HTTP/1.1\r\nHost: x\r\nX-Long: ", *[b"a" * 65536] * 160, b"\r\n\r\n"], (b"431", b"400"))


def test_sixteen_kilobytes(berth):
    """Just below the limit it is served, above it refused; a list of ranges may be longer."""
    with berth.connect() as connection:
        assert connection.request("GET", "/v2/", [("X-Long", "a" * 15_000)]).status == 200
    refused(berth, [b"GET /v2/ HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 17_000 + b"\r\n\r\n"], (b"431",))
    ranges = "bytes=" + ",".join(f"{n * 100_000}-{n * 100_000 + 4_095}" for n in range(1_024))
    assert 17_000 < len(ranges) < 60_000
    with berth.connect() as connection:
        assert connection.request("GET", "/v2/", [("Range", ranges)]).status == 200
        assert connection.request("GET", "/v2/", [("Range", ranges), ("X-Long", "a" * 17_000)]).status == 431


def test_large_heads_of_many(berth):
    """Many connections whose large heads do not end: memory stays, and others are served."""
    before = berth.resident_bytes()
    clients = [berth.connect() for _ in range(600)]
    for client in clients:
        client.offer(b"GET /v2/ HTTP/1.1\r\nHost: x\r\nRange: bytes=" + b"0-1," * 12_000)
    assert berth.get("/v2/").status == 200
    assert berth.resident_bytes() - before < 64 << 20
    for client in clients:
        client.close()


def test_long_target(berth):
    refused(berth, [b"GET /v2/" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"], (b"414",))
    refused(berth, [b"GET /v2/", *[b"a" * 65536] * 160, b" HTTP/1.1\r\nHost: x\r\n\r\n"], (b"414", b"400", b"431"))


def test_long_method(berth):
    refused(berth, [b"G" * 100_000 + b" /v2/ HTTP/1.1\r\nHost: x\r\n\r\n"], (b"400", b"405", b"414", b"431", b"501"))


def test_large_body_of_a_push(berth):
    """A refused push is not read to its end."""
    before = berth.resident_bytes()
    head = b"PUT /v2/library/app/manifests/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"
    refused(berth, [head, *[b"a" * 65536] * 160], (b"405", b"413"))
    assert berth.resident_bytes() - before < 32 << 20

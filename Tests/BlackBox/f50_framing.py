"""CVE-2019-15605 and kin: a request whose end two readers could see at different places is refused and its
connection closed; what follows on it is never answered as a request of its own."""

import pytest
from support import images

SMUGGLED = b"GET /v2/library/smuggled/manifests/1 HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKS = b"0\r\n\r\n"

#: Header fields, then the bytes after the head.
AMBIGUOUS = {
    "length and chunked": (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", CHUNKS),
    "chunked and length": (b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", CHUNKS),
    "two lengths": (b"Content-Length: 0\r\nContent-Length: 5\r\n", b"hello"),
    "list of lengths": (b"Content-Length: 0, 5\r\n", b"hello"),
    "signed length": (b"Content-Length: +5\r\n", b"hello"),
    "negative length": (b"Content-Length: -5\r\n", b"hello"),
    "hexadecimal length": (b"Content-Length: 0x5\r\n", b"hello"),
    "length with space": (b"Content-Length: 5 0\r\n", b"hello"),
    "empty length": (b"Content-Length: \r\n", b""),
    "huge length": (b"Content-Length: 99999999999999999999999999\r\n", b"hello"),
    "unknown coding": (b"Transfer-Encoding: gzip\r\n", CHUNKS),
    "gzip, chunked": (b"Transfer-Encoding: gzip, chunked\r\n", CHUNKS),
    "chunked twice": (b"Transfer-Encoding: chunked, chunked\r\n", CHUNKS),
    "chunked, identity": (b"Transfer-Encoding: chunked, identity\r\n", CHUNKS),
    "two codings": (b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", CHUNKS),
    "xchunked": (b"Transfer-Encoding: xchunked\r\n", CHUNKS),
    "quoted coding": (b'Transfer-Encoding: "chunked"\r\n', CHUNKS),
    "space before colon": (b"Transfer-Encoding : chunked\r\n", CHUNKS),
    "folded": (b"Transfer-Encoding:\r\n chunked\r\n", CHUNKS),
    "bare LF in the head": (b"X-A: b\nTransfer-Encoding: chunked\r\n", CHUNKS),
    "NUL in a value": (b"X-A: a\0b\r\n", b""),
    "CR in a value": (b"X-A: a\rb\r\n", b""),
    "no colon": (b"X-A\r\n", b""),
    "empty name": (b": x\r\n", b""),
    "space in a name": (b"X A: x\r\n", b""),
}

#: Bodies in broken chunks (varnish f00016).
BROKEN_CHUNKS = {
    "no size": b"\r\nhello\r\n0\r\n\r\n",
    "no hex": b"zz\r\nhello\r\n0\r\n\r\n",
    "signed": b"+5\r\nhello\r\n0\r\n\r\n",
    "0x": b"0x5\r\nhello\r\n0\r\n\r\n",
    "space before": b" 5\r\nhello\r\n0\r\n\r\n",
    "too long": b"5\r\nhelloworld\r\n0\r\n\r\n",
    "no CRLF behind": b"5\r\nhello0\r\n\r\n",
    "overflow": b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    "bare LF": b"5\nhello\n0\n\n",
    "bare CR": b"5\rhello\r\n0\r\n\r\n",
    "size with many zeros": b"0" * 100_000 + b"5\r\nhello\r\n0\r\n\r\n",
}


@pytest.fixture
def berth(hub):
    return hub()


def check_refused(berth, upstream, data, may_answer=(b"400",)):
    """One answer at most, an error; the connection ends; the smuggled request was not carried out."""
    with berth.connect() as connection:
        connection.offer(data + SMUGGLED)
        answer = connection.read_until_end()
    assert answer.count(b"HTTP/1.1 ") <= 1, answer
    assert answer == b"" or answer[9:12] in may_answer, answer
    assert upstream.requests() == [], "the smuggled request reached upstream"


@pytest.mark.parametrize("case", AMBIGUOUS)
@pytest.mark.parametrize("method", [b"GET", b"PUT"])
def test_ambiguous_length(berth, upstream, method, case):
    fields, rest = AMBIGUOUS[case]
    head = method + b" /v2/ HTTP/1.1\r\nHost: x\r\n" + fields + b"\r\n"
    check_refused(berth, upstream, head + rest, (b"400", b"501"))


def test_chunked_in_http_1_0(berth, upstream):
    """CVE-2026-2835."""
    head = b"GET /v2/ HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"
    check_refused(berth, upstream, head + CHUNKS, (b"400", b"501", b"505"))


@pytest.mark.parametrize("case", BROKEN_CHUNKS)
def test_broken_chunks(berth, upstream, case):
    """A PUT is refused before or after its body; in any case what follows is not a request."""
    head = b"PUT /v2/library/app/manifests/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    check_refused(berth, upstream, head + BROKEN_CHUNKS[case], (b"400", b"405"))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_body_of_a_get(berth, upstream, method):
    """CVE-2025-4366: the unread body of a hit is not left in the buffer to be read as the next request."""
    image = images.single("f50")
    upstream.push(image, "library/app", "1")
    assert berth.get("/v2/library/app/manifests/1").status == 200
    upstream.reset()
    with berth.connect() as connection:
        connection.send_request(method, "/v2/library/app/manifests/1", body=SMUGGLED)
        connection.end_sending()
        answer = connection.read_response(method)
        assert answer.status == 200
        connection.expect_end()
    assert upstream.requests() == []


REQUEST_LINES = [
    b"GET /v2/\r\n",
    b"GET /v2/ HTTP/1.1 \r\n",
    b"GET /v2/ HTTP/2.0\r\n",
    b"GET /v2/ HTTP/1.2\r\n",
    b"GET /v2/ http/1.1\r\n",
    b"GET /v2/ HTTPS/1.1\r\n",
    b"GET\t/v2/\tHTTP/1.1\r\n",
    b" GET /v2/ HTTP/1.1\r\n",
    b"G\0ET /v2/ HTTP/1.1\r\n",
    b"GET /v2/\0 HTTP/1.1\r\n",
    b"PRI * HTTP/2.0\r\n",
    b"\x00\x01\x02\x03\r\n",
]


@pytest.mark.parametrize("line", REQUEST_LINES, ids=repr)
def test_request_line(berth, upstream, line):
    """Nothing but METHOD SP TARGET SP HTTP/1.1 (or 1.0) begins a request; a higher minor version may be served."""
    with berth.connect() as connection:
        connection.offer(line + b"Host: x\r\n\r\n" + SMUGGLED)
        answer = connection.read_until_end()
    if answer.startswith(b"HTTP/1.1 200") and line == b"GET /v2/ HTTP/1.2\r\n":
        return
    assert answer == b"" or answer[9:12] in (b"400", b"505"), answer
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert upstream.requests() == []


@pytest.mark.parametrize(
    "fields",
    [
        b"Host: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAA\r\n",
        b"Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
        b"Host: x\r\nExpect: 100-continue\r\n",
        b"Host: x\r\nExpect: something-else\r\n",
        b"Host: x\r\nTrailer: X-A\r\nTE: trailers\r\n",
    ],
)
def test_no_upgrade(berth, fields):
    """Answered in HTTP/1.1 as if these were not there; never switched."""
    with berth.connect() as connection:
        connection.send(b"GET /v2/ HTTP/1.1\r\n" + fields + b"\r\n")
        head = connection.read_head()
        assert head.status == 200


def test_hosts(berth):
    """RFC 9112 §3.2: exactly one Host in HTTP/1.1."""
    for fields in (b"", b"Host: a\r\nHost: b\r\n"):
        with berth.connect() as connection:
            connection.send(b"GET /v2/ HTTP/1.1\r\n" + fields + b"Connection: close\r\n\r\n")
            assert connection.read_until_end()[9:12] == b"400"

"""A listener with a certificate speaks TLS and offers HTTP/1.1 by ALPN, to clients that ask for h2 as well; blobs come
over it whole, cold and held, in parts and to many at once."""

import ssl

import pytest
from support import images
from support.certificates import Authority
from support.http import Connection, Truncated, exchange
from support.parallel import results, together
from support.service import listens, wait_until

BLOB = images.Content("", images.noise("l02", 6_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"


@pytest.fixture
def secure(workplace, upstream, start_berth):
    """A Berth with TLS, and a context that trusts it."""
    upstream.push_blob(BLOB, "library/app")
    authority = Authority(workplace.directory)
    certificate = authority.issue("127.0.0.1")
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url]}},
        tls={"certificate": str(certificate.path), "key": str(certificate.key_path)},
    )
    return berth, ssl.create_default_context(cafile=str(authority.path))


@pytest.mark.parametrize("offered", [["h2", "http/1.1"], ["http/1.1"], []])
def test_alpn(secure, offered):
    berth, context = secure
    if offered:
        context.set_alpn_protocols(offered)
    with Connection(berth.address, tls=context) as connection:
        assert connection.socket.selected_alpn_protocol() == ("http/1.1" if offered else None)
        assert connection.socket.version() in ("TLSv1.2", "TLSv1.3")
        assert connection.request("GET", "/v2/").status == 200


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
def test_old_versions_are_refused(secure):
    berth, context = secure
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        Connection(berth.address, tls=context)


def test_blobs(secure, upstream):
    berth, context = secure
    answers = results(together(8, lambda _: exchange(berth.address, "GET", TARGET, tls=context)))
    assert all(answer.body == BLOB.data for answer in answers)
    assert upstream.gets(BLOB.digest) == 1
    held = exchange(berth.address, "GET", TARGET, tls=context)
    assert held.body == BLOB.data
    part = exchange(berth.address, "GET", TARGET, [("Range", "bytes=5000000-5999999")], tls=context)
    assert (part.status, part.body) == (206, BLOB.data[5_000_000:])
    assert exchange(berth.address, "HEAD", TARGET, tls=context)["Content-Length"] == str(BLOB.size)


def test_wrong_bytes_end_without_close_notify_or_short(secure, upstream):
    """A body that is cut short must look cut over TLS too."""
    berth, context = secure
    upstream.on("blobGet", flipByte=-1)
    with pytest.raises((Truncated, ssl.SSLError)):
        exchange(berth.address, "GET", TARGET, tls=context)


def test_plain_http_on_a_tls_port(secure):
    berth, _ = secure
    with berth.connect() as connection:
        connection.send(b"GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200" not in connection.read_until_end(timeout=15)[:20]


def test_answer_that_has_not_left_yet(secure, upstream):
    """It has begun, and its client is slow, when Berth is told to end."""
    berth, context = secure
    index = images.unwieldy_index("l02")
    upstream.push_manifest(index, "library/app", "index")
    with Connection(berth.address, tls=context, receive_buffer=65536) as connection:
        connection.send_request("GET", "/v2/library/app/manifests/index")
        head = connection.read_head()
        berth.terminate()
        wait_until(lambda: not listens(berth.port), "the listener closed")
        assert connection.body(head).rest() == index.data
    assert berth.wait_ended() == 0

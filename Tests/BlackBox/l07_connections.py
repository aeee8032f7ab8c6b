"""Connections are kept and may be pipelined; clients that close early, half-close or say HTTP/1.0 are served by the
book; answers come in the order of the requests."""

from support import images
from support.service import wait_until

IMAGE = images.single("l07", sizes=(100, 2_000_000))
SMALL, LARGE = IMAGE.layers[1], IMAGE.layers[2]


def blob(content):
    return f"/v2/library/app/blobs/{content.digest}"


def test_kept_alive(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    with hub().connect() as connection:
        for _ in range(20):
            assert connection.request("GET", "/v2/app/manifests/1").body == IMAGE.manifest.data
            assert connection.request("GET", blob(SMALL)).body == SMALL.data
            assert connection.request("GET", "/v2/app/manifests/none").status == 404
            assert connection.request("GET", blob(LARGE)).body == LARGE.data


def test_pipelined(hub, upstream):
    """Cold and held, large and small: in order."""
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    for _ in range(2):
        with berth.connect() as connection:
            order = [LARGE, SMALL, SMALL, LARGE, SMALL] * 2
            for content in order:
                connection.send_request("GET", blob(content))
            for content in order:
                assert connection.read_response().body == content.data


def test_half_closed(hub, upstream):
    """A client that sends FIN after its request still gets the whole answer, and to pipelined ones all answers."""
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    for _ in range(2):
        with berth.connect() as connection:
            connection.send_request("GET", blob(LARGE))
            connection.end_sending()
            assert connection.read_response().body == LARGE.data
            connection.expect_end()
    with berth.connect() as connection:
        for content in (SMALL, LARGE, SMALL):
            connection.send_request("GET", blob(content))
        connection.end_sending()
        for content in (SMALL, LARGE, SMALL):
            assert connection.read_response().body == content.data
        connection.expect_end()


def test_half_closed_by_a_slow_reader(hub, upstream):
    """The answer has begun, most of it has not left yet, and nothing more can be asked."""
    index = images.unwieldy_index("l07")
    upstream.push_manifest(index, "library/app", "index")
    berth = hub()
    with berth.connect(receive_buffer=65536) as connection:
        connection.send_request("GET", "/v2/library/app/manifests/index")
        head = connection.read_head()
        connection.end_sending()
        assert connection.body(head).rest() == index.data
        connection.expect_end()


def test_http_1_0(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    with hub().connect() as connection:
        connection.send(f"GET {blob(SMALL)} HTTP/1.0\r\n\r\n".encode())
        head = connection.read_head()
        assert head.status == 200
        assert head.get("Transfer-Encoding") is None
        assert connection.body(head).rest() == SMALL.data
        connection.expect_end()


def test_connection_close_is_honoured(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    with hub().connect() as connection:
        connection.send_request("GET", blob(SMALL), [("Connection", "close")])
        answer = connection.read_response()
        assert answer["Connection"].lower() == "close"
        connection.expect_end()


def test_request_in_single_bytes(hub):
    with hub().connect() as connection:
        for byte in b"GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n":
            connection.send(bytes([byte]))
        assert connection.read_response().status == 200


def test_five_hundred_that_leave(hub, upstream):
    """Clients that go away at any moment cost nothing: no descriptor stays open."""
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    assert berth.get(blob(LARGE)).status == 200
    open_files = berth.open_descriptors()
    for number in range(500):
        connection = berth.connect(receive_buffer=4096)
        connection.send_request("GET", blob(LARGE))
        if number % 3 == 0:
            connection.read_head()
        connection.reset() if number % 2 else connection.close()
    assert berth.get(blob(LARGE)).body == LARGE.data
    wait_until(lambda: berth.open_descriptors() <= open_files + 2, "descriptors given back")

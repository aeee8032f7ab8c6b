"""A client that asks and asks and reads nothing costs what its socket holds: its next request is taken up when the last
answer has left. Others are served meanwhile, and when it reads, all its answers come, whole and in order."""

import socket

import pytest
from support import images

TAGS = [f"v{number:05d}-{'x' * 60}" for number in range(1_000)]
IMAGE = images.single("l13")
INDEX = images.unwieldy_index("l13")


def ask(connection, target, rounds):
    """Sends requests for as long as they are taken; returns how many, and what of the last has not been sent."""
    request = f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    block, sent = request * 200, 0
    connection.socket.settimeout(1)
    for _ in range(rounds):
        try:
            sent += connection.socket.send(block[sent % len(request) :])
        except TimeoutError:
            break
    connection.socket.settimeout(20)
    return -(-sent // len(request)), request[sent % len(request) :] if sent % len(request) else b""


@pytest.mark.parametrize("what", ["ping", "unknown", "tags", "manifest"])
def test_memory_stays(hub, upstream, what):
    upstream.push_manifest(INDEX, "library/app", "1")
    for first in range(0, len(TAGS), 100):
        upstream.push(IMAGE, "library/app", *TAGS[first : first + 100])
    berth = hub()
    target = {"ping": "/v2/", "unknown": "/v2/nothing", "tags": "/v2/library/app/tags/list"}.get(
        what, f"/v2/library/app/manifests/{INDEX.digest}"
    )
    expected = berth.get(target)
    before = berth.resident_bytes()
    with berth.connect(receive_buffer=4096) as connection:
        ask(connection, target, rounds=400)
        assert berth.get("/v2/").status == 200
        assert berth.resident_bytes() - before < 48 << 20
        for _ in range(20):
            answer = connection.read_response()
            assert (answer.status, answer.body) == (expected.status, expected.body)
        assert berth.resident_bytes() - before < 48 << 20


def test_all_answers_come(hub):
    berth = hub()
    with berth.connect(receive_buffer=4096) as connection:
        count, rest = ask(connection, "/v2/", rounds=20)
        for number in range(count):
            if number == count // 2:
                connection.send(rest)
            assert connection.read_response().body == b"{}"
        connection.socket.shutdown(socket.SHUT_WR)
        connection.expect_end()

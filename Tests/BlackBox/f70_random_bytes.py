"""Random bytes at every surface, from clients and from upstream, never end the process: its pid stays the same and
it serves as before."""

import random
from contextlib import ExitStack

import pytest
from support import images
from support.http import Connection

IMAGE = images.single("f70")


def mangled(seed):
    """A valid request with a few bytes changed, added or taken away."""
    dice = random.Random(seed)
    text = bytearray(
        b"GET /v2/library/app/blobs/" + IMAGE.layers[0].digest.encode() + b"?ns=docker.io HTTP/1.1\r\n"
        b'Host: 127.0.0.1\r\nRange: bytes=1-5\r\nIf-None-Match: "x"\r\nAccept: */*\r\nConnection: close\r\n\r\n'
    )
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(text))
        change = dice.randrange(3)
        if change == 0:
            text[place] = dice.randrange(256)
        elif change == 1:
            text[place:place] = dice.randbytes(dice.randint(1, 8))
        else:
            del text[place : place + dice.randint(1, 8)]
    return bytes(text)


def throw(address, data):
    with Connection(address, timeout=5) as connection:
        connection.offer(data)
        connection.read_until_end(timeout=5)


def test_from_clients(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    assert berth.get(f"/v2/app/blobs/{IMAGE.layers[0].digest}").status == 200
    pid = berth.pid
    for seed in range(400):
        throw(berth.address, mangled(seed))
        throw(berth.address, random.Random(seed).randbytes(200))
    for seed in range(50):
        throw(berth.admin_address, mangled(seed))
    assert berth.is_alive and berth.pid == pid
    assert berth.get(f"/v2/app/blobs/{IMAGE.layers[0].digest}").body == IMAGE.layers[0].data


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Length": "-1"},
        {"Content-Length": "99999999999999999999"},
        {"Content-Range": "bytes 0-9223372036854775807/9223372036854775807"},
        {"Content-Range": "bytes 9-2/5"},
        {"Docker-Content-Digest": "sha256:zz"},
        {"ETag": '"'},
        {"Content-Type": ";;;"},
        {"Content-Type": "a" * 5000},
        {"Retry-After": "-99999999999999999999"},
        {"Retry-After": "Sat, 99 Nov 9999 99:99:99 GMT"},
        {"Link": "<" * 1000},
        {"WWW-Authenticate": 'Bearer realm="'},
        {"WWW-Authenticate": "Bearer " + "=," * 1000},
        {"RateLimit-Remaining": "x;w=99999999999999999999"},
    ],
    ids=str,
)
@pytest.mark.parametrize("status", [None, 206, 401, 429])
def test_from_upstream(hub, upstream, status, headers):
    upstream.push(IMAGE, "library/app", "1")
    if status is None:
        upstream.on(headers=headers)
    else:
        upstream.on(status=status, headers=headers)
    berth = hub(timeouts={"firstByte": "2s", "read": "2s", "document": "2s"})
    targets = (
        "manifests/1",
        f"manifests/{IMAGE.digest}",
        f"blobs/{IMAGE.layers[0].digest}",
        "tags/list",
        f"referrers/{IMAGE.digest}",
    )
    # All at once: each may wait out a rate limit for some seconds.
    with ExitStack() as open_connections:
        connections = [open_connections.enter_context(berth.connect(timeout=60)) for _ in targets]
        for connection, target in zip(connections, targets, strict=True):
            connection.send_request("GET", f"/v2/app/{target}")
        for connection in connections:
            assert connection.read_head().status in (200, 403, 404, 429, 502, 504)
    assert berth.is_alive


def test_random_documents(hub, upstream):
    """Well-formed and not: none is worth the process."""
    dice = random.Random("f70")
    berth = hub(tagFreshness="0s")
    for number in range(60):
        data = bytearray(IMAGE.manifest.data)
        for _ in range(dice.randint(1, 10)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        upstream.manifest("library/app", bytes(data), f"t{number}", media_type=images.OCI_MANIFEST)
        assert berth.get(f"/v2/app/manifests/t{number}").status in (200, 502)
    assert berth.is_alive

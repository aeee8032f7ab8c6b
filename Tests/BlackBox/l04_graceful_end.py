"""SIGTERM: no new connections, but answers under way finish, those of a running download too, and the process ends with
status 0; a second signal, or the end of the grace period, ends it at once. No download's bytes are lost."""

import time

import pytest
from support import images
from support.berth import Berth
from support.http import Truncated
from support.service import listens, wait_until

BLOB = images.Content("", images.noise("l04", 20_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"


def test_answer_under_way_finishes(hub, upstream):
    """A slow reader of a held blob."""
    upstream.push_blob(BLOB, "library/app")
    berth = hub()
    assert berth.get(TARGET).status == 200
    with berth.connect(receive_buffer=65536) as connection:
        connection.send_request("GET", TARGET)
        body = connection.body(connection.read_head())
        had = body.read(100_000)
        berth.terminate()
        wait_until(lambda: not listens(berth.port), "the listener closed")
        assert had + body.rest() == BLOB.data
    assert berth.wait_ended() == 0


def test_answer_that_has_not_left_yet(hub, upstream):
    """It has begun, and its client is slow."""
    index = images.unwieldy_index("l04")
    upstream.push_manifest(index, "library/app", "index")
    berth = hub()
    with berth.connect(receive_buffer=65536) as connection:
        connection.send_request("GET", "/v2/library/app/manifests/index")
        head = connection.read_head()
        berth.terminate()
        wait_until(lambda: not listens(berth.port), "the listener closed")
        assert connection.body(head).rest() == index.data
    assert berth.wait_ended() == 0


def test_download_under_way_finishes(hub, upstream):
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", stall={"after": 1_000_000, "until": "terminated"})
    berth = hub()
    with berth.connect() as connection:
        connection.send_request("GET", TARGET)
        body = connection.body(connection.read_head())
        had = body.read(100_000)
        berth.terminate()
        wait_until(lambda: not listens(berth.port), "the listener closed")
        upstream.release("terminated")
        assert had + body.rest() == BLOB.data
    assert berth.wait_ended() == 0
    upstream.down()
    berth.start()
    assert berth.get(TARGET).body == BLOB.data, "what came is held"


def test_idle_connections_do_not_delay(hub):
    berth = hub()
    with berth.connect() as idle, berth.connect() as fresh:
        assert idle.request("GET", "/v2/").status == 200
        started = time.monotonic()
        assert berth.stop() == 0
        assert time.monotonic() - started < 3
        idle.read_until_end()
        fresh.read_until_end()


def test_second_signal_ends_at_once(hub, upstream):
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", stall={"after": 1_000_000, "until": "never"})
    berth = hub()
    with berth.connect() as connection:
        connection.send_request("GET", TARGET)
        body = connection.body(connection.read_head())
        body.read(1000)
        berth.terminate()
        wait_until(lambda: not listens(berth.port), "the listener closed")
        assert berth.is_alive
        started = time.monotonic()
        berth.terminate()
        berth.wait_ended()
        assert time.monotonic() - started < 3
        with pytest.raises(Truncated):
            body.rest()


def test_grace_period_ends(workplace, upstream):
    """--shutdown-grace 1: a client that waits for an upstream that never goes on is let go."""

    class Impatient(Berth):
        def command(self):
            return [*super().command(), "--shutdown-grace", "1"]

    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", stall={"after": 1_000_000, "until": "never"})
    berth = workplace.watch(Impatient(workplace.directory, {"upstreams": {"docker.io": {"endpoints": [upstream.url]}}}))
    berth.start()
    with berth.connect() as connection:
        connection.send_request("GET", TARGET)
        body = connection.body(connection.read_head())
        body.read(1000)
        started = time.monotonic()
        berth.stop()
        assert time.monotonic() - started < 10
        with pytest.raises(Truncated):
            body.rest()

"""Blobs that the kernel no longer has in memory come from the disk: the same bytes, in any part and at any pace, and
without holding up who asks for something else."""

import os

import pytest
from support import images
from support.service import wait_until

BLOB = images.Content("", images.noise("p14", 9_000_000))
OTHER = images.Content("", images.noise("p14 other", 2_500_000))
SMALL = images.Content("", images.noise("p14 small", 700))


def target(blob):
    return f"/v2/library/app/blobs/{blob.digest}"


def forget(berth, *blobs):
    """Has the kernel drop the blobs' pages."""
    for blob in blobs:
        berth.forget_pages(blob.digest)
        with berth.content_path(blob.digest).open("rb") as content:
            try:
                if os.preadv(content.fileno(), [bytearray(1)], blob.size - 1, os.RWF_NOWAIT):
                    pytest.skip("this file system keeps all in memory")
            except BlockingIOError:
                # Asking has the kernel read the page.
                berth.forget_pages(blob.digest)


@pytest.fixture
def filled(hub, upstream):
    berth = hub()
    for blob in (BLOB, OTHER, SMALL):
        upstream.push_blob(blob, "library/app")
        assert berth.get(target(blob)).body == blob.data
    wait_until(lambda: all(berth.holds(blob.digest) for blob in (BLOB, OTHER, SMALL)), "all kept")
    return berth


def test_one_after_another_on_a_connection(filled):
    forget(filled, BLOB, OTHER)
    with filled.connect() as connection:
        for blob in (BLOB, OTHER, SMALL, BLOB):
            connection.send_request("GET", target(blob))
            assert connection.read_response().body == blob.data


@pytest.mark.parametrize(
    ("first", "last"), [(0, 0), (0, 20_000), (1, 16_384), (5, 16_389), (4_000_000, 6_500_000), (8_999_999, 8_999_999)]
)
def test_ranges(filled, first, last):
    forget(filled, BLOB)
    answer = filled.get(target(BLOB), [("Range", f"bytes={first}-{last}")])
    assert (answer.status, answer.body) == (206, BLOB.data[first : last + 1])


def test_slow_reader(filled):
    """Its socket is full most of the time; who asks for something small is answered meanwhile."""
    forget(filled, BLOB)
    with filled.connect(receive_buffer=4096) as slow:
        slow.send_request("GET", target(BLOB))
        body = slow.body(slow.read_head())
        had = body.read(300_000)
        assert filled.get(target(SMALL)).body == SMALL.data
        assert had + body.rest() == BLOB.data


def test_many_that_leave(filled):
    """Clients that go away in the middle cost no descriptor."""
    before = filled.open_descriptors()
    for number in range(60):
        if number % 10 == 0:
            forget(filled, BLOB)
        connection = filled.connect(receive_buffer=4096)
        connection.send_request("GET", target(BLOB))
        connection.body(connection.read_head()).read(number * 5_000)
        connection.reset() if number % 2 else connection.close()
    wait_until(lambda: filled.open_descriptors() <= before + 2, "descriptors given back")
    assert filled.get(target(BLOB)).body == BLOB.data

"""A store under a small capacity: what was used least lately goes; it never holds more than its capacity, what is in
flight included; what is being served outlives its eviction; a new capacity counts for what is held already."""

import signal
import threading

import pytest
from support import clock, images
from support.berth import upstream as upstream_section
from support.parallel import results, together
from support.service import wait_until

MIB = 1 << 20
CAPACITY = 8 * MIB
BLOBS = [images.Content("", images.noise(f"s01-{number}", MIB)) for number in range(14)]


def target(blob):
    return f"/v2/library/app/blobs/{blob.digest}"


def held(berth):
    return [number for number, blob in enumerate(BLOBS) if berth.holds(blob.digest)]


def another_second():
    """Accesses are ordered by the second."""
    now = clock.second()
    wait_until(lambda: clock.second() > now, "another second")


@pytest.fixture
def small(start_berth, upstream):
    for blob in BLOBS:
        upstream.push_blob(blob, "library/app")
    store = {"capacity": CAPACITY, "highWater": "100%", "keepFree": 0}
    return start_berth({"docker.io": upstream_section(upstream.url)}, store=store)


def test_the_least_lately_used_goes(small, upstream):
    for blob in BLOBS[:8]:
        assert small.get(target(blob)).body == blob.data
    wait_until(lambda: small.metric("berth_store_bytes") == CAPACITY, "eight kept")
    another_second()
    for number in (0, 3):
        assert small.get(target(BLOBS[number])).body == BLOBS[number].data
    for blob in BLOBS[8:14]:
        assert small.get(target(blob)).body == blob.data
    wait_until(lambda: held(small) == [0, 3, *range(8, 14)], "the oldest gone")
    assert small.metric("berth_store_evictions_total") == 6
    assert upstream.gets(BLOBS[0].digest) == 1


def test_never_more_than_its_capacity(small):
    """24 clients fetch 14 MiB through a store of 8 MiB, three times over."""
    seen, done = [], threading.Event()

    def watch():
        while not done.is_set():
            seen.append(small.metric("berth_store_bytes", "berth_store_reserved_bytes"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for turn in range(3):
            pulls = together(24, lambda position: small.get(target(BLOBS[(position * 5 + turn) % 14]), timeout=60))
            for position, answer in enumerate(results(pulls)):
                assert answer.body == BLOBS[(position * 5 + turn) % 14].data
    finally:
        done.set()
        watcher.join()
    assert max(seen) <= CAPACITY
    wait_until(lambda: len(held(small)) <= 8 and not small.staged(), "the files of the evicted gone")
    assert small.readiness().status == 200


def test_what_is_served_outlives_its_eviction(small, upstream):
    first = BLOBS[0]
    assert small.get(target(first)).body == first.data
    wait_until(lambda: small.metric("berth_store_contents") == 1, "kept")
    with small.connect(receive_buffer=4096) as slow:
        slow.send_request("GET", target(first))
        body = slow.body(slow.read_head())
        begun = body.read(10_000)
        another_second()
        for blob in BLOBS[1:10]:
            assert small.get(target(blob)).body == blob.data
        wait_until(lambda: not small.holds(first.digest), "evicted")
        assert begun + body.rest() == first.data
    assert upstream.gets(first.digest) == 1


def test_a_new_capacity_counts_at_once(small):
    for blob in BLOBS[:8]:
        small.get(target(blob))
    wait_until(lambda: len(held(small)) == 8, "eight kept")
    small.configuration["store"]["capacity"] = 3 * MIB
    small.command()
    small.process.send_signal(signal.SIGHUP)
    wait_until(lambda: len(held(small)) <= 3, "evicted down to the new capacity")
    assert small.metric("berth_store_capacity_bytes") == 3 * MIB

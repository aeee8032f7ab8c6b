"""A digest that a slow upstream was asked for first is not its captive: a client of another upstream gets it from there, and
what that brings serves the followers of both, but for those whose own upstream has not shown that it has it."""

import pytest
from support import images
from support.http import Truncated
from support.parallel import results, together
from support.service import wait_until

BLOB = images.Content("", images.noise("m17", 300_000))
FAST = f"/v2/docker.io/library/app/blobs/{BLOB.digest}"
SLOW = f"/v2/slow.example/mirror/app/blobs/{BLOB.digest}"


@pytest.fixture
def two(start_berth, start_upstream):
    fast, slow = start_upstream("fast"), start_upstream("slow")
    fast.push_blob(BLOB, "library/app")
    slow.push_blob(BLOB, "mirror/app")
    berth = start_berth({"docker.io": {"endpoints": [fast.url]}, "slow.example": {"endpoints": [slow.url]}})
    return berth, fast, slow


def test_no_head_comes(two):
    berth, fast, slow = two
    slow.on("blobGet", hold="end")
    waiting = together(1, lambda _: berth.get(SLOW))
    slow.await_requests("blobGet", 1, stage="held")
    assert berth.get(FAST).body == BLOB.data
    assert not waiting[0].done(), "its own upstream has not shown the content"
    slow.release("end")
    assert results(waiting)[0].body == BLOB.data
    assert fast.gets(BLOB.digest) == 1


def test_the_body_stalls(two):
    berth, fast, slow = two
    slow.on("blobGet", stall={"after": 10, "until": "end"})
    waiting = together(1, lambda _: berth.get(SLOW))
    slow.await_requests("blobGet", 1, stage="stalled")
    assert berth.get(FAST).body == BLOB.data
    assert results(waiting)[0].body == BLOB.data, "what the other brought completes it"
    assert berth.holds(BLOB.digest)
    slow.release("end")


def test_it_stalls_after_another_has_joined(two):
    """Whoever followed the one that became slow is served from the second source that is asked then."""
    berth, fast, slow = two
    slow.on("blobGet", stall={"after": 200_000, "until": "end"})
    with berth.connect() as first, berth.connect() as second:
        first.send_request("GET", SLOW)
        begun = first.body(first.read_head())
        had = begun.read(150_000)
        second.send_request("GET", FAST)
        body = second.body(second.read_head())
        assert body.rest() == BLOB.data
        assert had + begun.rest() == BLOB.data
    assert fast.gets(BLOB.digest) == 1
    slow.release("end")


def test_wrong_bytes_of_the_slow_one_reach_nobody_whole(two):
    berth, _, slow = two
    slow.on("blobGet", flipByte=5, stall={"after": 10, "until": "end"})
    with berth.connect() as waiting:
        waiting.send_request("GET", SLOW)
        body = waiting.body(waiting.read_head())
        body.read(10)
        assert berth.get(FAST).body == BLOB.data
        with pytest.raises(Truncated):
            body.rest()
    assert berth.get(FAST).body == BLOB.data
    slow.release("end")


def test_a_healthy_one_is_shared(two):
    berth, fast, slow = two
    slow.on("blobGet", hold="both")
    pulls = together(1, lambda _: berth.get(SLOW))
    slow.await_requests("blobGet", 1, stage="held")
    pulls += together(1, lambda _: berth.get(FAST))
    wait_until(lambda: berth.metric("berth_connections") >= 2, "both are there")
    slow.release("both")
    assert [answer.body for answer in results(pulls)] == [BLOB.data] * 2

"""Upstream limits us (429), and says when to come back in one of the many ways in which that is said. Soon: the client
waits, and notices nothing else. Later: what is held is served; a miss is told at once, with Retry-After, and upstream
is left alone meanwhile."""

import email.utils
import time

import pytest
from support import images
from support.parallel import results, together
from support.trouble import AT_ONCE, KINDS, MISSES, check_stale, scene, within

#: How long a client's request waits for its turn, by default.
PATIENCE = 10
GHCR = '{"errors":[{"code":"TOOMANYREQUESTS","message":"retry-after: 880.092µs, allowed: 44000/minute"}]}'


def date(seconds):
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


#: How it is said that asking again helps soon.
SOON_AGAIN = {
    "0 seconds": lambda: {"headers": {"Retry-After": "0"}},
    "1 second": lambda: {"headers": {"Retry-After": "1"}},
    "date": lambda: {"headers": {"Retry-After": date(1.5)}},
    "date in the past": lambda: {"headers": {"Retry-After": date(-100)}},
    "microseconds in the body": lambda: {"body": GHCR},
    "microseconds in the header": lambda: {"headers": {"Retry-After": "880.092µs"}},
    "nothing said": lambda: {},
    "nonsense": lambda: {"headers": {"Retry-After": "soon"}},
}
#: … and that it does not.
MUCH_LATER = {
    "300 seconds": (lambda: {"headers": {"Retry-After": "300"}}, 300),
    "date": (lambda: {"headers": {"Retry-After": date(300)}}, 300),
    "more than a day": (lambda: {"headers": {"Retry-After": "999999999"}}, 6 * 3600),
    "a date of the next century": (lambda: {"headers": {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}}, 6 * 3600),
}


@pytest.mark.parametrize("asked", ["blob", "tag", "manifest"])
@pytest.mark.parametrize("said", SOON_AGAIN)
def test_waited_out(start_berth, upstream, said, asked):
    place = scene(start_berth, upstream)
    upstream.on(KINDS, times=1, status=429, **SOON_AGAIN[said]())
    with within(PATIENCE + 2):
        assert place.berth.get(MISSES[asked], timeout=60).status == 200
    assert len(upstream.requests()) <= 3


@pytest.mark.parametrize("said", MUCH_LATER)
def test_miss_is_told(start_berth, upstream, said):
    place = scene(start_berth, upstream)
    action, seconds = MUCH_LATER[said]
    upstream.on(KINDS, status=429, **action())
    for target in (MISSES["blob"], MISSES["tag"], MISSES["manifest"]):
        with within(AT_ONCE):
            answer = place.berth.get(target, timeout=60)
        assert (answer.status, answer.error_code()) == (429, "TOOMANYREQUESTS")
        assert seconds - 10 <= int(answer["Retry-After"]) <= seconds
        assert place.berth.head(target)["Retry-After"]


def test_upstream_is_left_alone(start_berth, upstream):
    """Who said "in five minutes" is not asked a hundred times meanwhile."""
    place = scene(start_berth, upstream)
    upstream.on(KINDS, status=429, headers={"Retry-After": "300"})
    for _ in range(20):
        assert place.berth.get(MISSES["manifest"]).status == 429
    assert len(upstream.requests()) <= 2


@pytest.mark.parametrize("said", [*SOON_AGAIN, *MUCH_LATER])
def test_held(start_berth, upstream, said):
    place = scene(start_berth, upstream)
    action = SOON_AGAIN[said]() if said in SOON_AGAIN else MUCH_LATER[said][0]()
    upstream.on(KINDS, status=429, **action)
    place.serves_what_it_holds()


def test_not_remembered_too_long(start_berth, upstream):
    place = scene(start_berth, upstream)
    upstream.on(KINDS, status=429, headers={"Retry-After": "1"}, times=1)
    check_stale(place.berth.get("/v2/held/manifests/1"))
    upstream.remove_rules()
    with within(6):
        place.recovers()


def test_in_mid_blob(start_berth, upstream):
    """The request for the rest is limited: waited out; the client notices nothing."""
    blob = images.Content("", images.noise("u09", 1_000_000))
    upstream.push_blob(blob, "library/missing")
    place = scene(start_berth, upstream)
    upstream.on("blobGet", times=1, cut={"after": 500_000, "how": "reset"})
    upstream.on("blobGet", skip=1, times=1, status=429, headers={"Retry-After": "1"})
    with within(6):
        assert place.berth.get(f"/v2/missing/blobs/{blob.digest}", timeout=60).body == blob.data
    assert upstream.bytes_of(blob.digest) <= blob.size * 1.02


def test_waiting_clients_share_one_request(start_berth, upstream):
    """Ten clients wait for the same tag: it is asked for once more, not ten times."""
    place = scene(start_berth, upstream)
    upstream.on(KINDS, times=1, status=429, headers={"Retry-After": "1"})
    answers = results(together(10, lambda _: place.berth.get(MISSES["tag"], timeout=60)))
    assert [answer.status for answer in answers] == [200] * 10
    assert len(upstream.requests()) == 2

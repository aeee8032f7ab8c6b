"""An endpoint that fails again and again is left alone, and so is a thing that does at one that is well: who misses is told at once, what is held is served, and once it
is well it is asked again, without anybody's doing."""

import pytest
from support import images
from support.service import wait_until
from support.trouble import AT_ONCE, HELD, KINDS, MISSES, MISSING, SOON, check_stale, fill, scene, within

#: Failures in a row that open a breaker; a 503 is asked for twice.
ENOUGH = 5


def test_slow_is_felt_by_few(start_berth, upstream):
    """A deaf upstream costs the first clients their timeouts, and then nobody."""
    place = scene(start_berth, upstream)
    upstream.down()
    upstream.up()
    upstream.fault("silence")
    for _ in range(ENOUGH):
        assert place.berth.get(MISSES["tag"], timeout=60).status == 504
    answer = place.berth.get(MISSES["tag"], timeout=60)
    assert (answer.status, answer.error_code()) == (504, "UNAVAILABLE")
    assert b"left alone" in answer.body
    check_told_when(answer)
    assert place.berth.metric('berth_upstream_errors_total{upstream="docker.io",kind="resting"}') >= 1


def check_told_when(answer):
    """Who is sent away is told for how long, in the header and in the text."""
    seconds = answer["Retry-After"]
    assert 1 <= int(seconds) <= 30
    assert f"try again in {seconds} s".encode() in answer.body


def open_breaker(berth):
    """Asks until it is said that the upstream is left alone."""

    def is_open():
        answer = berth.get(MISSES["manifest"], timeout=60)
        assert answer.status == 502
        return b"left alone" in answer.body

    wait_until(is_open, "the breaker open")


@pytest.mark.parametrize("status", [502, 503, 504])
def test_upstream_is_left_alone(start_berth, upstream, status):
    place = scene(start_berth, upstream)
    upstream.on("manifestGet", status=status)
    open_breaker(place.berth)
    asked = len(upstream.requests())
    for _ in range(20):
        answer = place.berth.get(MISSES["manifest"])
        assert answer.status == 502
        if b"left alone" in answer.body:
            check_told_when(answer)
    assert len(upstream.requests()) <= asked + 2, "nobody but a probe asks"


def test_500_is_about_one_thing(start_berth, upstream):
    """One repository is broken at the upstream; the others are not."""
    place = scene(start_berth, upstream)
    upstream.on("manifestGet", repository="library/broken", status=500)
    for _ in range(2 * ENOUGH):
        assert place.berth.get("/v2/broken/manifests/1").status == 502
    assert place.berth.get(MISSES["tag"]).body == MISSING.manifest.data


@pytest.mark.parametrize("where", ["registry", "storage"])
@pytest.mark.parametrize("status", [502, 503, 504])
def test_one_bad_object(start_berth, upstream, where, status):
    """A blob that is lost upstream, asked for again and again, costs nobody else anything."""
    place = scene(start_berth, upstream, allowPrivateAddresses=True)
    bad, *good = [images.Content("", images.noise(f"u24 {number}", 50_000)) for number in range(ENOUGH + 2)]
    for blob in (bad, *good):
        upstream.push_blob(blob, "library/app")
    if where == "storage":
        upstream.redirect_blobs()
        upstream.on(reference=bad.digest, origin="storage", status=status, first=True)
    else:
        upstream.on("blobGet", reference=bad.digest, status=status)
    for blob in good:
        for _ in range(2):
            assert place.berth.get(f"/v2/app/blobs/{bad.digest}", timeout=60).status in (502, 504)
        assert place.berth.get(f"/v2/app/blobs/{blob.digest}", timeout=60).body == blob.data
    assert place.berth.get(MISSES["tag"]).body == MISSING.manifest.data


def test_the_bad_object_is_left_alone(start_berth, upstream):
    """It is not asked for again by each who wants it, until it may be well."""
    place = scene(start_berth, upstream)
    upstream.on("manifestGet", repository="library/broken", status=503)
    wait_until(lambda: b"left alone" in place.berth.get("/v2/broken/manifests/1").body, "the object left alone")
    asked = len(upstream.requests())
    check_told_when(place.berth.get("/v2/broken/manifests/1"))
    assert len(upstream.requests()) <= asked + 2
    assert place.berth.get(MISSES["tag"]).body == MISSING.manifest.data


def test_several_things_in_a_row(start_berth, upstream):
    """Then it is the upstream: what was not asked for yet is not asked for either."""
    place = scene(start_berth, upstream)
    upstream.on("manifestGet", status=503)
    for number in range(ENOUGH):
        assert place.berth.get(f"/v2/app/manifests/{number}").status == 502
    answer = place.berth.get(MISSES["tag"])
    assert answer.status == 502 and b"left alone" in answer.body
    check_told_when(answer)


def test_what_is_held_is_served(start_berth, upstream):
    place = scene(start_berth, upstream)
    upstream.down()
    open_breaker(place.berth)
    with within(AT_ONCE):
        for blob in HELD.blobs:
            assert place.berth.get(f"/v2/held/blobs/{blob.digest}").body == blob.data
        for _ in range(5):
            check_stale(place.berth.get("/v2/held/manifests/1"))


def test_asked_again_when_it_is_well(start_berth, upstream):
    place = scene(start_berth, upstream)
    upstream.down()
    open_breaker(place.berth)
    upstream.up()
    wait_until(lambda: place.berth.get(MISSES["manifest"]).status == 200, "the upstream asked again")
    place.recovers()


def test_the_next_endpoint_is_asked_at_once(start_berth, start_upstream):
    """The first of two is slow beyond its timeout. Once that is known, it costs nobody any time."""
    first, second = start_upstream("first"), start_upstream("second")
    fill(first)
    fill(second)
    berth = start_berth({"docker.io": {"endpoints": [first.url, second.url], "timeouts": SOON}})
    first.on(KINDS, delay=60_000)

    def ask():
        assert berth.head(MISSES["blob"], timeout=60).status == 200

    for _ in range(ENOUGH):
        ask()
    asked = len(first.requests())
    for _ in range(10):
        ask()
    assert len(first.requests()) <= asked + 1, "nobody but a probe asks"
    assert len(second.requests()) == ENOUGH + 10

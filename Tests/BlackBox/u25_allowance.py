"""What an upstream says about the pulls that are left is shown, and what little is left is kept for clients."""

import pytest
from support import images
from support.commands import OnTerminal, answer
from support.service import wait_until
from support.trouble import HELD, MISSES, MISSING, SOON, check_stale, fill, pull_held, scene

LIMIT = 'berth_upstream_rate_limit{upstream="docker.io"}'
REMAINING = 'berth_upstream_rate_limit_remaining{upstream="docker.io"}'


@pytest.fixture
def place(start_berth, upstream):
    upstream.settings(rateLimit={"limit": 100, "window": 21_600})
    return scene(start_berth, upstream)


def test_shown(place):
    assert place.berth.metric(LIMIT) == 100
    assert place.berth.metric(REMAINING) == 99
    assert place.berth.get(MISSES["tag"]).status == 200
    assert place.berth.metric(REMAINING) == 98


def test_a_head_tells_too(place, upstream):
    upstream.remaining_pulls(42)
    assert place.berth.get("/v2/held/manifests/1").status == 200
    assert place.berth.metric(REMAINING) == 42


def test_operators_see_it(place):
    (allowance,) = answer(place.berth, "stats")["allowances"]
    assert allowance == {"upstream": "docker.io", "limit": 100, "remaining": 99, "restSeconds": None}
    with OnTerminal(["top", "--admin", f"127.0.0.1:{place.berth.admin_port}"]) as terminal:
        terminal.read_until(r"limits docker\.io 99/100")


def test_fetching_ahead_gives_way(place, upstream):
    """Ten of a hundred are left: they are for clients."""
    upstream.remaining_pulls(10)
    assert place.berth.get("/v2/held/manifests/1").status == 200
    with OnTerminal(["warm", "missing:1", "--admin", f"127.0.0.1:{place.berth.admin_port}"]):
        wait_until(lambda: "fetching ahead waits" in place.berth.log_of_this_run(), "the order put off")
    assert upstream.requests("manifestGet") == []
    assert place.berth.get(MISSES["tag"]).body == MISSING.manifest.data


def test_of_those_that_say_nothing_nothing_is_shown(start_berth, upstream):
    place = scene(start_berth, upstream)
    assert place.berth.metric(LIMIT) == 0


def test_patience_is_configured(start_berth, upstream):
    """With none, a limit of one second is told at once."""
    place = scene(start_berth, upstream, patience="0s")
    upstream.on("manifestGet", times=1, status=429, headers={"Retry-After": "1"})
    answer = place.berth.get(MISSES["tag"])
    assert (answer.status, answer["Retry-After"]) == (429, "1")


def test_max_stale_is_configured(start_berth, upstream):
    place = scene(start_berth, upstream, maxStale="0s")
    upstream.on("manifestHead", status=503)
    answer = place.berth.get("/v2/held/manifests/1")
    # Within the second of its confirmation its age is zero.
    if answer.status == 200:
        check_stale(answer)
    else:
        assert answer.status == 502


def test_revalidation_patience_is_configured(start_berth, upstream):
    """With none, a held tag is answered as last seen, and confirmed behind."""
    place = scene(start_berth, upstream, revalidationPatience="0s", timeouts={**SOON, "firstByte": "20s"})
    upstream.on("manifestHead", hold="confirmation")
    check_stale(place.berth.get("/v2/held/manifests/1"))
    assert len(upstream.requests("manifestHead")) <= 1
    upstream.release("confirmation")


def test_counted_pulls_of_an_index(start_berth, upstream):
    """An index and a platform's manifest: two GETs, and no more for the second client."""
    fill(upstream)
    index = images.multi("u25 index")
    upstream.push(index, "library/index", "1")
    upstream.settings(rateLimit={"limit": 100, "window": 21_600})
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}})
    platform = index.for_platform("linux/amd64")
    for _ in range(2):
        assert berth.get("/v2/index/manifests/1").body == index.manifest.data
        assert berth.get(f"/v2/index/manifests/{platform.digest}").body == platform.manifest.data
    assert berth.metric(REMAINING) == 98
    pull_held(berth)
    assert berth.metric(REMAINING) == 97
    assert berth.get("/v2/held/manifests/1").body == HELD.manifest.data
    assert berth.get(MISSES["manifest"]).body == MISSING.manifest.data

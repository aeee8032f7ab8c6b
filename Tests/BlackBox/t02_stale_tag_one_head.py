"""Thirty clients ask for a tag whose window is over: upstream sees one HEAD, which they share; it is unchanged, so no
manifest is fetched."""

from support import images
from support.parallel import results, together, wait_until_read

IMAGE = images.single("t02")
CLIENTS = 30


def test_one_head(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub(tagFreshness="0s")
    assert berth.get("/v2/app/manifests/1").status == 200
    upstream.reset()
    upstream.on("manifestHead", hold="head")
    clients = together(CLIENTS, lambda n: berth.request(("GET", "HEAD")[n % 2], "/v2/app/manifests/1"))
    upstream.await_requests("manifestHead", stage="held")
    wait_until_read(berth.port, CLIENTS)
    upstream.release("head")
    for answer in results(clients):
        assert answer.status == 200
        assert answer["Docker-Content-Digest"] == IMAGE.digest
        assert answer.get("Warning") is None
    assert upstream.counters().count("manifestHead") == 1
    assert upstream.counters().count("manifestGet") == 0


def test_cold_tag_one_get(hub, upstream):
    """The same for a tag that was never seen: one HEAD at most, one GET."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.on(["manifestGet", "manifestHead"], hold="first", times=1)
    berth = hub(tagFreshness="10m")
    clients = together(CLIENTS, lambda _: berth.get("/v2/app/manifests/1"))
    upstream.await_requests(["manifestGet", "manifestHead"], stage="held")
    wait_until_read(berth.port, CLIENTS)
    upstream.release("first")
    assert all(answer.body == IMAGE.manifest.data for answer in results(clients))
    assert upstream.counters().count("manifestGet") == 1
    assert upstream.counters().count("manifestHead") <= 1

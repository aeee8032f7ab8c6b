"""Within its freshness window a tag is answered from what is held: nothing goes upstream, by GET or HEAD, and pulls
after that cost nothing either."""

from support import images

IMAGE = images.multi("t01")


def test_nothing_upstream(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub(tagFreshness="10m")
    child = IMAGE.images["linux/amd64"]
    targets = ["/v2/app/manifests/1", f"/v2/app/manifests/{IMAGE.digest}", f"/v2/app/manifests/{child.digest}"]
    targets += [f"/v2/app/blobs/{blob.digest}" for blob in child.blobs]
    for target in targets:
        assert berth.get(target).status == 200
    upstream.reset()
    for method in ("HEAD", "GET") * 3:
        for target in targets:
            assert berth.request(method, target).status == 200
    assert upstream.requests() == []


def test_first_ask_costs_one_get(hub, upstream):
    """A cold tag: the manifest is sent once, and for HEAD too (it promises the GET)."""
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    assert berth.head("/v2/app/manifests/1").status == 200
    assert berth.get("/v2/app/manifests/1").status == 200
    assert upstream.counters().count("manifestGet") == 1


def test_default_window_is_minutes(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    berth.get("/v2/app/manifests/1")
    upstream.reset()
    berth.get("/v2/app/manifests/1")
    assert upstream.requests() == []

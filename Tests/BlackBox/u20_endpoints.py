"""An upstream has several endpoints, mirrors of the same content: what one cannot give, the next one does, and the client
notices nothing. A refusal is an answer; so is the registry's own 404, but not a mirror's."""

import pytest
from support import images
from support.service import free_port
from support.trouble import AT_ONCE, HELD, KINDS, MISSES, MISSING, SOON, check_stale, fill, pull_held, within


@pytest.fixture
def mirrors(start_upstream):
    """The registry itself, and a mirror that has the same."""
    both = start_upstream("first"), start_upstream("second")
    for each in both:
        fill(each)
    return both


@pytest.fixture
def berth(start_berth, mirrors):
    """A Berth that knows both, and holds one image with a tag past its freshness."""
    endpoints = [each.url for each in mirrors]
    berth = start_berth({"docker.io": {"endpoints": endpoints, "tagFreshness": "0s", "timeouts": SOON}})
    pull_held(berth)
    for each in mirrors:
        each.reset()
    return berth


TROUBLE = {
    "500": {"status": 500},
    "503": {"status": 503},
    "429": {"status": 429, "headers": {"Retry-After": "300"}},
    "404": {"status": 404},
    "not HTTP": {"statusLine": "HELLO"},
    "no answer": {"delay": 2_000},
    "cut before the head": {"cut": {"how": "reset"}},
}


@pytest.mark.parametrize("asked", MISSES)
@pytest.mark.parametrize("kind", TROUBLE)
def test_next_one_helps(berth, mirrors, kind, asked):
    first, second = mirrors
    first.on(KINDS, **TROUBLE[kind])
    with within(AT_ONCE):
        assert berth.get(MISSES[asked]).status == 200
    assert second.requests(), "the second one was asked"


@pytest.mark.parametrize("asked", MISSES)
def test_first_is_away(berth, mirrors, asked):
    mirrors[0].down()
    assert berth.get(MISSES[asked]).status == 200


def test_while_the_first_helps_the_second_is_left_alone(berth, mirrors):
    for target in MISSES.values():
        assert berth.get(target).status == 200
    assert mirrors[1].requests() == []


def test_held_tag_is_confirmed_by_the_next(berth, mirrors):
    mirrors[0].down()
    answer = berth.get("/v2/held/manifests/1")
    assert (answer.status, answer.get("Warning")) == (200, None)


@pytest.mark.parametrize("status", [401, 403])
def test_refusal_is_an_answer(berth, mirrors, status):
    first, second = mirrors
    first.on(KINDS, status=status)
    assert berth.get(MISSES["manifest"]).status == 403
    assert second.requests() == []


def test_missing_everywhere(berth, mirrors):
    """Both are asked before anybody is told that there is no such thing."""
    for each in mirrors:
        each.on(KINDS, status=404)
    assert berth.get(MISSES["manifest"]).status == 404
    assert all(each.requests() for each in mirrors)


def test_a_mirrors_404_is_not_the_truth(berth, mirrors):
    """The registry is away and the mirror lacks the tag: it is served as last seen, and not forgotten."""
    mirrors[0].down()
    mirrors[1].on(KINDS, status=404)
    check_stale(berth.get("/v2/held/manifests/1"))
    assert berth.get(MISSES["manifest"]).status == 502


def test_all_away(berth, mirrors):
    for each in mirrors:
        each.down()
    answer = berth.get(MISSES["manifest"])
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    check_stale(berth.get("/v2/held/manifests/1"))


def test_resumed_at_the_next(start_berth, mirrors):
    """A blob breaks off at one and goes on at the other; each byte is sent once."""
    first, second = mirrors
    blob = images.Content("", images.noise("u20", 4_000_000))
    for each in mirrors:
        each.push_blob(blob, "library/missing")
    first.on("blobGet", cut={"after": 1_000_000, "how": "reset"})
    berth = start_berth({"docker.io": {"endpoints": [first.url, second.url], "timeouts": SOON}})
    assert berth.get(f"/v2/missing/blobs/{blob.digest}", timeout=60).body == blob.data
    assert (first.gets(blob.digest), second.gets(blob.digest)) == (1, 1)
    assert first.bytes_of(blob.digest) + second.bytes_of(blob.digest) <= blob.size * 1.02


def test_many_that_are_away(start_berth, upstream):
    """The order is kept down to the last one."""
    upstream.push(MISSING, "library/missing", "1")
    away = [f"http://127.0.0.1:{free_port()}" for _ in range(5)]
    berth = start_berth({"docker.io": {"endpoints": [*away, upstream.url], "timeouts": SOON}})
    with within(AT_ONCE):
        assert berth.get(MISSES["tag"]).body == MISSING.manifest.data


def test_lists_come_from_one(berth, mirrors):
    """A cursor means something only to the one who gave it: a list that breaks off starts anew at the next."""
    first, second = mirrors
    for n in range(30):
        for each in mirrors:
            each.push(HELD, "library/many", f"t{n:02}")
    first.settings(tags={"pageSize": 10})
    second.settings(tags={"pageSize": 10})
    first.on("tagsList", skip=1, status=500)
    answer = berth.get("/v2/many/tags/list")
    assert len(answer.json()["tags"]) == 30
    assert len(second.requests("tagsList")) == 3


def test_a_project_of_another_registry(start_berth, upstream):
    """A registry that caches this one in a project, as Harbor does: names stand below the project's."""
    upstream.push(MISSING, "hub-proxy/library/app", "1")
    upstream.require_token()
    endpoint = f"{upstream.url}/v2/hub-proxy"
    berth = start_berth({"docker.io": {"endpoints": [endpoint], "tokenOrigins": [upstream.urls["token"]]}})
    assert berth.get("/v2/app/manifests/1").body == MISSING.manifest.data
    for blob in MISSING.blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data
    assert berth.get("/v2/app/tags/list").json()["tags"] == ["1"]

"""Tag lists are sorted and paged by Berth itself with n, last and Link, whatever upstream makes of them:
unsorted, in pages of its own, with absolute links or links elsewhere."""

import json

import pytest
from support import images

IMAGE = images.single("p06")
TAGS = sorted(["latest", "1.0", "1.10", "1.2", "v3", "V3", "_x", "alpha", "beta", "0"])


@pytest.fixture
def berth(upstream, hub):
    upstream.push(IMAGE, "library/app", *TAGS)
    return hub()


def pages(berth, target):
    """Follows Link to the end and returns the pages."""
    found = []
    while target:
        answer = berth.get(target)
        assert answer.status == 200
        assert answer["Content-Type"].split(";")[0] == "application/json"
        document = answer.json()
        assert set(document) == {"name", "tags"}
        found.append(document["tags"])
        link = answer.get("Link")
        target = None
        if link:
            assert link.startswith("<") and link.endswith('>; rel="next"'), link
            target = link[1 : link.index(">")]
            assert target.startswith("/"), "a Link leads back to Berth, never to upstream"
        assert len(found) < 50
    return found


def test_whole(berth):
    assert pages(berth, "/v2/library/app/tags/list") == [TAGS]


@pytest.mark.parametrize("n", [1, 3, 5, 10, 11, 1000])
def test_pages(berth, n):
    found = pages(berth, f"/v2/library/app/tags/list?n={n}")
    assert [tag for page in found for tag in page] == TAGS
    assert all(len(page) <= n for page in found)
    assert all(len(page) == n for page in found[:-1])


def test_name_is_the_one_that_was_asked(berth):
    for name in ("library/app", "app", "docker.io/library/app"):
        assert berth.get(f"/v2/{name}/tags/list").json()["name"] == name


def test_links_keep_route(berth):
    assert sum(pages(berth, "/v2/library/app/tags/list?n=4&ns=docker.io"), []) == TAGS
    assert sum(pages(berth, "/v2/docker.io/library/app/tags/list?n=4"), []) == TAGS
    assert sum(pages(berth, "/docker.io/v2/library/app/tags/list?n=4"), []) == TAGS


def test_last(berth):
    assert berth.get("/v2/library/app/tags/list?last=1.2").json()["tags"] == [tag for tag in TAGS if tag > "1.2"]
    assert (
        berth.get("/v2/library/app/tags/list?n=2&last=1.5").json()["tags"] == [tag for tag in TAGS if tag > "1.5"][:2]
    )
    assert berth.get("/v2/library/app/tags/list?last=zzz").json()["tags"] == []


def test_zero(berth):
    """distribution-spec: n=0 is an empty list without Link."""
    answer = berth.get("/v2/library/app/tags/list?n=0")
    assert answer.status == 200
    assert answer.json()["tags"] == []
    assert answer.get("Link") is None


def test_head(berth):
    whole = berth.get("/v2/library/app/tags/list")
    answer = berth.head("/v2/library/app/tags/list")
    assert (answer.status, answer["Content-Length"]) == (200, str(len(whole.body)))


@pytest.mark.parametrize("n", ["2147483648", "99999999999999999999", "1001"])
def test_large_n_is_clamped(berth, n):
    """n never is an allocation size."""
    assert berth.get(f"/v2/library/app/tags/list?n={n}").json()["tags"] == TAGS


@pytest.mark.parametrize("n", ["-1", "abc", "", "1e3", "%00"])
def test_bad_n(berth, n):
    answer = berth.get(f"/v2/library/app/tags/list?n={n}")
    assert (answer.status, answer.error_code()) == (400, "UNSUPPORTED")


@pytest.mark.parametrize(
    "settings",
    [
        {"isUnsorted": True},
        {"pageSize": 3},
        {"pageSize": 3, "isUnsorted": True},
        {"pageSize": 3, "link": "absolute"},
        {"ignoresCount": True},
    ],
    ids=json.dumps,
)
def test_whatever_upstream_does(berth, upstream, settings):
    upstream.settings(tags=settings)
    assert pages(berth, "/v2/library/app/tags/list") == [TAGS]
    assert sum(pages(berth, "/v2/library/app/tags/list?n=4"), []) == TAGS


def test_link_elsewhere_is_not_followed(berth, upstream):
    upstream.settings(tags={"pageSize": 3, "link": "otherHost"})
    assert pages(berth, "/v2/library/app/tags/list") == [TAGS]
    assert upstream.strangers() == []


def test_link_in_a_circle_ends(berth, upstream):
    upstream.settings(tags={"pageSize": 3, "link": "loop"})
    answer = berth.get("/v2/library/app/tags/list")
    assert answer.status == 502, "not a shorter list"
    assert upstream.counters().count("tagsList") <= 200


def test_unknown_repository(berth):
    answer = berth.get("/v2/library/nowhere/tags/list")
    assert (answer.status, answer.error_code()) == (404, "NAME_UNKNOWN")

"""A pull of N images with 100 of Docker Hub's allowance counts N manifest GETs, with an index and a platform's manifest
2 N, and no more, however many clients pull: shown by the upstream's own count."""

import pytest
from support import images
from support.parallel import results, together

CLIENTS = 12
SINGLES = [images.single(f"u11 {n}", sizes=(500,)) for n in range(10)]
INDEXES = [images.multi(f"u11 index {n}") for n in range(5)]
PLATFORM = "linux/amd64"


@pytest.fixture
def berth(hub, upstream):
    for n, image in enumerate(SINGLES):
        upstream.push(image, f"library/single-{n}", "1")
    for n, index in enumerate(INDEXES):
        upstream.push(index, f"library/index-{n}", "1")
    upstream.settings(rateLimit={"limit": 100, "window": 21_600, "source": "192.0.2.1"})
    return hub(tagFreshness="0s")


def pull(berth, name, what, method):
    """As engines do: the tag by HEAD or GET, then by digest, then the platform's, then the blobs."""
    if method == "HEAD":
        assert berth.head(f"/v2/{name}/manifests/1").status == 200
    assert berth.get(f"/v2/{name}/manifests/1").body == what.manifest.data
    assert berth.get(f"/v2/{name}/manifests/{what.digest}").body == what.manifest.data
    image = what.for_platform(PLATFORM)
    assert berth.get(f"/v2/{name}/manifests/{image.digest}").body == image.manifest.data
    for blob in image.blobs:
        assert berth.get(f"/v2/{name}/blobs/{blob.digest}").body == blob.data


def pull_all(berth, name, contents):
    def one(n):
        for position, what in enumerate(contents):
            pull(berth, f"{name}-{position}", what, ("GET", "HEAD")[n % 2])

    results(together(CLIENTS, one), timeout=120)



def test_singles(berth, upstream):
    pull_all(berth, "single", SINGLES)
    assert upstream.counters().count("manifestGet") == len(SINGLES)
    assert upstream.counters().status(429) == 0


def test_indexes(berth, upstream):
    pull_all(berth, "index", INDEXES)
    assert upstream.counters().count("manifestGet") == 2 * len(INDEXES)
    assert upstream.counters().status(429) == 0


def test_again(berth, upstream):
    """The second day: every tag is asked about by HEAD, nothing is counted."""
    pull_all(berth, "single", SINGLES)
    upstream.reset()
    pull_all(berth, "single", SINGLES)
    assert upstream.counters().count("manifestGet") == 0
    assert upstream.counters().count("manifestHead") >= len(SINGLES)


def test_one_moved(berth, upstream):
    """A tag that moved costs one GET more."""
    pull_all(berth, "single", SINGLES)
    moved = images.single("u11 moved", sizes=(500,))
    upstream.push(moved, "library/single-3", "1")
    upstream.reset()
    pull_all(berth, "single", [*SINGLES[:3], moved, *SINGLES[4:]])
    assert upstream.counters().count("manifestGet") == 1


def test_exactly_enough(berth, upstream):
    """Ten pulls left, ten images: none is wasted, the last one goes through."""
    upstream.remaining_pulls(len(SINGLES))
    pull_all(berth, "single", SINGLES)
    assert upstream.counters().status(429) == 0


def test_another_tag_of_what_is_held(berth, upstream):
    """`1`, `1.0` and `latest` are most often one image: the second and third cost a HEAD and no pull, even when none is
    left."""
    pull_all(berth, "single", SINGLES[:1])
    upstream.push(SINGLES[0], "library/single-0", "1.0", "latest")
    upstream.remaining_pulls(0)
    upstream.reset()
    for tag in ("1.0", "latest"):
        assert berth.get(f"/v2/single-0/manifests/{tag}").body == SINGLES[0].manifest.data
    assert upstream.counters().count("manifestGet") == 0
    assert upstream.counters().count("manifestHead") == 2


def test_a_tag_that_is_not_there(berth, upstream):
    pull_all(berth, "single", SINGLES[:1])
    upstream.reset()
    assert berth.get("/v2/single-0/manifests/nosuch").status == 404
    assert upstream.counters().count("manifestGet") == 0

"""A Berth that cannot bear what it holds can be mended: `berth serve --safe` starts without pins and warm lists, `berth evict
--store` takes images out of a store that no Berth serves."""

import json

import pytest
from support import images
from support.berth import run
from support.commands import FAILED, NOT_THERE, PARTIAL, USAGE, answer, attempt, order
from support.service import wait_until

STAY, GONE = images.single("o29 stay"), images.single("o29 gone")


@pytest.fixture
def filled(hub, upstream):
    """A Berth that holds two images."""
    berth = hub()
    for image, name in ((STAY, "stay"), (GONE, "gone")):
        upstream.push(image, f"library/{name}", "1")
        order(berth, "warm", f"{name}:1")
    return berth


def evict(berth, *arguments, status=0):
    result = attempt("evict", "--store", str(berth.store), *arguments)
    assert result.status == status, result
    return result


def test_evict_from_a_closed_store(filled, upstream):
    filled.stop()
    trial = evict(filled, "gone:1", "--dry-run").output
    assert "would evict docker.io/library/gone:1" in trial
    report = json.loads(evict(filled, "gone:1", "--json").output)
    assert report["images"] == ["docker.io/library/gone:1"] and report["contents"] == 1 + len(GONE.blobs)
    assert not any(filled.holds(content.digest) for content in (GONE.manifest, *GONE.blobs))
    assert run("check", "--store", filled.store, "--hash").returncode == 0
    filled.start()
    assert order(filled, "ls", "--quiet").lines == ["docker.io/library/stay:1"]
    target = f"/v2/stay/blobs/{STAY.layers[0].digest}"
    upstream.down()
    assert filled.get(target).body == STAY.layers[0].data


def test_several_or_none(filled):
    filled.stop()
    assert "no image that is held matches" in evict(filled, "gone", "missing", status=NOT_THERE).errors
    assert filled.holds(GONE.digest), "nothing is changed when one is not there"
    assert json.loads(evict(filled, "gone", "stay", "--json").output)["images"] == [
        "docker.io/library/gone:1",
        "docker.io/library/stay:1",
    ]


def test_several_at_a_running_one(filled):
    assert order(filled, "evict", "gone", "missing", status=NOT_THERE).errors
    assert filled.holds(GONE.digest)
    assert len(answer(filled, "evict", "gone", "stay")["images"]) == 2


def test_not_under_a_running_one(filled):
    refused = evict(filled, "gone", status=FAILED)
    assert str(filled.store) in refused.errors and "without --store" in refused.errors
    assert filled.holds(GONE.digest)
    assert filled.get("/v2/").status == 200


def test_wrong_usage(filled, workplace):
    empty = workplace.directory / "empty"
    empty.mkdir()
    for path in (empty, workplace.directory / "missing"):
        result = attempt("evict", "--store", str(path), "gone")
        assert result.status == FAILED and str(path) in result.errors, result
    assert not list(empty.iterdir()), "no store is made"
    assert attempt("evict", "--store", str(filled.store), "--admin", "127.0.0.1:1", "gone").status == USAGE
    assert evict(filled, "a b", status=FAILED).errors, "the store is in use, whatever the pattern"
    filled.stop()
    assert "a pattern is written like" in evict(filled, "a b", status=USAGE).errors


def test_pinned_goes_when_it_is_named(filled):
    order(filled, "pin", "library/*")
    filled.stop()
    assert "it is pinned" in evict(filled, "library/*", status=FAILED).output
    assert filled.holds(GONE.digest)
    assert "evicted docker.io/library/gone:1" in evict(filled, "gone").output
    assert not filled.holds(GONE.digest) and filled.holds(STAY.digest)


def test_safe(hub, upstream, start_berth):
    upstream.push(STAY, "library/stay", "1")
    upstream.push(GONE, "library/gone", "1")
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url]}},
        warm=[{"images": ["gone:1"]}],
        pins=["docker.io/library/**"],
    )
    wait_until(lambda: berth.holds(GONE.digest) and berth.holds(GONE.layers[-1].digest), "it is warm")
    wait_until(lambda: answer(berth, "pins")["pins"], "it is pinned")
    berth.stop()
    evict(berth, "gone")
    upstream.reset("requests")
    ordinary = berth.command
    berth.command = lambda: [*ordinary(), "--safe"]
    berth.start()
    assert "started with --safe" in berth.log()
    assert berth.get("/v2/stay/manifests/1").status == 200
    assert order(berth, "evict", "library/*", status=FAILED).output, "pinned"
    order(berth, "evict", "stay:1")
    assert not upstream.requests("manifestGet", repository="library/gone"), "nothing is kept warm"

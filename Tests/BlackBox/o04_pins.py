"""`berth pin`, `unpin`, `pins`, and `pins:` in the configuration: what stays in the store however seldom it is asked for."""

import pytest
from support import images
from support.commands import FAILED, NOT_THERE, USAGE, answer, order
from support.service import wait_until


def patterns(berth):
    return {(pin["pattern"], pin["origin"]) for pin in answer(berth, "pins")["pins"]}


def test_pinned_stays(upstream, start_berth):
    """The store has room for four of these images: six later ones do not drive the pinned one out."""
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}}, store={"path": "store", "capacity": "5MB"})
    berth.store = berth.directory / "store"
    stay = images.large("o04 stay", mebibytes=1, layers=1)
    upstream.push(stay, "library/stay", "1")
    order(berth, "warm", "stay:1")
    pinned = order(berth, "pin", "stay")
    assert pinned.output.startswith("pinned docker.io/library/stay: 4 contents, 1.1 MB")
    for number in range(6):
        other = images.large(f"o04 {number}", mebibytes=1, layers=1)
        upstream.push(other, f"library/other{number}", "1")
        order(berth, "warm", f"other{number}:1")
    assert answer(berth, "stats")["store"]["evictedContents"] > 0
    (listed,) = answer(berth, "ls", "stay:1")["images"]
    assert listed["pinned"] and listed["complete"]


def test_list_and_take_back(hub):
    berth = hub()
    assert "nothing that is held matches yet" in order(berth, "pin", "acme/*").output
    order(berth, "pin", "acme/*")
    assert patterns(berth) == {("docker.io/acme/*", "command")}
    assert "docker.io/acme/*" in order(berth, "pins").output
    assert order(berth, "unpin", "docker.io/acme/*").output == "unpinned docker.io/acme/*\n"
    assert patterns(berth) == set()
    assert "`berth pins` shows those there are" in order(berth, "unpin", "acme/*", status=NOT_THERE).errors


def test_outlives_a_kill(hub):
    berth = hub()
    order(berth, "pin", "acme/*")
    berth.kill()
    berth.start()
    assert patterns(berth) == {("docker.io/acme/*", "command")}


def test_too_large(upstream, start_berth):
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}}, store={"path": "small", "capacity": "1MB"})
    upstream.push(images.large("o04 large", mebibytes=2, layers=2), "library/large", "1")
    assert berth.get("/v2/large/manifests/1").status == 200
    errors = order(berth, "pin", "large:1", status=FAILED).errors
    assert "does not fit" in errors and "store.capacity" in errors
    assert patterns(berth) == set()


def test_configured(upstream, start_berth):
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}}, pins=["alpine:3.*", "ghcr.io/**"])
    wanted = {("docker.io/library/alpine:3.*", "configuration"), ("ghcr.io/**", "configuration")}
    wait_until(lambda: patterns(berth) == wanted, "the configured pins are made")
    errors = order(berth, "unpin", "alpine:3.*", status=FAILED).errors
    assert "take it out of 'pins' there" in errors
    berth.stop()
    berth.configuration["pins"] = ["ghcr.io/**"]
    berth.start()
    wait_until(lambda: patterns(berth) == {("ghcr.io/**", "configuration")}, "the other pin is taken back")


@pytest.mark.parametrize("pattern", ["a b", "ghcr.io/a:b:c d"])
def test_no_pattern(hub, pattern):
    assert "a pattern is written like" in order(hub(), "pin", pattern, status=USAGE).errors

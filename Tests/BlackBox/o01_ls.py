"""`berth ls`: which images are held, for people and for machines."""

import pytest
from support import images
from support.commands import NOT_THERE, USAGE, OnTerminal, answer, order, without_colour
from support.service import wait_until


@pytest.fixture
def berth(hub, upstream):
    """Holds an index of which one platform was pulled, and an image."""
    berth = hub()
    single, multi = images.single("o01"), images.multi("o01 tool")
    upstream.push(single, "library/app", "1")
    upstream.push(multi, "acme/tool", "2.0")
    order(berth, "warm", "app:1")
    order(berth, "warm", "acme/tool:2.0", "--platform", "linux/arm64")
    return berth


def test_table(berth):
    title, tool, app = order(berth, "ls").lines
    assert title.split() == ["IMAGE", "DIGEST", "HELD", "MISSING", "PLATFORMS", "FETCHED", "CONFIRMED", "PIN"]
    assert tool.startswith("docker.io/acme/tool:2.0 ") and "linux/arm64/v8" in tool
    assert app.startswith("docker.io/library/app:1 ") and images.single("o01").digest[:19] in app


def test_nothing_held(hub):
    assert len(order(hub(), "ls").lines) == 1


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("app", ["docker.io/library/app:1"]),
        ("app:*", ["docker.io/library/app:1"]),
        ("acme/*", ["docker.io/acme/tool:2.0"]),
        ("docker.io/**", ["docker.io/acme/tool:2.0", "docker.io/library/app:1"]),
        ("*", ["docker.io/acme/tool:2.0", "docker.io/library/app:1"]),
        ("**:2.?", ["docker.io/acme/tool:2.0"]),
    ],
)
def test_pattern(berth, pattern, names):
    assert order(berth, "ls", "--quiet", pattern).lines == names


@pytest.mark.parametrize("pattern", ["app:2", "quay.io/**", "unknown.example/x"])
def test_no_match(berth, pattern):
    result = order(berth, "ls", pattern, status=NOT_THERE)
    assert result.output == "" and "no image that is held matches" in result.errors
    assert answer(berth, "ls", pattern, status=NOT_THERE)["images"] == []


@pytest.mark.parametrize("pattern", ["bad name!", "", "ä", "x" * 2000])
def test_no_pattern(berth, pattern):
    result = order(berth, "ls", pattern, status=USAGE)
    assert "a pattern is written like" in result.errors


def test_for_machines(berth):
    listed = answer(berth, "ls")
    by_name = {image["name"]: image for image in listed["images"]}
    app = by_name["docker.io/library/app:1"]
    image = images.single("o01")
    assert app["digest"] == image.digest
    assert app["heldBytes"] == image.manifest.size + sum(blob.size for blob in image.blobs)
    assert app["complete"] and app["missingBytes"] == 0 and not app["pinned"]
    assert by_name["docker.io/acme/tool:2.0"]["platforms"] == ["linux/arm64/v8"]


def test_what_is_missing(hub, upstream):
    berth = hub()
    image = images.single("o01 part")
    upstream.push(image, "library/app", "1")
    assert berth.get("/v2/app/manifests/1").status == 200
    assert berth.get(f"/v2/app/blobs/{image.config.digest}").status == 200
    wait_until(lambda: berth.holds(image.config.digest), "it is held")
    (listed,) = answer(berth, "ls")["images"]
    assert not listed["complete"]
    assert listed["missingBytes"] == sum(layer.size for layer in image.layers)


def test_fits_a_terminal(berth):
    arguments = ["ls", "--admin", f"127.0.0.1:{berth.admin_port}"]
    for columns in (60, 80, 100, 140):
        with OnTerminal(arguments, columns=columns) as terminal:
            assert terminal.read_to_end() == 0
            assert "\x1b[1mIMAGE" in terminal.text
            lines = without_colour(terminal.text).splitlines()
            assert all(len(line) <= columns for line in lines), lines
    with OnTerminal(arguments, NO_COLOR="1") as terminal:
        assert terminal.read_to_end() == 0
        assert "\x1b" not in terminal.text
    assert "\x1b" not in order(berth, "ls").output

"""`berth scrub`: reads everything that a running Berth holds and compares it with its digest."""

import pytest
from support import images
from support.commands import FAILED, PARTIAL, USAGE, OnTerminal, answer, attempt, order
from support.service import wait_until


@pytest.fixture
def held(hub, upstream):
    """A Berth that holds an image whole."""
    berth = hub()
    image = images.large("o07", mebibytes=4, layers=2)
    upstream.push(image, "library/app", "1")
    order(berth, "warm", "app:1")
    return berth, image


def test_all_sound(held):
    berth, image = held
    assert "nothing has been checked" in order(berth, "scrub", "--status").output
    count = 1 + len(image.blobs)
    assert order(berth, "scrub").output.startswith(f"{count} contents, ")
    assert answer(berth, "scrub", "--status")["soundContents"] == count


def test_damage_is_found_and_mended(held, upstream):
    berth, image = held
    layer = image.layers[1]
    path = berth.content_path(layer.digest)
    with path.open("r+b") as file:
        file.seek(1000)
        file.write(b"flipped")
    result = order(berth, "scrub", status=PARTIAL)
    assert f"damaged {layer.digest}" in result.lines
    assert answer(berth, "scrub", "--status", status=PARTIAL)["damaged"] == [layer.digest]
    assert berth.get(f"/v2/app/blobs/{layer.digest}").body == layer.data
    assert upstream.gets(layer.digest) == 2
    order(berth, "scrub")


def test_one_at_a_time(held):
    berth, _ = held
    order(berth, "scrub", "--background", "--rate", "100kB")
    assert "a scrub is running already" in order(berth, "scrub", status=FAILED).errors
    assert answer(berth, "scrub", "--status")["running"]


def test_progress_on_a_terminal_and_given_up(held):
    berth, _ = held
    with OnTerminal(["scrub", "--rate", "1MB", "--admin", f"127.0.0.1:{berth.admin_port}"]) as terminal:
        terminal.read_until(r"\[#*·*\] +\d+ %  .* of 4\.\d MB  .*0 wrong")
        terminal.press("\x03")
        assert terminal.read_to_end() == 130
        assert "given up" in terminal.text
    wait_until(lambda: "cancelled" in attempt_status(berth), "it ends in the server too")


def attempt_status(berth):
    return attempt("scrub", "--status", "--admin", f"127.0.0.1:{berth.admin_port}").output


@pytest.mark.parametrize("rate", ["0", "fast", "-1"])
def test_no_rate(held, rate):
    berth, _ = held
    order(berth, "scrub", f"--rate={rate}", status=USAGE)

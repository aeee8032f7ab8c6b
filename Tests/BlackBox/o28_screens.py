"""What a person sees: `berth top` under load, tables and progress bars on real terminals, wide and narrow."""

import re
import threading

import pytest
from support import images
from support.commands import order
from support.screen import PROMPT, Screen

LONG = "acme/a-team-with-a-long-name/a-service-with-a-longer-name"
REPOSITORIES = ("library/app", "acme/big", LONG)


@pytest.fixture
def screen(workplace):
    def start(berth, columns=100, rows=24):
        return workplace.watch(Screen(workplace.directory, berth, columns, rows))

    return start


@pytest.fixture
def loaded(hub, upstream):
    """A Berth with nine transfers that stand still after a third, each with a client."""
    upstream.settings(rateLimit={"limit": 100, "window": 21600})
    berth = hub()
    upstream.push(images.single("o28"), "library/app", "1")
    order(berth, "warm", "app:1")
    clients = []
    for number in range(9):
        repository = REPOSITORIES[number % 3]
        digest = upstream.generated_blob(3_000_000, number, repository)
        upstream.on("blobGet", reference=digest, stall={"after": 1_000_000, "until": "rest"})
        target = f"/v2/{repository}/blobs/{digest}"
        clients.append(threading.Thread(target=berth.get, args=(target,), daemon=True))
        clients[-1].start()
    upstream.await_requests("blobGet", count=9, stage="stalled")
    yield berth
    upstream.release("rest")
    for client in clients:
        client.join(20)


def transfers(lines):
    return [line for line in lines if re.match(r"dock.*(33|34) % .* \d+s$|dock.*(33|34) % ", line)]


def test_top(loaded, screen):
    shown = screen(loaded)
    shown.order("berth top --interval 0.2")
    lines = shown.wait(lambda lines: len(transfers(lines)) == 9, "all transfers are shown")
    assert lines[0].startswith(f"berth at 127.0.0.1:{loaded.admin_port}, up ")
    assert re.fullmatch(r"transfers 9 running, 0 waiting", lines[4])
    assert lines[6].split() == ["REPOSITORY", "CONTENT", "DONE", "OF", "SPEED", "CLIENTS", "SINCE"]
    assert lines[-1] == "limits docker.io 99/100"
    # Columns are columns: what is right-aligned ends below its title.
    for title in ("DONE", "OF", "SPEED", "CLIENTS", "SINCE"):
        end = lines[6].index(title) + len(title)
        assert all(line[end : end + 1] in (" ", "") and line[end - 1] != " " for line in transfers(lines)), title


def test_top_on_small_terminals(loaded, screen):
    shown = screen(loaded)
    shown.order("berth top --interval 0.2")
    shown.wait(lambda lines: len(transfers(lines)) == 9, "all transfers are shown")
    for columns, rows in ((60, 14), (40, 12), (130, 12)):
        shown.resize(columns, rows)

        def fits(lines, rows=rows):
            # The head is not pushed out, nor what stands below; a frame for the size before does not look so.
            whole = lines[0].startswith("berth at ") and lines[-1] == "limits docker.io 99/100"
            more = [line for line in lines if re.fullmatch(r"and \d more", line)]
            return whole and len(more) == 1 and len(lines) == rows - 1

        lines = shown.wait(fits, f"all of it fits into {columns} columns and {rows} rows")
        assert len(transfers(lines)) + int(re.search(r"and (\d) more", "\n".join(lines)).group(1)) == 9


def test_top_leaves_the_screen_as_it_was(loaded, screen):
    shown = screen(loaded)
    shown.order("echo what stood here; berth top --interval 0.2")
    shown.wait(lambda lines: len(transfers(lines)) == 9, "all transfers are shown")
    shown.press("q")
    assert shown.wait_for_prompt()[1:] == ["what stood here"]
    shown.order("echo typed")
    shown.wait(lambda lines: lines[-2:] == ["typed", PROMPT.strip()], "the keyboard is as it was")


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_ls(hub, upstream, screen, columns):
    berth = hub()
    for repository in REPOSITORIES:
        upstream.push(images.multi("o28 ls " + repository), repository, "1.2.3")
        order(berth, "warm", f"{repository}:1.2.3", "--platform", "all")
    shown = screen(berth, columns)
    shown.order("clear; berth ls")
    title, *rows = shown.wait_for_prompt()
    assert title.split()[:2] == ["IMAGE", "HELD"] if columns == 80 else ["IMAGE", "DIGEST"]
    assert len(rows) == 3, "no line wraps"
    assert all(row.startswith("docker.io/") and row.split(" ")[0].endswith(":1.2.3") for row in rows)


def test_progress(hub, upstream, screen):
    """One bar, on one line; it makes room for what has ended and leaves nothing behind."""
    image = images.large("o28 progress", mebibytes=4, layers=1)
    upstream.push(image, "acme/big", "1")
    upstream.push(images.single("o28 small"), "library/app", "1")
    upstream.on("blobGet", reference=image.layers[-1].digest, stall={"after": 2_000_000, "until": "rest"})
    shown = screen(hub())
    shown.order("clear; berth warm app:1 acme/big:1 app:none")
    bar = r"\[#+·+\] 4\d %  2\.\d MB of 4\.\d MB  [\d.]+ k?M?B/s  1/3  docker\.io/acme/big:1"
    shown.wait(lambda lines: re.fullmatch(bar, lines[-1]) is not None, "the bar")
    upstream.release("rest")
    assert [re.sub(r"[\d.]+ (k|M)B", "…", line) for line in shown.wait_for_prompt()] == [
        "warm docker.io/library/app:1: …, … fetched",
        "warm docker.io/acme/big:1: …, … fetched",
        "failed docker.io/library/app:none: the upstream has no docker.io/library/app:none",
        "2 of 3 images warm, … fetched",
    ]

"""Real engines pull real images through Berth (or, to try the harness itself, `--mirror=plain`: without Berth)."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "BlackBox"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from support import evidence  # noqa: E402
from pulls import BerthMirror, PlainMirror  # noqa: E402


def pytest_addoption(parser):
    parser.addoption(
        "--mirror",
        choices=["berth", "plain"],
        default="berth",
        help="plain: engines pull from docker-registry itself, which tells a fault of the harness from one of Berth",
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    evidence.record(item, outcome.get_result())


@pytest.fixture
def workplace(request):
    yield from evidence.workplace(request.node)


@pytest.fixture
def mirror(request, workplace):
    """The mirror that engines are pointed at, loaded and started."""
    kind = BerthMirror if request.config.getoption("--mirror") == "berth" else PlainMirror
    return kind(workplace)

"""Real engines pull real images through Berth (or, to try the harness itself, `--mirror=plain`: without Berth)."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from pulls import BerthMirror, PlainMirror  # noqa: E402


def pytest_addoption(parser):
    parser.addoption(
        "--mirror",
        choices=["berth", "plain"],
        default="berth",
        help="plain: engines pull from docker-registry itself, which tells a fault of the harness from one of Berth",
    )


@pytest.fixture
def mirror(request, workplace):
    """The mirror that engines are pointed at, loaded and started."""
    kind = BerthMirror if request.config.getoption("--mirror") == "berth" else PlainMirror
    return kind(workplace)

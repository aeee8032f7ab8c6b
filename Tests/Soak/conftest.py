"""Everything at once, for half an hour: `Tests/run soak` (`-- --minutes 2` for a look)."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from support.small_disk import SmallDisk  # noqa: E402
from support.upstream import Upstream  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--minutes", type=float, default=30, help="how long the soak takes")
    parser.addoption("--seed", type=int, default=1, help="of all that is decided by chance")


@pytest.fixture
def upstream(workplace):
    return workplace.watch(Upstream(workplace.directory))


@pytest.fixture
def disk(workplace):
    disk = SmallDisk(workplace.directory / "disk", 96 << 20)
    yield disk
    disk.unmount()

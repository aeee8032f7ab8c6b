"""The real program, killed, starved and lied to at every step that it takes on disk, against a list of what it had
acknowledged.

Each scenario runs one workload many times, every time with another fault, and checks the store afterwards: nothing wrong
is served, nothing acknowledged is lost, index and files agree, and the next start is like any other. The numbers of
faults are printed at the end (docs/durability.md shows those of the last run).
"""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import loop_disk  # noqa: E402
import shim  # noqa: E402
from support.upstream import Upstream  # noqa: E402

_tallies = {}


def pytest_configure():
    # Before any thread has begun.
    loop_disk.keep_mounts_private()


def pytest_terminal_summary(terminalreporter):
    for name, tally in _tallies.items():
        terminalreporter.write_line(f"{name}: {json.dumps(tally)}")


@pytest.fixture
def tally(request):
    """Counts that are shown at the end of the run."""
    return _tallies.setdefault(request.node.name, {})


@pytest.fixture(scope="session")
def faults(tmp_path_factory):
    """The library that makes calls fail."""
    return shim.build(tmp_path_factory.mktemp("faults"))


@pytest.fixture
def upstream(workplace):
    return workplace.watch(Upstream(workplace.directory))

"""What every suite of scenarios has: a directory of its own for each, which stays when the scenario failed."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent / "BlackBox"))

from support import evidence  # noqa: E402


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    evidence.record(item, outcome.get_result())


@pytest.fixture
def workplace(request):
    yield from evidence.workplace(request.node)

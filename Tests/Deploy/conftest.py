"""What is installed elsewhere: the systemd unit, the Debian package, the container image, the Kubernetes manifests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "BlackBox"))

from support import evidence  # noqa: E402


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    evidence.record(item, outcome.get_result())


@pytest.fixture
def workplace(request):
    yield from evidence.workplace(request.node)


@pytest.fixture
def deploy():
    """The directory with all of it."""
    return Path(__file__).resolve().parents[2] / "deploy"

"""What is installed elsewhere: the systemd unit, the Debian package, the container image, the Kubernetes manifests."""

from pathlib import Path

import pytest


@pytest.fixture
def deploy():
    """The directory with all of it."""
    return Path(__file__).resolve().parents[2] / "deploy"

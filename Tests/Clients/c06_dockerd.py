"""dockerd 20.10 with registry-mirrors (no prefix, no ns: the default upstream is meant):
pulls by tag and by digest, single and several platforms, cold and again with upstream stopped."""

from engines.dockerd import Dockerd
from pulls import cold_then_offline


def test_pulls(workplace, mirror):
    cold_then_offline(Dockerd(workplace.directory / "dockerd", mirror.port), mirror)

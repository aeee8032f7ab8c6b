"""containerd 1.6 with ctr, the mirror named in hosts.toml, upstream told by ?ns=:
pulls by tag and by digest, single and several platforms, cold and again with upstream stopped."""

from engines.containerd import Containerd
from pulls import cold_then_offline


def test_pulls(workplace, mirror):
    cold_then_offline(Containerd(workplace.directory / "containerd", mirror.port), mirror)

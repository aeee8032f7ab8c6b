"""containerd 1.6 with ctr and override_path: path prefix and ?ns= at once:
pulls by tag and by digest, single and several platforms, cold and again with upstream stopped."""

from engines.containerd import ContainerdByPrefix
from pulls import cold_then_offline


def test_pulls(workplace, mirror):
    cold_then_offline(ContainerdByPrefix(workplace.directory / "containerd", mirror.port), mirror)

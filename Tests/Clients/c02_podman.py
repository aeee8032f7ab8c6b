"""podman 4.3 with the vfs driver, mirrors by path prefix in registries.conf:
pulls by tag and by digest, single and several platforms, cold and again with upstream stopped."""

from engines.containers_image import Podman
from pulls import cold_then_offline


def test_pulls(workplace, mirror):
    cold_then_offline(Podman(workplace.directory / "podman", mirror.port), mirror)

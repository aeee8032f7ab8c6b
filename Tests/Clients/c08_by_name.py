"""Images pulled by Berth's own name, as where an engine has no mirrors for a registry: `mirror:5000/quay.io/acme/app:1`.
By tag and by digest, single and several platforms, cold and again with upstream stopped."""

import pytest
from engines.containerd import Containerd
from engines.containers_image import Buildah, Podman, Skopeo
from engines.dockerd import Dockerd
from engines.engine import Reference
from pulls import FEW, cold_then_offline, only


class ByName:
    """Asks for everything under Berth's name."""

    registries = ("docker.io", "quay.io")

    def named(self, reference):
        repository = f"{reference.registry}/{reference.repository}"
        return Reference(f"127.0.0.1:{self.mirror_port}", repository, reference.tag, reference.digest)

    def pull(self, reference, platform):
        super().pull(self.named(reference), platform)

    def check(self, reference, image):
        super().check(self.named(reference), image)

    def registries_conf(self):
        return f'[[registry]]\nlocation = "127.0.0.1:{self.mirror_port}"\ninsecure = true\n'


class SkopeoByName(ByName, Skopeo):
    """skopeo."""


class PodmanByName(ByName, Podman):
    """podman."""


class BuildahByName(ByName, Buildah):
    """buildah."""


class DockerdByName(ByName, Dockerd):
    """dockerd, which takes loopback addresses for registries without TLS."""


class ContainerdByName(ByName, Containerd):
    """containerd by ctr, told that there is no TLS."""

    def fetch(self, reference, *options):
        self.ctr("images", "pull", "--plain-http", "--snapshotter", "native", *options, str(reference))


ENGINES = [SkopeoByName, PodmanByName, BuildahByName, ContainerdByName, DockerdByName]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.__name__.removesuffix("ByName").lower())
def test_pulls(workplace, mirror, engine):
    cold_then_offline(engine(workplace.directory / "engine", mirror.port), only(FEW, mirror))

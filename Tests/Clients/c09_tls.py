"""Berth behind TLS, with a certificate of a private authority: engines that trust it pull by mirror, cold and again with
upstream stopped."""

import pytest
from engines.containerd import Containerd
from engines.containers_image import Buildah, Podman, Skopeo
from engines.dockerd import Dockerd
from pulls import FEW, BerthMirror, cold_then_offline, only
from support.certificates import Authority


class Trusting:
    """Trusts the authority as the system's own certificates are trusted, by Go's SSL_CERT_FILE."""

    authority = None

    def environment(self):
        return {**super().environment(), "SSL_CERT_FILE": str(self.authority)}

    def registries_conf(self):
        return super().registries_conf().replace("insecure = true\n", "")


class SkopeoByTLS(Trusting, Skopeo):
    """skopeo."""


class PodmanByTLS(Trusting, Podman):
    """podman."""


class BuildahByTLS(Trusting, Buildah):
    """buildah."""


class ContainerdByTLS(Containerd):
    """containerd by ctr, with the authority in hosts.toml."""

    authority = None

    def hosts_toml(self, registry):
        plain = super().hosts_toml(registry).replace("http://127.0.0.1", "https://127.0.0.1")
        return f'{plain}  ca = "{self.authority}"\n'


class DockerdByTLS(Dockerd):
    """dockerd, whose daemon is who trusts."""

    authority = None

    def __init__(self, directory, mirror_port):
        super().__init__(directory, mirror_port)
        config = self.daemon.config.read_text()
        self.daemon.config.write_text(config.replace("http://127.0.0.1", "https://127.0.0.1"))
        self.daemon.environment = lambda: {"SSL_CERT_FILE": str(self.authority)}


ENGINES = [SkopeoByTLS, PodmanByTLS, BuildahByTLS, ContainerdByTLS, DockerdByTLS]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.__name__.removesuffix("ByTLS").lower())
def test_pulls(workplace, engine):
    authority = Authority(workplace.directory / "authority")
    certificate = authority.issue("127.0.0.1")
    mirror = BerthMirror(workplace, tls={"certificate": str(certificate.path), "key": str(certificate.key_path)})
    kind = type(engine.__name__, (engine,), {"authority": authority.path})
    cold_then_offline(kind(workplace.directory / "engine", mirror.port), only(FEW, mirror))

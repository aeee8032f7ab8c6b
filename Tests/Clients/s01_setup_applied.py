"""The files of `berth client-setup`, as they are written, in the real engines: each pulls everything through Berth, cold
and again with upstream stopped. There is no way past the mirror: what these files do not send to it fails."""

from engines.containerd import Containerd
from engines.containers_image import Buildah, Podman, Skopeo
from engines.dockerd import Dockerd
from engines.isolation import isolated, require
from pulls import cold_then_offline
from setup_files import written
from support.berth import run


def setup(engine, workplace, mirror, *options):
    """The engine's files for this Berth, by its own configuration, written under a root directory."""
    return written(workplace.directory / "root", engine, "--config", mirror.berth.config_path, *options)


class DropIn:
    """An engine of containers/image whose /etc/containers/registries.conf.d is what was written."""

    folder = None

    def registries_conf(self):
        return 'unqualified-search-registries = ["docker.io"]\n'

    def isolated(self, command):
        command = super().isolated(command)
        return isolated(self.directory, command, {self.folder: "/etc/containers/registries.conf.d"})


class SkopeoByDropIn(DropIn, Skopeo):
    """skopeo."""


class PodmanByDropIn(DropIn, Podman):
    """podman."""


class BuildahByDropIn(DropIn, Buildah):
    """buildah."""


class ContainerdByHostsFolder(Containerd):
    """containerd with the written folder of hosts.toml files."""

    folder = None

    def fetch(self, reference, *options):
        hosts = ["--hosts-dir", str(self.folder)]
        self.ctr("images", "pull", *hosts, "--snapshotter", "native", *options, str(reference))


class DockerdByDaemonJSON(Dockerd):
    """dockerd with the written daemon.json."""

    def __init__(self, directory, mirror_port, daemon_json):
        super().__init__(directory, mirror_port)
        self.daemon.config = daemon_json


def containers_image(kind, workplace, mirror, *options):
    (conf,) = setup("podman", workplace, mirror, *options).values()
    engine = kind(workplace.directory / "engine", mirror.port)
    engine.folder = conf.parent
    cold_then_offline(engine, mirror)


def test_skopeo(workplace, mirror):
    containers_image(SkopeoByDropIn, workplace, mirror)


def test_podman(workplace, mirror):
    containers_image(PodmanByDropIn, workplace, mirror)


def test_podman_for_two_registries(workplace, mirror):
    containers_image(PodmanByDropIn, workplace, mirror, "--upstream", "docker.io", "--upstream", "quay.io")


def test_buildah(workplace, mirror):
    containers_image(BuildahByDropIn, workplace, mirror)


def containerd(workplace, mirror, *options):
    files = setup("containerd", workplace, mirror, *options)
    engine = ContainerdByHostsFolder(workplace.directory / "engine", mirror.port)
    engine.folder = workplace.directory / "root/etc/containerd/certs.d"
    return files, engine


def test_containerd_by_registry(workplace, mirror):
    files, engine = containerd(workplace, mirror, "--upstream", "docker.io", "--upstream", "quay.io")
    assert not any("_default" in path for path in files)
    cold_then_offline(engine, mirror)


def test_containerd_by_default(workplace, mirror):
    files, engine = containerd(workplace, mirror)
    for path, file in files.items():
        if path.endswith("hosts.toml") and "_default" not in path:
            file.unlink()
            file.parent.rmdir()
    cold_then_offline(engine, mirror)


def test_containerd_reads_its_configuration(workplace, mirror):
    """config.toml, alone and merged into what containerd makes of itself: the key arrives at the registry's plugin."""
    program = require("containerd", "containerd")
    alone = setup("containerd", workplace, mirror)["/etc/containerd/config.toml"]
    engine = ContainerdByHostsFolder(workplace.directory / "engine", mirror.port)
    assert 'config_path = "/etc/containerd/certs.d"' in engine.run([program, "--config", str(alone), "config", "dump"])

    dumped = workplace.directory / "dumped/etc/containerd/config.toml"
    dumped.parent.mkdir(parents=True)
    before = engine.run([program, "config", "default"])
    dumped.write_text(before)
    done = run("client-setup", "containerd", "--write", "--root", workplace.directory / "dumped")
    assert done.returncode == 0, done.stderr
    after = engine.run([program, "--config", str(dumped), "config", "dump"])
    assert 'config_path = "/etc/containerd/certs.d"' in after
    assert before.splitlines() == [
        line.replace("/etc/containerd/certs.d", "") if "config_path" in line else line
        for line in dumped.read_text().splitlines()
    ]


def test_dockerd(workplace, mirror):
    files = setup("docker", workplace, mirror)
    engine = DockerdByDaemonJSON(workplace.directory / "engine", mirror.port, files["/etc/docker/daemon.json"])
    cold_then_offline(engine, mirror)

"""docs/airgap.md, walked: its commands as they stand, from a connected site to one without a route, where skopeo, podman
and containerd then pull everything that was carried."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from engines.containerd import Containerd
from engines.containers_image import Podman, Skopeo, platform_options
from engines.engine import Reference
from engines.network import Site, routes
from setup_files import written
from support import berth, images
from support.registry import DockerRegistry

WALK = Path(__file__).resolve().parents[2] / "docs" / "airgap.md"
BLOCK = re.compile(r"^```sh (connected|isolated)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONNECTED, ISOLATED = "connected", "isolated"

FIRST = {
    "docker.io/library/alpine:3.20": images.multi("walk alpine"),
    "quay.io/prometheus/prometheus:v3.0.1": images.multi("walk prometheus", docker=True),
    "registry.k8s.io/pause:3.10": images.single("walk pause"),
}
SECOND = {"docker.io/library/busybox:1.36": images.single("walk busybox")}
SIGNATURE = images.artifact(FIRST["registry.k8s.io/pause:3.10"].manifest, "application/vnd.example.signature", "signed")


def split(name):
    registry, rest = name.split("/", 1)
    repository, tag = rest.rsplit(":", 1)
    return registry, repository, tag


class SiteBerth(berth.Berth):
    """Berth on the ports that the walk has. The isolated one is watched: which addresses does it connect to?"""

    def __init__(self, directory, configuration, is_watched):
        super().__init__(directory, configuration)
        self.port, self.admin_port = 5000, 5001
        self.configuration |= {"listen": "127.0.0.1:5000", "admin": "127.0.0.1:5001"}
        self.is_watched = is_watched
        self.calls = directory / "calls.txt"

    def command(self):
        watching = ["strace", "-D", "-f", "-qq", "-e", "trace=bind,connect", "-o", self.calls] if self.is_watched else []
        return [*watching, *super().command()]


class Walker:
    """Runs the walk's commands at one of the sites."""

    def __init__(self, workplace, name):
        self.name, self.site = name, Site()
        self.directory = workplace.directory / name
        tools = self.directory / "bin"
        tools.mkdir(parents=True)
        (tools / "berth").symlink_to(berth.binary())
        self.environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(self.directory)}

    def run(self, commands):
        with self.site.entered():
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", commands],
                cwd=self.directory,
                env=self.environment,
                capture_output=True,
                text=True,
                timeout=120,
            )
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def carry_to(self, other):
        """Only the files that the walk says are carried."""
        for file in self.directory.glob("site-*.tar*"):
            shutil.copy(file, other.directory)


def start_connected(workplace):
    walker = Walker(workplace, CONNECTED)
    with walker.site.entered():
        registry = workplace.watch(DockerRegistry(walker.directory))
        registry.start()
        for name, image in (FIRST | SECOND).items():
            _, repository, tag = split(name)
            registry.push(image, repository, tag)
        registry.push(SIGNATURE, "pause")
        subject = FIRST["registry.k8s.io/pause:3.10"].digest
        registry.push_manifest(images.referrers_index(SIGNATURE), "pause", subject.replace(":", "-"))
        upstreams = {name: berth.upstream(registry.url) for name in ("docker.io", "quay.io", "registry.k8s.io")}
        workplace.watch(SiteBerth(walker.directory, {"upstreams": upstreams}, is_watched=False)).start()
    return walker


def start_isolated(workplace):
    walker = Walker(workplace, ISOLATED)
    with walker.site.entered():
        assert routes() == "", "the isolated site leads nowhere"
        server = workplace.watch(SiteBerth(walker.directory, {"offline": True}, is_watched=True))
        server.start()
    return walker, server


def engines(walker, server):
    """Engines with the files of `berth client-setup`."""
    root = walker.directory / "root"
    registries = [option for name in ("docker.io", "quay.io", "registry.k8s.io") for option in ("--upstream", name)]
    (drop_in,) = written(root, "podman", "--config", server.config_path, *registries).values()
    written(root, "containerd", "--config", server.config_path, *registries)
    for kind in (Skopeo, Podman):
        engine = kind(walker.directory.parent / kind.__name__.lower(), server.port)
        engine.registries_conf = drop_in.read_text
        yield engine
    containerd = Containerd(walker.directory.parent / "containerd", server.port)
    shutil.rmtree(containerd.directory / "hosts")
    (containerd.directory / "hosts").symlink_to(root / "etc/containerd/certs.d")
    yield containerd


def check_pulled(walker, server, published):
    with walker.site.entered():
        for engine in engines(walker, server):
            engine.start()
            try:
                for name, image in published.items():
                    registry, repository, tag = split(name)
                    reference = Reference(registry, repository, tag=tag)
                    engine.pull(reference, "linux/amd64")
                    engine.check(reference, image.for_platform("linux/amd64"))
            finally:
                engine.stop()
        pause = "registry.k8s.io/pause"
        digest = FIRST[f"{pause}:3.10"].digest
        (listed,) = server.get(f"/v2/{pause}/referrers/{digest}").json()["manifests"]
        assert listed["digest"] == SIGNATURE.digest
        absent = server.get(f"/v2/{pause}/manifests/9.9")
        assert absent.status == 404 and "offline" in absent.json()["errors"][0]["message"]


def check_podman_reads(walker, server, published):
    """A bundle is an archive that podman loads without any registry."""
    (bundle,) = walker.directory.glob("site-1.tar")
    podman = Podman(walker.directory.parent / "loaded", server.port)
    podman.start()
    for name, image in published.items():
        printed = podman.podman("pull", "--quiet", *platform_options("linux/amd64"), f"oci-archive:{bundle}:{name}")
        assert "sha256:" + printed.strip() == image.for_platform("linux/amd64").config.digest
    podman.stop()


def test_the_walk(workplace):
    connected = start_connected(workplace)
    isolated, server = start_isolated(workplace)
    steps = BLOCK.findall(WALK.read_text())
    assert [site for site, _ in steps].count(ISOLATED) >= 3
    for site, commands in steps:
        if site == CONNECTED:
            connected.run(commands)
            connected.carry_to(isolated)
        else:
            printed = isolated.run(commands)
            if "berth ls" in commands:
                assert all(name.rsplit(":", 1)[0] in printed for name in FIRST), printed
    check_pulled(isolated, server, FIRST | SECOND)
    check_podman_reads(isolated, server, {"registry.k8s.io/pause:3.10": FIRST["registry.k8s.io/pause:3.10"]})
    assert server.stop() == 0
    calls = server.calls.read_text().splitlines()
    assert any(" bind(" in call for call in calls), "it was watched"
    dialled = [call for call in calls if " connect(" in call and "AF_INET" in call]
    assert dialled == [], "it connects to nobody"

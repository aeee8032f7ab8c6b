"""containerd 1.6 with ctr, pointed at the mirror by a hosts directory, as its users do."""

from __future__ import annotations

from pathlib import Path

from support.images import Content, Image
from support.service import Service

from .engine import Engine, Reference, check_unpacked
from .isolation import isolated, require


class _Daemon(Service):
    def __init__(self, directory: Path, storage: Path):
        super().__init__("containerd", directory)
        self.storage = storage
        self.socket = directory / "ctr.sock"
        self.program = require("containerd", "containerd")
        self.ctr = require("ctr", "containerd")
        self.config = directory / "containerd.toml"
        # What a puller does not need is off: CRI wants networks, the other snapshotters kernel modules.
        self.config.write_text(
            "version = 2\n"
            f'root = "{storage}/root"\nstate = "{storage}/state"\n'
            'disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.btrfs",\n'
            '  "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs",\n'
            '  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.overlayfs",\n'
            '  "io.containerd.nri.v1.nri", "io.containerd.internal.v1.opt"]\n'
            f'[grpc]\naddress = "{self.socket}"\n'
            f'[ttrpc]\naddress = "{self.socket}.ttrpc"\n'
        )

    def command(self) -> list[str]:
        return isolated(self.directory, [self.program, "--config", str(self.config)])

    def is_ready(self) -> bool:
        return "containerd successfully booted" in self.log_of_this_run()


class Containerd(Engine):
    """`ctr images pull --hosts-dir`: ctr itself resolves and fetches, so it runs isolated like the daemon."""

    def __init__(self, directory: Path, mirror_port: int):
        super().__init__(directory, mirror_port)
        self.daemon = _Daemon(directory, self.storage)
        for registry in self.registries:
            hosts = directory / "hosts" / registry / "hosts.toml"
            hosts.parent.mkdir(parents=True)
            hosts.write_text(self.hosts_toml(registry))

    def hosts_toml(self, registry: str) -> str:
        """The mirror by `ns`: containerd adds `?ns=docker.io` by itself."""
        return (
            f'server = "https://{registry}"\n'
            f'[host."http://127.0.0.1:{self.mirror_port}"]\n  capabilities = ["pull", "resolve"]\n'
        )

    def start(self) -> None:
        self.daemon.start()

    def stop(self) -> None:
        self.daemon.stop()

    def ctr(self, *arguments: str) -> str:
        return self.run(isolated(self.directory, [self.daemon.ctr, "--address", str(self.daemon.socket), *arguments]))

    def pull(self, reference: Reference, platform: str) -> None:
        self.fetch(reference, "--platform", platform)

    def pull_all(self, reference: Reference) -> None:
        self.fetch(reference, "--all-platforms")

    def fetch(self, reference: Reference, *options: str) -> None:
        hosts = ["--hosts-dir", str(self.directory / "hosts")]
        self.ctr("images", "pull", *hosts, "--snapshotter", "native", *options, str(reference))

    def check(self, reference: Reference, image: Image) -> None:
        assert str(reference) in self.ctr("images", "list", "--quiet").split()
        self.check_contents((image.manifest, *image.blobs))
        check_unpacked(self.storage / "root" / "io.containerd.snapshotter.v1.native" / "snapshots", image)

    def check_contents(self, contents: tuple[Content, ...]) -> None:
        blobs = self.storage / "root" / "io.containerd.content.v1.content" / "blobs" / "sha256"
        for content in contents:
            assert (blobs / content.digest.removeprefix("sha256:")).read_bytes() == content.data, content.digest


class ContainerdByPrefix(Containerd):
    """The mirror by path prefix: `override_path` with …/v2/docker.io, to which containerd adds `?ns=` all the same."""

    def hosts_toml(self, registry: str) -> str:
        return (
            f'server = "https://{registry}"\n'
            f'[host."http://127.0.0.1:{self.mirror_port}/v2/{registry}"]\n'
            '  capabilities = ["pull", "resolve"]\n  override_path = true\n'
        )

"""containerd's client fetches an image into a private daemon's content store. Layers of noise cannot be unpacked."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from ..child import Child, wait_until
from ..origin import Origin
from .engine import PULL_TIMEOUT, Engine

# What a fetch does not need is off: CRI wants networks, the other snapshotters kernel modules.
_UNNEEDED = [
    "io.containerd.grpc.v1.cri",
    "io.containerd.snapshotter.v1.btrfs",
    "io.containerd.snapshotter.v1.zfs",
    "io.containerd.snapshotter.v1.aufs",
    "io.containerd.snapshotter.v1.devmapper",
    "io.containerd.snapshotter.v1.overlayfs",
    "io.containerd.nri.v1.nri",
    "io.containerd.internal.v1.opt",
]


class Containerd(Engine):
    name = "containerd"

    def __init__(self, directory: Path):
        super().__init__(directory)
        self._socket = self.directory / "socket"
        config = self.directory / "config.toml"
        config.write_text(
            f'version = 2\nroot = "{self.directory}/root"\nstate = "{self.directory}/state"\n'
            f"disabled_plugins = {_UNNEEDED}\n"
            f'[grpc]\naddress = "{self._socket}"\n[ttrpc]\naddress = "{self._socket}.ttrpc"\n'
        )
        self._daemon = Child(["containerd", "--config", config], self.directory / "log")
        wait_until(self._is_ready, "containerd ready")

    @classmethod
    def missing(cls) -> str | None:
        if not shutil.which("containerd") or not shutil.which("ctr"):
            return "containerd (Debian's package of that name) is not installed"
        return None if os.geteuid() == 0 else "containerd runs as root only"

    def forget(self) -> None:
        # Images last, and waiting: bytes that are not collected yet would be found again.
        if contents := self._ctr("content", "list", "--quiet").split():
            self._ctr("content", "remove", *contents)
        if images := self._ctr("images", "list", "--quiet").split():
            self._ctr("images", "remove", "--sync", *images)

    def pull(self, origin: Origin, repository: str, tag: str) -> None:
        reference = f"{origin.host}:{origin.port}/{repository}:{tag}"
        self._ctr("content", "fetch", "--plain-http", "--all-platforms", reference)

    def stop(self) -> None:
        self._daemon.stop()

    def _ctr(self, *arguments: str) -> str:
        command = ["ctr", "--address", str(self._socket), "--namespace", "benchmark", *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PULL_TIMEOUT)
        return done.stdout

    def _is_ready(self) -> bool:
        if not self._daemon.is_alive:
            raise RuntimeError(f"containerd ended:\n{self._daemon.tail()}")
        return "containerd successfully booted" in self._daemon.log.read_text(errors="replace")

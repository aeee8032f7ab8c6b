"""dockerd 20.10 with its graph store and `registry-mirrors`, which know Docker Hub's names alone."""

from __future__ import annotations

import json
from pathlib import Path

from support.images import Image
from support.service import Service

from .engine import Engine, Reference, check_unpacked
from .isolation import isolated, require


class _Daemon(Service):
    def __init__(self, directory: Path, storage: Path, mirror_port: int):
        super().__init__("dockerd", directory)
        self.storage = storage
        self.socket = directory / "docker.sock"
        self.program = require("dockerd", "docker.io")
        self.config = directory / "daemon.json"
        self.config.write_text(json.dumps({"registry-mirrors": [f"http://127.0.0.1:{mirror_port}"]}))

    def command(self) -> list[str]:
        flags = ["--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=vfs", "--group", "root"]
        flags += ["--data-root", f"{self.storage}/data", "--exec-root", f"{self.storage}/exec"]
        flags += ["--pidfile", f"{self.directory}/docker.pid", "-H", f"unix://{self.socket}"]
        return isolated(self.directory, [self.program, "--config-file", str(self.config), *flags])

    def is_ready(self) -> bool:
        return f"API listen on {self.socket}" in self.log_of_this_run()


class Dockerd(Engine):
    """`docker pull` through the daemon."""

    registries = ("docker.io",)

    def __init__(self, directory: Path, mirror_port: int):
        super().__init__(directory, mirror_port)
        self.daemon = _Daemon(directory, self.storage, mirror_port)
        self.program = require("docker", "docker.io")

    def start(self) -> None:
        self.daemon.start(timeout=60)

    def stop(self) -> None:
        self.daemon.stop()

    def docker(self, *arguments: str) -> str:
        return self.run([self.program, "--host", f"unix://{self.daemon.socket}", *arguments])

    def pull(self, reference: Reference, platform: str) -> None:
        self.docker("pull", "--quiet", "--platform", platform, str(reference))

    def check(self, reference: Reference, image: Image) -> None:
        (seen,) = json.loads(self.docker("image", "inspect", str(reference)))
        assert seen["Id"] == image.config.digest
        assert seen["RootFS"]["Layers"] == image.diff_ids
        check_unpacked(self.storage / "data" / "vfs" / "dir", image)

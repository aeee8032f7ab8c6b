"""What the tests ask of an engine, whatever it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from support.images import Image


@dataclass(frozen=True)
class Reference:
    """An image as a user writes it: `docker.io/library/app:1`, or by digest."""

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}" + (f":{self.tag}" if self.tag else f"@{self.digest}")


class Engine(ABC):
    """An engine pointed at a mirror. `pull` leaves the image in the engine's own storage; `check` looks at it there."""

    #: Registries that this engine can send to a mirror.
    registries: tuple[str, ...] = ("docker.io", "quay.io")
    #: Platforms it can be asked for.
    platforms: tuple[str, ...] = ("linux/amd64", "linux/arm64/v8")

    def __init__(self, directory: Path, mirror_port: int):
        self.directory = directory
        self.mirror_port = mirror_port
        self.storage = directory / "storage"
        directory.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Starts the engine's daemon, if it has one."""

    def stop(self) -> None:
        """Stops it."""

    @abstractmethod
    def pull(self, reference: Reference, platform: str) -> None:
        """Pulls one platform of the image; fails with the engine's output."""

    @abstractmethod
    def check(self, reference: Reference, image: Image) -> None:
        """The engine now holds this image: its identity and, where it unpacks, its files."""

    def wipe(self) -> None:
        """Forgets everything that was pulled."""
        self.stop()
        shutil.rmtree(self.storage, ignore_errors=True)
        self.start()

    def run(self, command: list[str], timeout: float = 90) -> str:
        """Runs a command of the engine and returns what it printed to standard output."""
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **self.environment()},
        )
        assert done.returncode == 0, (
            f"{' '.join(command)}\nended with {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-5000:]}"
        )
        return done.stdout

    def environment(self) -> dict[str, str]:
        return {"HOME": str(self.directory)}


def check_unpacked(root: Path, image: Image) -> None:
    """Below `root`, wherever the engine unpacks, stands each of the image's files with its bytes."""
    assert image.files
    for name, data in image.files.items():
        found = [path for path in root.rglob(name) if path.is_file() and not path.is_symlink()]
        assert any(path.read_bytes() == data for path in found), f"{name} not among {found}"

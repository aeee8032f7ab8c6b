"""skopeo copies an image to a directory, checking every digest."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from ..origin import Origin
from .engine import PULL_TIMEOUT, Engine

_MEMORY = Path("/dev/shm")


class Skopeo(Engine):
    name = "skopeo"

    def __init__(self, directory: Path):
        super().__init__(directory)
        # Into memory where there is room, so that the client's disk is not what is measured.
        has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 4 << 30
        self._target = Path(tempfile.mkdtemp(prefix="berth-benchmark-", dir=_MEMORY if has_room else self.directory))

    @classmethod
    def missing(cls) -> str | None:
        return None if shutil.which("skopeo") else "skopeo (Debian's package of that name) is not installed"

    def forget(self) -> None:
        shutil.rmtree(self._target, ignore_errors=True)
        self._target.mkdir()

    def pull(self, origin: Origin, repository: str, tag: str) -> None:
        source = f"docker://{origin.host}:{origin.port}/{repository}:{tag}"
        command = ["skopeo", "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", source, f"dir:{self._target}"]
        subprocess.run(command, check=True, capture_output=True, timeout=PULL_TIMEOUT)

    def stop(self) -> None:
        shutil.rmtree(self._target, ignore_errors=True)

"""A small file system in memory, that can be filled and relieved."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

import pytest


class SmallDisk:
    """A tmpfs of `size` bytes at `path`. Needs root, or a user namespace that may mount."""

    def __init__(self, path: Path, size: int, *, inodes: int | None = None):
        self.path = path
        path.mkdir()
        options = f"size={size}" + (f",nr_inodes={inodes}" if inodes else "")
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path], capture_output=True, text=True)
        if done.returncode != 0:
            path.rmdir()
            pytest.skip(f"cannot mount a small file system (run as root): {done.stderr.strip()}")

    def fill(self) -> None:
        """Uses all bytes that are left."""
        with open(self.path / "filler", "ab", buffering=0) as filler:
            step = 1 << 20
            while step >= 1:
                try:
                    written = filler.write(bytes(step))
                except OSError as error:
                    assert error.errno == errno.ENOSPC
                    written = 0
                if written < step:
                    step //= 2

    def use_all_inodes(self) -> None:
        (self.path / "fillers").mkdir()
        try:
            for number in range(1_000_000):
                (self.path / "fillers" / str(number)).touch()
        except OSError as error:
            assert error.errno == errno.ENOSPC

    def relieve(self) -> None:
        """Gives back what was used up."""
        (self.path / "filler").unlink(missing_ok=True)
        if (self.path / "fillers").exists():
            for path in (self.path / "fillers").iterdir():
                path.unlink()
            (self.path / "fillers").rmdir()

    def unmount(self) -> None:
        if os.path.ismount(self.path):
            subprocess.run(["umount", "--lazy", self.path], check=True)

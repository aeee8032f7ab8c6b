"""A file system in a file, mounted."""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct
import subprocess
from pathlib import Path

from support.service import wait_until

#: `XFS_IOC_GOINGDOWN`, which ext4 has as `EXT4_IOC_SHUTDOWN`; 2 is "without flushing the log".
GOING_DOWN = 0x8004587D

#: `CLONE_NEWNS`, of unshare(2).
NEW_MOUNT_NAMESPACE = 0x00020000

MAKE = {"ext4": ["mkfs.ext4", "-q", "-F"], "xfs": ["mkfs.xfs", "-q", "-f"]}


def keep_mounts_private() -> None:
    """Gives the calling thread, and those that it starts, a mount namespace of their own, where that is allowed.

    Any process that makes itself a mount namespace (containers, `unshare`) copies the mounts that are there. A disk that has
    been unmounted here would still be mounted in that copy, and be mounted again as it was: shut down, so that every call
    fails with `EIO`.
    """
    if ctypes.CDLL(None, use_errno=True).unshare(NEW_MOUNT_NAMESPACE) == 0:
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)


class LoopDisk:
    """A file system of `kind` in the file `image`, to be mounted at `path`. Needs root."""

    def __init__(self, directory: Path, kind: str):
        directory.mkdir(parents=True)
        self.kind, self.image, self.path = kind, directory / "image", directory / "mounted"
        self.path.mkdir()
        with self.image.open("wb") as image:
            image.truncate(320 << 20)
        subprocess.run([*MAKE[kind], self.image], check=True)

    def mount(self, options: str = "loop") -> subprocess.CompletedProcess:
        command = ["mount", "-t", self.kind, "-o", options, self.image, self.path]
        return subprocess.run(command, capture_output=True, text=True)

    def unmount(self) -> None:
        subprocess.run(["umount", self.path], check=True)

    def restore(self) -> None:
        """What a machine does when the power is back."""
        # The process that has cut the power ends after the one that it was cut from.
        wait_until(lambda: subprocess.run(["umount", self.path], capture_output=True).returncode == 0, "unmounted")
        done = self.mount()
        assert done.returncode == 0, done.stderr

    def shut_down(self) -> None:
        """The file system does nothing any more, as if the disk were gone."""
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(descriptor, GOING_DOWN, struct.pack("I", 2))
        finally:
            os.close(descriptor)

    def fail(self) -> None:
        """The kernel finds an error in the file system, and lets nobody write to it any more (ext4, `errors=remount-ro`)."""
        device = subprocess.run(["findmnt", "-no", "SOURCE", self.path], capture_output=True, text=True, check=True)
        Path("/sys/fs/ext4", Path(device.stdout.strip()).name, "trigger_fs_error").write_text("1")

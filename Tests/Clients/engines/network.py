"""Network namespaces: sites that reach nothing but themselves."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Site:
    """A network of its own with loopback and no route; it ends with its last process."""

    def __init__(self) -> None:
        outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            _check(_libc.unshare(_CLONE_NEWNET), "unshare")
            self._namespace = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        finally:
            _check(_libc.setns(outside, _CLONE_NEWNET), "setns")
            os.close(outside)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Within, this thread and what it starts is at the site."""
        outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        _check(_libc.setns(self._namespace, _CLONE_NEWNET), "setns")
        try:
            yield
        finally:
            _check(_libc.setns(outside, _CLONE_NEWNET), "setns")
            os.close(outside)


def routes() -> str:
    """Where this thread's network leads, local addresses aside."""
    shown = [subprocess.run(["ip", family, "route"], capture_output=True, text=True).stdout for family in ("-4", "-6")]
    return "".join(shown)


def _check(status: int, what: str) -> None:
    if status != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")

"""What every peer is: a server on loopback that can be started, stopped, emptied and asked what it has used."""

from __future__ import annotations

import shutil
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from harness.accounting import family
from harness.child import Child, free_port
from harness.origin import Origin
from harness.tls import Certificate
from harness.upstream import Upstream


class Peer(ABC):
    """One server in front of one upstream, with a directory of its own."""

    name: ClassVar[str]
    title: ClassVar[str]
    is_cache: ClassVar[bool] = True
    """Fetches what it does not have."""
    keeps_tags: ClassVar[bool] = True
    """Answers a fresh tag without asking upstream."""
    speaks_tls: ClassVar[bool] = True
    is_optional: ClassVar[bool] = False
    """Takes part only in the workloads that name it."""

    def __init__(self, directory: Path, upstream: Upstream, certificate: Certificate):
        self.directory = directory
        self.store = directory / "store"
        self.upstream = upstream
        self.certificate = certificate
        self.port = free_port()
        self.origin = Origin(self.port)
        self.capacity: int | None = None
        """Bytes that the store may hold; as much as there is room for if None. Takes effect at the next start."""
        self.sets_stores_aside = False
        """Whether what a fresh store replaces is kept until the workload ends: ext4 gives away no inode of a file that was
        removed in the last minutes and searches past all of them, so that removing many files slows down whoever is next."""
        self._child: Child | None = None

    @classmethod
    @abstractmethod
    def missing(cls) -> str | None:
        """Why it cannot run on this machine; None if it can."""

    @abstractmethod
    def command(self, tls: bool) -> list[str | Path]:
        """Writes the configuration, and says how the program is started in the foreground."""

    def environment(self) -> dict[str, str]:
        """Variables besides those of the benchmark itself."""
        return {}

    def start(self, *, fresh: bool = False, tls: bool = False) -> None:
        """Starts it and returns when it accepts connections; with `fresh`, with an empty store."""
        self.stop()
        if fresh and self.sets_stores_aside and self.store.exists():
            self.store.rename(tempfile.mkdtemp(prefix="old-store-", dir=self.directory))
        elif fresh:
            shutil.rmtree(self.store, ignore_errors=True)
        self.store.mkdir(parents=True, exist_ok=True)
        self.origin = Origin(self.port, tls)
        self._child = Child(self.command(tls), self.directory / "log", self.environment())
        self._child.wait_listening(self.port)

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None

    @property
    def processes(self) -> list[int]:
        """All processes of the server, the helpers that it started included."""
        return family(self._child.pid) if self._child is not None else []

    def files(self, minimum: int) -> list[Path]:
        """What it keeps on disk in files of at least so many bytes."""
        return [path for path in self.store.rglob("*") if path.is_file() and path.stat().st_size >= minimum]

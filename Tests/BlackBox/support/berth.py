"""The real `berth` binary with a configuration made for one scenario, on free loopback ports."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from .http import Address, Connection, Fields, Response, exchange
from .service import Service, free_port

_REPOSITORY_ROOT = Path(__file__).resolve().parents[3]


def binary() -> Path:
    """The binary under test: $BERTH_BINARY, else the debug build."""
    path = Path(os.environ.get("BERTH_BINARY") or _REPOSITORY_ROOT / ".build/debug/berth").resolve()
    assert path.exists(), f"{path} does not exist: build Berth first, or set BERTH_BINARY"
    return path


def yaml(document: dict, indent: int = 0) -> str:
    """Block YAML of nested mappings; everything else is written as JSON, which YAML includes."""
    lines = []
    for key, value in document.items():
        if isinstance(value, dict) and value:
            lines.append(" " * indent + f"{json.dumps(key)}:\n" + yaml(value, indent + 2))
        else:
            lines.append(" " * indent + f"{json.dumps(key)}: {json.dumps(value)}\n")
    return "".join(lines)


def run(*arguments: str | Path, timeout: float = 30) -> subprocess.CompletedProcess:
    """Runs `berth` with these arguments to its end, output captured as text."""
    return subprocess.run(
        [binary(), *map(str, arguments)], capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL
    )


class Berth(Service):
    """One Berth with its store and configuration file in the scenario's directory.

    `configuration` is laid over the listener, admin and store keys that every scenario needs. Ports and store stay
    the same over stop, kill and start.
    """

    def __init__(self, directory: Path, configuration: dict, name: str = "berth"):
        super().__init__(name, directory)
        self.port, self.admin_port = free_port(), free_port()
        store = {"path": str(directory / f"{name}-store"), **configuration.get("store", {})}
        self.store = Path(store["path"])
        self.config_path = directory / f"{name}.yaml"
        self.configuration = {
            "listen": f"127.0.0.1:{self.port}",
            "admin": f"127.0.0.1:{self.admin_port}",
            **configuration,
            "store": store,
        }

    @property
    def address(self) -> Address:
        return ("127.0.0.1", self.port)

    @property
    def admin_address(self) -> Address:
        return ("127.0.0.1", self.admin_port)

    def command(self) -> list[str]:
        self.config_path.write_text(yaml(self.configuration))
        return [str(binary()), "serve", "--config", str(self.config_path)]

    def is_ready(self) -> bool:
        # /healthz says that all listeners are open and the store is usable.
        try:
            return exchange(self.admin_address, "GET", "/healthz", timeout=5).status == 200
        except OSError:
            return False

    # Requests

    def get(self, target: str, fields: Fields = (), *, timeout: float = 20) -> Response:
        return exchange(self.address, "GET", target, fields, timeout=timeout)

    def head(self, target: str, fields: Fields = (), *, timeout: float = 20) -> Response:
        return exchange(self.address, "HEAD", target, fields, timeout=timeout)

    def request(self, method: str, target: str, fields: Fields = (), body: bytes = b"") -> Response:
        return exchange(self.address, method, target, fields, body)

    def connect(self, **options: object) -> Connection:
        return Connection(self.address, **options)

    # What is kept

    def content_path(self, digest: str) -> Path:
        """Where published content stands (docs/architecture.md, On disk)."""
        algorithm, encoded = digest.split(":")
        return self.store / "content" / algorithm / encoded[:2] / encoded

    def forget_pages(self, digest: str) -> None:
        """Has the kernel drop the content's pages, where its file system can."""
        descriptor = os.open(self.content_path(digest), os.O_RDONLY)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)

    def metric(self, *names: str) -> float:
        """The sum of the series whose text begins with one of `names`, at one moment."""
        page = exchange(self.admin_address, "GET", "/metrics").body.decode()
        return sum(float(line.rsplit(" ", 1)[1]) for line in page.splitlines() if line.startswith(names))

    def readiness(self) -> Response:
        """What `/readyz` says."""
        return exchange(self.admin_address, "GET", "/readyz")

    def holds(self, digest: str) -> bool:
        return self.content_path(digest).exists()

    def staged(self) -> list[Path]:
        """Incomplete downloads on disk."""
        return [path for path in (self.store / "staging").rglob("*") if path.is_file()]

    def staged_bytes(self) -> int:
        """How many bytes of incomplete downloads are on disk."""
        return sum(path.stat().st_size for path in self.staged())

    def resident_bytes(self) -> int:
        """The process's resident memory now."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmRSS")

    def open_descriptors(self) -> int:
        """How many files and sockets the process has open."""
        folder = f"/proc/{self.pid}/fd"
        try:
            return len(list(Path(folder).iterdir()))
        except PermissionError:  # Its memory is not to be dumped, so that only root may look.
            return len(subprocess.check_output(["sudo", "-n", "ls", folder], text=True).split())


def upstream(*urls: str, **settings: object) -> dict:
    """An upstream's section of the configuration, with these endpoints."""
    return {"endpoints": list(urls), **settings}


def planted(secrets: Iterable[str], text: str) -> list[str]:
    """Which of the secrets occur in the text."""
    return [secret for secret in secrets if secret in text]

"""A process that a benchmark starts: on loopback, with its output in a file, ended with the benchmark."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class ChildError(Exception):
    """A process did not do what was waited for; the text has the end of its log."""


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nothing listens on, below the range that outgoing connections are given."""
    for port in range(20000 + os.getpid() % 4000, 32000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            if port not in _given:
                _given.add(port)
                return port
    raise ChildError("there is no free port")


_given: set[int] = set()


def listens(port: int) -> bool:
    """Whether something accepts connections at this port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def wait_until(condition: Callable[[], object], what: str, timeout: float = 20) -> None:
    """Returns once the condition holds; raises ChildError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise ChildError(f"waited {timeout:g} s in vain: {what}")
        time.sleep(0.005)


class Child:
    """One process. It ends with `stop`, and also when the benchmark itself dies."""

    def __init__(self, command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None):
        self.log = log
        self._command = [str(word) for word in command]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=log.parent,
                env={**os.environ, **(environment or {})},
                preexec_fn=_die_with_parent,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def wait_listening(self, port: int, timeout: float = 20) -> None:
        """Returns once it accepts connections."""

        def ready() -> bool:
            if not self.is_alive:
                raise ChildError(f"{self._command} ended with {self._process.returncode}:\n{self.tail()}")
            return listens(port)

        try:
            wait_until(ready, f"{self._command[0]} listening on {port}", timeout)
        except ChildError:
            self.kill()
            raise

    def stop(self, timeout: float = 10) -> None:
        """SIGTERM, then SIGKILL for one that takes too long."""
        if self.is_alive:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        if self.is_alive:
            self._process.kill()
        self._process.wait()

    def tail(self, lines: int = 30) -> str:
        """The end of what it wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

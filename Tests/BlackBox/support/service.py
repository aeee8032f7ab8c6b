"""A child process of a scenario: started, watched and ended by the test, with its output in a file.

Nothing here sleeps to synchronise: readiness and ends are polled as conditions, each with a deadline.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.005
_libc = ctypes.CDLL(None, use_errno=True)

# Below Linux's ephemeral range (32768…), so that no outgoing connection takes a port between our look and its use.
_port_candidates = itertools.cycle(range(15000 + os.getpid() % 9000, 32000))


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nothing listens on."""
    for port in _port_candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


def wait_until(condition: Callable[[], object], what: str, timeout: float = 10) -> object:
    """Returns the first truthy value of `condition`, or fails saying `what` never came about."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout:g} s in vain: {what}")
        time.sleep(_POLL_SECONDS)


def listens(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts connections at this port."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


class Service:
    """One child process. Subclasses give the command and the condition of readiness."""

    def __init__(self, name: str, directory: Path):
        self.name = name
        self.directory = directory
        self.directory.mkdir(parents=True, exist_ok=True)
        self.log_path = directory / f"{name}.log"
        self.process: subprocess.Popen | None = None
        self._log_start = 0
        self.was_ended_by_test = False

    def command(self) -> Sequence[str]:
        raise NotImplementedError

    def is_ready(self) -> bool:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """Variables added to the test's own environment."""
        return {}

    def passed_descriptors(self) -> Sequence[int]:
        """Descriptors of the test that the process gets, under the same numbers."""
        return ()

    def start(self, timeout: float = 15) -> None:
        """Starts the process and returns once it is ready; fails with its log if it ends before that."""
        assert not self.is_alive, f"{self.name} runs already"
        self.was_ended_by_test = False
        with self.log_path.open("ab") as log:
            self._log_start = log.tell()
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.directory,
                env={**os.environ, **self.environment()},
                pass_fds=self.passed_descriptors(),
                preexec_fn=_die_with_parent,
            )

        def ready_or_ended() -> bool:
            if self.process.poll() is not None:
                raise AssertionError(
                    f"{self.name} ended with {self.process.returncode} before it was ready; "
                    f"log {self.log_path}:\n{self.log_tail()}"
                )
            return self.is_ready()

        wait_until(ready_or_ended, f"{self.name} ready (log {self.log_path})", timeout)

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.name} was never started"
        return self.process.pid

    def terminate(self) -> None:
        """Sends SIGTERM and does not wait."""
        self.was_ended_by_test = True
        self.process.send_signal(signal.SIGTERM)

    def wait_ended(self, timeout: float = 30) -> int:
        """Waits for the end of the process and returns its status (negative: the signal that ended it)."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs {timeout:g} s later (log {self.log_path})") from None

    def stop(self, timeout: float = 30) -> int:
        """Ends the process with SIGTERM; returns its exit status."""
        if self.is_alive:
            self.terminate()
        return self.wait_ended(timeout)

    def kill(self) -> None:
        """Ends the process with SIGKILL, as a power cut would."""
        self.was_ended_by_test = True
        if self.is_alive:
            self.process.kill()
        self.process.wait()

    def clean_up(self) -> None:
        """At the end of a scenario: whatever still runs is killed."""
        if self.process is not None:
            self.kill()

    def log(self) -> str:
        """Everything written so far, by earlier runs too."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def log_of_this_run(self) -> str:
        """What has been written since the last start."""
        return self.log_path.read_bytes()[self._log_start :].decode(errors="replace")

    def log_tail(self, lines: int = 40) -> str:
        return "\n".join(self.log().splitlines()[-lines:])

    def testimony(self) -> tuple[str, str]:
        """A heading, and the end of the log."""
        state = "runs" if self.is_alive else "has ended"
        return f"{self.name} ({state}), end of {self.log_path}", self.log_tail()


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

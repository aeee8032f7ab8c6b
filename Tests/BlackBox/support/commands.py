"""Runs `berth`'s commands for operators as a user does: in a pipe, and on a terminal of its own."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence

from .berth import Berth, binary

FAILED, NOT_THERE, PARTIAL, USAGE, NO_SERVER, INTERRUPTED = 1, 2, 3, 64, 69, 130
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def without_colour(text: str) -> str:
    """The text without the terminal's escape sequences."""
    return _ESCAPE.sub("", text)


def order(berth: Berth, *arguments: str, status: int = 0, input: str | None = None, timeout: float = 20) -> Result:
    """Runs a command against a Berth, its output in pipes, and expects this exit status."""
    result = attempt(*arguments, "--admin", f"127.0.0.1:{berth.admin_port}", input=input, timeout=timeout)
    assert result.status == status, result
    return result


def answer(berth: Berth, *arguments: str, status: int = 0) -> dict:
    """What a command says with `--json`."""
    return json.loads(order(berth, *arguments, "--json", status=status).output)


class Result:
    """How a command ended and what it wrote."""

    def __init__(self, status: int, output: str, errors: str):
        self.status, self.output, self.errors = status, output, errors

    @property
    def lines(self) -> list[str]:
        return self.output.splitlines()

    def __repr__(self) -> str:
        return f"status {self.status}\n-- output\n{self.output}-- errors\n{self.errors}"


def attempt(
    *arguments: str, input: str | None = None, timeout: float = 20, environment: Mapping[str, str] | None = None
) -> Result:
    """Runs a command, whatever its end."""
    done = subprocess.run(
        [binary(), *arguments],
        input=input or "",
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**_clean_environment(), **(environment or {})},
    )
    return Result(done.returncode, done.stdout, done.stderr)


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("BERTH_ADMIN", "NO_COLOR")}


def _take_terminal() -> None:
    # The keys that mean signals reach those whose terminal it is.
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class OnTerminal:
    """A command on a terminal of its own."""

    def __init__(self, arguments: Sequence[str], columns: int = 100, rows: int = 30, **environment: str):
        self._leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [binary(), *arguments],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={**_clean_environment(), "TERM": "xterm-256color", **environment},
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(follower)
        self.text = ""

    def read_until(self, pattern: str, timeout: float = 20) -> str:
        """Reads until the text so far, without colours, has this; returns all of it, colours and all."""
        deadline = time.monotonic() + timeout
        while not re.search(pattern, without_colour(self.text)):
            assert self._read(deadline), f"{pattern!r} never came:\n{self.text!r}"
        return self.text

    def read_to_end(self, timeout: float = 20) -> int:
        """Reads until the command has ended; returns its status."""
        deadline = time.monotonic() + timeout
        while self._read(deadline):
            pass
        return self.process.wait(max(1, deadline - time.monotonic()))

    def press(self, keys: str) -> None:
        os.write(self._leader, keys.encode())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._leader)

    def __enter__(self) -> OnTerminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._leader], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self._leader, 65536)
        except OSError:  # EIO: the other end is closed
            return False
        self.text += data.decode(errors="replace")
        return bool(data)

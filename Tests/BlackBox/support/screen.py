"""A terminal as a person sees it: tmux runs a shell on it and tells what stands on its screen."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

from .berth import Berth, binary
from .service import wait_until

PROMPT = "$ "


class Screen:
    """A shell in tmux whose `berth` is the program under test and asks one Berth."""

    def __init__(self, directory: Path, berth: Berth, columns: int, rows: int):
        self._tmux = ["tmux", "-S", str(directory / "tmux"), "-f", "/dev/null"]
        environment = {**os.environ, "BERTH_ADMIN": f"127.0.0.1:{berth.admin_port}", "LC_ALL": "C.UTF-8"}
        for name in ("TMUX", "NO_COLOR"):
            environment.pop(name, None)
        size = ["-x", str(columns), "-y", str(rows)]
        shell = ["env", f"PS1={PROMPT}", "bash", "--norc", "--noprofile"]
        subprocess.run([*self._tmux, "new-session", "-d", *size, *shell], env=environment, check=True)
        self.columns = columns
        self.wait(lambda lines: lines == [PROMPT.strip()], "the shell is ready")
        self.order("berth() { " + shlex.quote(str(binary())) + ' "$@"; }; clear')
        self.wait(lambda lines: lines == [PROMPT.strip()], "it knows the program")

    def order(self, line: str) -> None:
        """Types a line."""
        self.press(line)
        self.press("Enter", is_name=True)

    def press(self, keys: str, *, is_name: bool = False) -> None:
        self._ask("send-keys", *([] if is_name else ["-l"]), keys)

    def resize(self, columns: int, rows: int) -> None:
        self._ask("resize-window", "-x", str(columns), "-y", str(rows))
        self.columns = columns

    def lines(self) -> list[str]:
        """What stands on it, without what is empty at the ends."""
        return self._ask("capture-pane", "-p").rstrip("\n").split("\n")

    def wait(self, condition, what: str, timeout: float = 20) -> list[str]:
        """Looks until the lines are so, and returns them."""
        seen: list[str] = []

        def holds() -> bool:
            nonlocal seen
            seen = [line.rstrip() for line in self.lines()]
            return condition(seen)

        try:
            wait_until(holds, what, timeout)
        except AssertionError as failure:
            raise AssertionError("\n".join([str(failure), *seen])) from None
        return seen

    def wait_for_prompt(self) -> list[str]:
        """Waits for the end of an order on a screen that was empty, or full of something else; returns what stands there,
        without the prompt at its end."""
        return self.wait(lambda lines: len(lines) > 1 and lines[-1] == PROMPT.strip(), "the prompt comes back")[:-1]

    def clean_up(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], capture_output=True)

    def testimony(self) -> tuple[str, str]:
        return "screen, at the end", "\n".join(self.lines())

    def _ask(self, *arguments: str) -> str:
        done = subprocess.run([*self._tmux, *arguments], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

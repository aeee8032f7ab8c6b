"""`faults.c` with what it needs, built, and how a program is started under it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


def build(directory: Path) -> Path:
    compiler = shutil.which("cc") or shutil.which("clang")
    if compiler is None:
        pytest.fail("no C compiler: install gcc")
    library = directory / "faults.so"
    sources = [Path(__file__).with_name(name) for name in ("faults.c", "standing.c", "unsynced.c")]
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, *sources, "-ldl", "-lpthread"], check=True)
    return library


@dataclass
class Fault:
    """What happens at which of the calls that change the store; or to all, while a file exists. Number 0 without such a
    file: nothing, they are only counted. With many `unwritten_bytes` small contents are synced one by one, not as a group."""

    number: int = 0
    kind: str = "kill"
    forever: bool = False
    while_exists: Path | None = None
    seed: int = 0
    unwritten_bytes: int = 0

    def environment(self, library: Path, under: Path, log: Path) -> dict[str, str]:
        variables = {
            "LD_PRELOAD": str(library),
            "FAULT_UNDER": str(under),
            "FAULT_LOG": str(log),
            "FAULT_KIND": self.kind,
            "FAULT_AT": str(self.number),
            "FAULT_SEED": str(self.seed),
            "FAULT_UNWRITTEN": str(self.unwritten_bytes),
        }
        if self.forever:
            variables["FAULT_FOREVER"] = "1"
        if self.while_exists is not None:
            variables["FAULT_WHILE"] = str(self.while_exists)
        return variables

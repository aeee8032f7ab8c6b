"""Programs that judge what is installed elsewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def output_of(*command: str | Path, timeout: float = 120, **options: object) -> str:
    """What the command prints; it must go well."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=timeout, **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def beside_python(name: str) -> Path:
    """A program of Tests/requirements.txt."""
    path = Path(sys.executable).parent / name
    assert path.exists(), f"{path} is missing: pip install --requirement Tests/requirements.txt"
    return path

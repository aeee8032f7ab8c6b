"""docs/upstreams.md has a matrix of trouble: at least forty rows, each of which names a test that there is."""

import re
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
DOCUMENT = TESTS.parent / "docs/upstreams.md"
ROW = re.compile(r"^\|.*\| `([^`]+\.py::[^`]+)` \|$", re.MULTILINE)


def named() -> set[str]:
    """The test of each row, as pytest names it. Where a row names no folder, it is this one."""
    rows = ROW.findall(DOCUMENT.read_text())
    return {row if "/" in row.split("::")[0] else f"BlackBox/{row}" for row in rows}


def collected(folder: str, files: set[str]) -> set[str]:
    """What pytest finds in these files. Folders are asked one by one: each has a conftest.py of its own."""
    collect = [sys.executable, "-m", "pytest", "--collect-only", "-q", *sorted(f"{folder}/{file}" for file in files)]
    return set(subprocess.run(collect, cwd=TESTS, capture_output=True, text=True, timeout=120).stdout.splitlines())


def test_each_row_is_a_test():
    rows = named()
    assert len(rows) >= 40
    files: dict[str, set[str]] = {}
    for row in rows:
        folder, file = row.split("::")[0].split("/")
        files.setdefault(folder, set()).add(file)
    found = set().union(*(collected(folder, names) for folder, names in files.items()))
    assert rows <= found, sorted(rows - found)

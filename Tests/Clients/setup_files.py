"""What `berth client-setup` prints and writes, taken as it is."""

from __future__ import annotations

import re
from pathlib import Path

from support.berth import run

_HEADING = re.compile(r"^==> (/\S+)( \(part of\))? <==$", re.MULTILINE)


def printed(engine: str, *arguments: str | Path) -> dict[str, str]:
    """The printed files: path → text."""
    done = run("client-setup", engine, *arguments)
    assert done.returncode == 0, done.stderr
    pieces = _HEADING.split(done.stdout)
    assert pieces[0] == "", "nothing stands before the first heading"
    # Behind each file comes the line end that `print` adds.
    return {path: text[1:-1] for path, text in zip(pieces[1::3], pieces[3::3], strict=True)}


def written(root: Path, engine: str, *arguments: str | Path) -> dict[str, Path]:
    """The same files, written under `root`: each is there as it was printed."""
    files = printed(engine, *arguments)
    done = run("client-setup", engine, *arguments, "--write", "--root", root)
    assert done.returncode == 0, done.stderr
    paths = {path: root / path.removeprefix("/") for path in files}
    for path, file in paths.items():
        assert file.read_text() == files[path], path
    return paths

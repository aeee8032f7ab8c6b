"""The commands that carry images from one Berth to another, and the tars that they read and write."""

from __future__ import annotations

import json
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path

from .berth import Berth, run


def export(berth: Berth, output: Path, *arguments: str | Path) -> subprocess.CompletedProcess:
    """`berth bundle export` through this Berth; all must go well."""
    done = run("bundle", "export", "--from", f"127.0.0.1:{berth.port}", "--output", output, *arguments)
    assert done.returncode == 0, done.stderr
    return done


def verify(archive: Path, *arguments: str | Path) -> subprocess.CompletedProcess:
    """`berth bundle verify`, however it ends."""
    return run("bundle", "verify", archive, *arguments)


def attempt_import(berth: Berth, archive: Path, *arguments: str | Path) -> subprocess.CompletedProcess:
    """`berth bundle import` into this Berth, however it ends."""
    return run("bundle", "import", archive, "--admin", f"127.0.0.1:{berth.admin_port}", *arguments)


def bring(berth: Berth, archive: Path, *arguments: str | Path) -> dict:
    """`berth bundle import`, which must go well; its report."""
    done = attempt_import(berth, archive, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def files(archive: Path) -> dict[str, bytes]:
    """What a tar holds; nothing but regular files may be there."""
    with tarfile.open(archive) as tar:
        assert all(entry.isreg() for entry in tar)
        return {entry.name: tar.extractfile(entry).read() for entry in tar}


def names(archive: Path) -> set[str]:
    """The names that a bundle's index gives its images."""
    index = json.loads(files(archive)["index.json"])
    annotations = [each.get("annotations", {}) for each in index["manifests"]]
    return {each["org.opencontainers.image.ref.name"] for each in annotations if each}


def held(berth: Berth) -> set[str]:
    """Every content file of a Berth's store, whole or not."""
    directories: Iterable[Path] = (berth.store / "content", berth.store / "staging")
    return {str(path) for directory in directories for path in directory.rglob("*") if path.is_file()}

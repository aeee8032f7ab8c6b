"""The programs under test, and those that belong to the bench. All are release builds."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .upstream import REPOSITORY_ROOT

_PRODUCTS = {
    "berth": "BERTH_BINARY",
    "scripted-upstream": "SCRIPTED_UPSTREAM_BINARY",
    "store-benchmark": "STORE_BENCHMARK_BINARY",
}


def build() -> None:
    """Builds what no variable names (BERTH_BINARY, SCRIPTED_UPSTREAM_BINARY)."""
    for product, variable in _PRODUCTS.items():
        if not os.environ.get(variable):
            print(f"Building {product} for release", flush=True)
            # As deploy/up and the package build it.
            command = ["swift", "build", "--configuration", "release", "--product", product, "--static-swift-stdlib"]
            subprocess.run(command, cwd=REPOSITORY_ROOT, check=True)


def scripted_upstream() -> Path:
    """$SCRIPTED_UPSTREAM_BINARY, else the release build."""
    return Path(os.environ.get("SCRIPTED_UPSTREAM_BINARY") or REPOSITORY_ROOT / ".build/release/scripted-upstream")


def store_benchmark() -> Path:
    """$STORE_BENCHMARK_BINARY, else the release build."""
    return Path(os.environ.get("STORE_BENCHMARK_BINARY") or REPOSITORY_ROOT / ".build/release/store-benchmark")

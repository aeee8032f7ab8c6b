"""drayage 0.2 (PyPI), a caching proxy in Rust. It speaks TLS only as an intercepting proxy, so not here.

Configured by the TOML that `drayage init` writes; names without a registry belong to [upstreams.docker_io].
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from harness.install import TOOLS

from .peer import Peer


def program() -> str | None:
    """On the PATH, or where the benchmark installed it."""
    return shutil.which("drayage", path=f"{TOOLS / 'bin'}:{os.environ.get('PATH', '')}")


class Drayage(Peer):
    name = "drayage"
    title = "drayage 0.2"
    speaks_tls = False

    @classmethod
    def missing(cls) -> str | None:
        return None if program() else "drayage (PyPI) is not installed"

    def command(self, tls: bool) -> list[str | Path]:
        path = self.directory / "drayage.toml"
        path.write_text(
            f'listen = "127.0.0.1:{self.port}"\n'
            f'cache_dir = "{self.store}"\n'
            "manifest_ttl_seconds = 600\n"
            "read_timeout_secs = 900\n"
            f"max_cache_bytes = {self.capacity or 0}\n"
            "eviction_interval_seconds = 5\n"
            f'[upstreams.docker_io]\nregistry = "{self.upstream.url}"\n'
        )
        return [program() or "drayage", "serve", "--config", path]

    def environment(self) -> dict[str, str]:
        return {"RUST_LOG": "error"}

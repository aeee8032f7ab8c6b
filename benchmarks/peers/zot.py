"""zot with on-demand sync, where somebody has it on the PATH. Debian and PyPI have no package of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from .peer import Peer


class Zot(Peer):
    name = "zot"
    title = "zot, sync on demand"
    keeps_tags = False

    @classmethod
    def missing(cls) -> str | None:
        return None if shutil.which("zot") else "zot is not on the PATH (no package has it; install it to compare)"

    def command(self, tls: bool) -> list[str | Path]:
        http: dict[str, object] = {"address": "127.0.0.1", "port": str(self.port), "compat": ["docker2s2"]}
        if tls:
            http["tls"] = {"cert": str(self.certificate.path), "key": str(self.certificate.key)}
        registry = {
            "urls": [self.upstream.url],
            "onDemand": True,
            "tlsVerify": False,
            "preserveDigest": True,
            "content": [{"prefix": "**"}],
        }
        configuration = {
            "storage": {"rootDirectory": str(self.store), "gc": False},
            "http": http,
            "log": {"level": "error"},
            "extensions": {"sync": {"enable": True, "registries": [registry]}},
        }
        path = self.directory / "zot.json"
        path.write_text(json.dumps(configuration))
        return ["zot", "serve", path]

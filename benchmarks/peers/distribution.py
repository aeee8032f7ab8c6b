"""CNCF distribution (Debian's docker-registry, 2.8) as a proxy. It asks upstream about every tag, every time."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from .peer import Peer


class Distribution(Peer):
    name = "distribution"
    title = "distribution 2.8"
    keeps_tags = False

    @classmethod
    def missing(cls) -> str | None:
        return None if shutil.which("docker-registry") else "docker-registry (Debian's package of that name) is not installed"

    def command(self, tls: bool) -> list[str | Path]:
        http: dict[str, object] = {"addr": f"127.0.0.1:{self.port}"}
        if tls:
            http["tls"] = {"certificate": str(self.certificate.path), "key": str(self.certificate.key)}
        configuration = {
            "version": "0.1",
            "log": {"level": "error", "accesslog": {"disabled": True}},
            "storage": {
                "filesystem": {"rootdirectory": str(self.store)},
                "cache": {"blobdescriptor": "inmemory"},
                "delete": {"enabled": True},
            },
            "http": http,
            "proxy": {"remoteurl": self.upstream.url},
        }
        path = self.directory / "distribution.yml"
        path.write_text(json.dumps(configuration))
        return ["docker-registry", "serve", path]

    def environment(self) -> dict[str, str]:
        return {"OTEL_TRACES_EXPORTER": "none"}

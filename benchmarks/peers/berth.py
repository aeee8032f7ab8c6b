"""Berth, the release build."""

from __future__ import annotations

import json
import os
from pathlib import Path

from harness.upstream import REPOSITORY_ROOT

from .peer import Peer


def program() -> Path:
    """$BERTH_BINARY, else the release build."""
    return Path(os.environ.get("BERTH_BINARY") or REPOSITORY_ROOT / ".build/release/berth").resolve()


class Berth(Peer):
    name = "berth"
    title = "Berth"
    prefetch = "none"

    @classmethod
    def missing(cls) -> str | None:
        return None if program().exists() else f"{program()} is not built"

    def command(self, tls: bool) -> list[str | Path]:
        listener: dict[str, object] = {"address": f"127.0.0.1:{self.port}"}
        if tls:
            listener["tls"] = {"certificate": str(self.certificate.path), "key": str(self.certificate.key)}
        store: dict[str, object] = {"path": str(self.store)}
        if self.capacity is not None:
            store["capacity"] = f"{self.capacity}B"
        # JSON is YAML. Tags are believed as long as nginx believes them.
        configuration = {
            "listen": [listener],
            "store": store,
            "prefetch": self.prefetch,
            # The upstream's token service listens on loopback, too.
            "upstreams": {
                "upstream.example": {
                    "endpoints": [self.upstream.url],
                    "tagFreshness": "10m",
                    "allowPrivateAddresses": True,
                }
            },
            "defaultUpstream": "upstream.example",
        }
        path = self.directory / "berth.yaml"
        path.write_text(json.dumps(configuration))
        return [program(), "serve", "--config", path]


class BerthPrefetchConfig(Berth):
    """Fetches the configuration ahead."""

    name = "berth-prefetch-config"
    title = "Berth, prefetch: config"
    prefetch = "config"
    is_optional = True


class BerthPrefetchLayers(Berth):
    """Fetches the configuration ahead, and the layers behind the first that is asked for."""

    name = "berth-prefetch-layers"
    title = "Berth, prefetch: layers"
    prefetch = "layers"
    is_optional = True

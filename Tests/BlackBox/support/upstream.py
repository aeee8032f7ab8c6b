"""The scripted upstream as the scenarios use it: filled with the tests' own images, its requests shown on failure."""

from __future__ import annotations

import os
from pathlib import Path

from .images import Content, Image, Index
from .scripted_upstream import ScriptedUpstream

_REPOSITORY_ROOT = Path(__file__).resolve().parents[3]

MANIFEST_KINDS = ("manifestGet", "manifestHead")
BLOB_KINDS = ("blobGet", "blobHead")


def binary() -> Path:
    """$SCRIPTED_UPSTREAM_BINARY, else the debug build."""
    path = Path(
        os.environ.get("SCRIPTED_UPSTREAM_BINARY") or _REPOSITORY_ROOT / ".build/debug/scripted-upstream"
    ).resolve()
    assert path.exists(), f"{path} does not exist: build it first, or set SCRIPTED_UPSTREAM_BINARY"
    return path


class Upstream(ScriptedUpstream):
    """A `scripted-upstream` that takes `support.images`. What it can be told is in docs/scripted-upstream.md."""

    def __init__(self, directory: Path, name: str = "upstream", **options: object):
        self.name = name
        self._log_path = directory / f"{name}.log"
        super().__init__(binary(), log=self._log_path, **options)

    def push(self, what: Image | Index, repository: str, *tags: str) -> None:
        """Adds blobs and manifests to the repository and points the tags at the topmost manifest."""
        for content in what.blobs:
            self.push_blob(content, repository)
        for manifest in what.manifests:
            self.push_manifest(manifest, repository)
        self.push_manifest(what.manifest, repository, *tags)

    def push_blob(self, content: Content, *repositories: str) -> None:
        assert self.blob(content.data, *repositories) == content.digest

    def push_manifest(self, content: Content, repository: str, *tags: str) -> None:
        assert self.manifest(repository, content.data, *tags, media_type=content.media_type) == content.digest

    def gets(self, digest: str) -> int:
        """How often the digest was asked for by GET at the registry."""
        return self.counters().digest(digest).gets

    def bytes_of(self, digest: str) -> int:
        """How many body bytes of the digest were sent, from registry and storage together."""
        return self.counters().digest(digest).bytes

    def strangers(self) -> list:
        """What arrived where nothing should: at the recorder."""
        return self.requests(origin="recorder")

    # For support.evidence

    def clean_up(self) -> None:
        self.stop()

    def testimony(self) -> tuple[str, str]:
        """A heading, and the requests that it saw."""
        try:
            seen = [
                f"{each.origin} {each.method} {each.path}{'?' if each.query else ''}{each.query} -> {each.status}"
                f" {each.bytes_sent} bytes, {each.outcome}, rules {each.rules}"
                for each in self.requests()
            ]
        except OSError:
            seen = ["(has ended)"]
        return f"{self.name}: requests", "\n".join(seen[-60:])

"""Debian's docker-registry (package docker-registry 2.8.2) as a real upstream, loaded through its own API."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .http import exchange
from .images import Content, Image, Index
from .service import Service, free_port, listens

_ACCESS_LINE = re.compile(r'"(GET|HEAD|PUT|POST|PATCH|DELETE) (\S+) HTTP/1\.[01]" (\d{3}) (\d+)')


@dataclass(frozen=True)
class AccessEntry:
    """One line of the registry's access log."""

    method: str
    target: str
    status: int
    bytes: int


class DockerRegistry(Service):
    """A registry with filesystem storage on a free port. It keeps its port and content over stop and start."""

    def __init__(self, directory: Path, name: str = "docker-registry"):
        super().__init__(name, directory)
        assert shutil.which("docker-registry"), "docker-registry is missing: apt-get install docker-registry"
        self.port = free_port()
        self.address = ("127.0.0.1", self.port)
        self.url = f"http://127.0.0.1:{self.port}"
        self._config = directory / f"{name}.yml"
        self._config.write_text(
            "version: 0.1\n"
            "log: {level: warn, accesslog: {disabled: false}}\n"
            f"storage: {{filesystem: {{rootdirectory: {json.dumps(str(directory / f'{name}-storage'))}}}}}\n"
            f"http: {{addr: '127.0.0.1:{self.port}', secret: berth-tests}}\n"
        )

    def command(self) -> list[str]:
        return ["docker-registry", "serve", str(self._config)]

    def is_ready(self) -> bool:
        return listens(self.port)

    def push(self, what: Image | Index, repository: str, *tags: str) -> None:
        """Uploads blobs and manifests; the topmost manifest also under each of these tags."""
        for blob in {blob.digest: blob for blob in what.blobs}.values():
            self.push_blob(blob, repository)
        for manifest in what.manifests:
            self.push_manifest(manifest, repository, manifest.digest)
        for tag in tags:
            self.push_manifest(what.manifest, repository, tag)

    def push_blob(self, blob: Content, repository: str) -> None:
        begun = exchange(self.address, "POST", f"/v2/{repository}/blobs/uploads/", [("Content-Length", "0")])
        assert begun.status == 202, begun
        location = begun["Location"].removeprefix(self.url)
        done = exchange(self.address, "PUT", f"{location}&digest={blob.digest}", body=blob.data)
        assert done.status == 201, done

    def push_manifest(self, manifest: Content, repository: str, reference: str) -> None:
        done = exchange(
            self.address,
            "PUT",
            f"/v2/{repository}/manifests/{reference}",
            [("Content-Type", manifest.media_type)],
            manifest.data,
        )
        assert done.status == 201, done

    def accesses(self) -> list[AccessEntry]:
        """All requests so far; slices of it tell what one step of a scenario cost."""
        return [
            AccessEntry(method, target, int(status), int(size))
            for method, target, status, size in _ACCESS_LINE.findall(self.log())
        ]

"""A client that asks for three blobs at a time, as dockerd and Kubernetes' containerd do unless they are told otherwise."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse

from ..clients import MANIFEST_ACCEPT
from ..origin import Origin, blob_path, manifest_path
from .engine import PULL_TIMEOUT, Engine

_AT_ONCE = 3
_PIECE = 1 << 20


class ThreeAtOnce(Engine):
    """Resolves the tag by HEAD, gets the manifest by digest, then configuration and layers; keeps digests alone."""

    name = "three"

    def __init__(self, directory):
        super().__init__(directory)
        self._held: set[str] = set()

    @classmethod
    def missing(cls) -> str | None:
        return None

    def forget(self) -> None:
        self._held.clear()

    def pull(self, origin: Origin, repository: str, tag: str) -> None:
        connection = HTTPConnection(origin.host, origin.port, timeout=PULL_TIMEOUT)
        found = self._ask(connection, "HEAD", manifest_path(repository, tag))
        found.read()
        answer = self._ask(connection, "GET", manifest_path(repository, found.headers["Docker-Content-Digest"]))
        manifest = json.loads(answer.read())
        connection.close()
        blobs = [each["digest"] for each in (manifest["config"], *manifest["layers"])]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda digest: self._fetch(origin, repository, digest), blobs))

    def _fetch(self, origin: Origin, repository: str, digest: str) -> None:
        if digest in self._held:
            return
        connection = HTTPConnection(origin.host, origin.port, timeout=PULL_TIMEOUT)
        answer = self._ask(connection, "GET", blob_path(repository, digest))
        seen = hashlib.sha256()
        while piece := answer.read(_PIECE):
            seen.update(piece)
        connection.close()
        if digest != f"sha256:{seen.hexdigest()}":
            raise ValueError(f"what came is not {digest}")
        self._held.add(digest)

    def _ask(self, connection: HTTPConnection, method: str, path: str) -> HTTPResponse:
        connection.request(method, path, headers={"Accept": MANIFEST_ACCEPT})
        answer = connection.getresponse()
        if answer.status != 200:
            raise ValueError(f"{method} {path}: {answer.status}")
        return answer

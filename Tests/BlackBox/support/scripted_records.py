"""What the scripted upstream tells of its images and of the requests it saw."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = Any


def snake(name: str) -> str:
    """`bytesSent` as `bytes_sent`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


@dataclass(frozen=True)
class Layer:
    """A layer of `size` bytes of noise that `seed` determines."""

    size: int
    seed: int = 0


@dataclass(frozen=True)
class Referrer:
    """An artifact that refers to an image."""

    artifact_type: str
    annotations: Mapping[str, str] = field(default_factory=dict)
    layer: Layer = Layer(64)


@dataclass(frozen=True)
class PlatformImage:
    """One platform's part of an image; all are digests but `platform`."""

    platform: str
    manifest: str
    config: str
    layers: list[str]


@dataclass(frozen=True)
class Image:
    """The digests of an image that was made. `digest` is what the tag points at."""

    repository: str
    tag: str | None
    digest: str
    index: str | None
    manifests: list[PlatformImage]
    referrers: list[str]

    @property
    def config(self) -> str:
        """The first platform's configuration."""
        return self.manifests[0].config

    @property
    def layers(self) -> list[str]:
        """The first platform's layers."""
        return self.manifests[0].layers

    @property
    def blobs(self) -> list[str]:
        """Every configuration and layer, each once."""
        return list(dict.fromkeys(d for m in self.manifests for d in [m.config, *m.layers]))


@dataclass(frozen=True)
class Request:
    """One request that the tool has seen. Times are those of `time.monotonic_ns()`, 0 for what has not happened."""

    id: int
    origin: str
    connection: int
    kind: str
    repository: str
    reference: str
    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: str
    status: int
    bytes_sent: int
    started_at: int
    first_byte_at: int
    ended_at: int
    outcome: str
    was_held: bool
    was_stalled: bool
    rules: list[int]
    credential: str

    def header(self, name: str) -> str | None:
        """A header field's value, several joined by commas; None if there is none."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


@dataclass(frozen=True)
class DigestCounters:
    """What was asked and sent of one digest."""

    gets: int = 0
    heads: int = 0
    redirect_targets: int = 0
    bytes: int = 0


class Counters:
    """Sums over the requests since the last reset."""

    def __init__(self, document: JSON) -> None:
        self.document = document
        """All of it, as the tool gave it."""

    def count(self, kind: str) -> int:
        """Requests of a kind (`manifestGet`, `blobHead`, `token`, …)."""
        return self.document["requests"].get(kind, 0)

    def bytes(self, kind: str) -> int:
        """Body bytes sent to requests of a kind."""
        return self.document["bytes"].get(kind, 0)

    def status(self, status: int) -> int:
        """Answers of a status."""
        return self.document["statuses"].get(str(status), 0)

    def peak(self, kind: str) -> int:
        """The most requests of a kind that were being answered at once."""
        return self.document["peakInFlight"].get(kind, 0)

    def in_flight(self, kind: str) -> int:
        """Requests of a kind that are being answered now."""
        return self.document["inFlight"].get(kind, 0)

    def digest(self, digest: str) -> DigestCounters:
        """What was asked and sent of a digest."""
        found = self.document["digests"].get(digest, {})
        return DigestCounters(**{snake(key): value for key, value in found.items()})

    def connections(self, origin: str = "registry") -> int:
        """Connections accepted by an origin."""
        return self.document["connections"].get(origin, {}).get("accepted", 0)

    def open_connections(self, origin: str = "registry") -> int:
        """Connections to an origin that are open now."""
        return self.document["connections"].get(origin, {}).get("open", 0)

    @property
    def total(self) -> int:
        """Requests of every kind but those to the recorder."""
        return sum(n for kind, n in self.document["requests"].items() if kind != "recorder")

    def __repr__(self) -> str:
        return f"Counters({json.dumps(self.document, indent=1)})"

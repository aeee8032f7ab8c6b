"""What the actors of the soak share: the images, the Berth, and everything that must not be."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

from support import images
from support.images import Content, Image

MIB = 1 << 20
REPOSITORIES = ("library/app", "acme/tools", "acme/data")


@dataclass(frozen=True)
class Published:
    """An image in a repository of the upstream."""

    repository: str
    tag: str
    image: Image

    @property
    def contents(self) -> tuple[Content, ...]:
        return (self.image.manifest, *self.image.blobs)


def publish(upstream) -> list[Published]:
    """Three times as much as the store takes: small images, and some with a layer of megabytes."""
    published = []
    for number in range(60):
        image = images.single(f"soak-{number}")
        if number % 3 == 0:
            layer = Content(images.OCI_LAYER, images.noise(f"soak-{number}", (2 + number % 7) * MIB))
            config = image.config
            manifest = images.json_content(
                images.OCI_MANIFEST,
                {
                    "schemaVersion": 2,
                    "mediaType": images.OCI_MANIFEST,
                    "config": config.descriptor(),
                    "layers": [layer.descriptor()],
                },
            )
            image = Image(manifest, config, (layer,))
        repository = REPOSITORIES[number % len(REPOSITORIES)]
        upstream.push(image, repository, f"v{number}")
        published.append(Published(repository, f"v{number}", image))
    return published


@dataclass
class World:
    """`violations` is what the soak fails by; `outcomes` counts answers by status, for the report."""

    berth: object
    upstream: object
    published: list[Published]
    seed: int
    violations: list[str] = field(default_factory=list)
    outcomes: Counter = field(default_factory=Counter)
    #: Set while a round runs; actors stop when it is cleared.
    running: threading.Event = field(default_factory=threading.Event)
    #: Set while no Berth is expected to listen.
    is_down: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def chance(self, name: str) -> random.Random:
        return random.Random(f"{self.seed} {name}")

    def count(self, what: str) -> None:
        with self._lock:
            self.outcomes[what] += 1

    def violation(self, what: str) -> None:
        with self._lock:
            self.violations.append(what)

"""A day's comings and goings in minutes: many contents, some far more popular than others, in a store that is too small.

Shows whether memory settles, and whether the store stays within its bounds.
"""

from __future__ import annotations

import random

from harness import accounting, clients
from harness.origin import blob_path
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer

_CONNECTIONS = 32
_CAPACITY_SHARE = 0.2
_PARTS = 5
"""The requests are sent in so many parts; growth counts from the end of the first."""


class Churn(Workload):
    name = "churn"
    title = "Churn: popular and rare blobs, a store that holds a fifth of them"
    rounds = 1
    needs_cache = True

    def cases(self) -> list[Case]:
        return [Case("zipf", f"{self.requests:,} requests for {self.contents:,} blobs of 64 KiB".replace(",", " "))]

    @property
    def contents(self) -> int:
        return self.pick(10_000, 100)

    @property
    def requests(self) -> int:
        return self.pick(200_000, 1_000)

    @property
    def capacity(self) -> int:
        """Bytes."""
        return int(self.contents * (64 << 10) * _CAPACITY_SHARE)

    def fill(self) -> None:
        digests = self.upstream.small_blobs(self.contents, 64 << 10, REPOSITORY)
        order = random.Random(1)
        weights = [1 / rank for rank in range(1, len(digests) + 1)]
        self.paths = [blob_path(REPOSITORY, digest) for digest in order.choices(digests, weights, k=self.requests)]

    def enter(self, peer: Peer) -> None:
        peer.capacity = self.capacity
        peer.start(fresh=True)

    def measure(self, peer: Peer, case: Case) -> Figures:
        size = len(self.paths) // _PARTS
        file = self.directory / "paths"
        memories: list[accounting.Memory] = []
        wall = 0.0
        with self.meter(peer, settle=1.0) as meter:
            for part in range(_PARTS):
                file.write_text("\n".join(self.paths[part * size : (part + 1) * size]))
                done = clients.request(peer.origin, file, connections=_CONNECTIONS, timeout=300)
                memories.append(accounting.memory(peer.processes))
                wall += done.wall
        return {
            **meter.per_request(len(self.paths), wall),
            "hit_share": 1 - meter.traffic.gets / len(self.paths),
            "resident_mb": memories[-1].resident / 1e6,
            "anonymous_mb": memories[-1].anonymous / 1e6,
            "growth_mb": (memories[-1].anonymous - memories[0].anonymous) / 1e6,
            "store_mb": sum(path.stat().st_blocks * 512 for path in peer.files(minimum=0)) / 1e6,
        }

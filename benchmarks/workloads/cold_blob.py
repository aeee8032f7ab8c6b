"""A large blob that is not held: first byte, total, and what it costs to fetch, verify and keep it."""

from __future__ import annotations

import os

from harness import clients
from harness.origin import blob_path
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer

_SLOW = 50_000_000


class ColdBlob(Workload):
    name = "cold-blob"
    title = "Cold: a blob of 1 GiB"
    rounds = 3
    needs_cache = True
    optional_peers = ("direct",)

    def cases(self) -> list[Case]:
        return [
            Case("unthrottled", "upstream as fast as it can"),
            Case("50-MB-s", "upstream at 50 MB/s", rounds=2),
        ]

    def fill(self) -> None:
        self.size = self.pick(1 << 30, 4 << 20)
        self.digest = self.upstream.generated_blob(self.size, 1, REPOSITORY)
        self.path = blob_path(REPOSITORY, self.digest)
        self.warm_up = blob_path(REPOSITORY, self.upstream.generated_blob(1 << 16, 2, REPOSITORY))
        self.verified: set[str] = set()

    def enter(self, peer: Peer) -> None:
        """Each round starts the peer anew."""

    def measure(self, peer: Peer, case: Case) -> Figures:
        peer.start(fresh=True)
        # Another cold blob first: connections are open, and code that runs once has run.
        clients.download(peer.origin, [{"path": self.warm_up}], timeout=30)
        os.sync()
        if case.name == "50-MB-s":
            self.upstream.on("blobGet", reference=self.digest, throttle=_SLOW)
        try:
            with self.meter(peer, settle=self.pick(1.0, 0.2)) as meter:
                bodies = clients.download(peer.origin, [{"path": self.path}], timeout=180)
        finally:
            self.upstream.remove_rules()
        self.verify(peer)
        peer.stop()
        request = bodies.requests[0]
        times = {"first_byte_ms": request["first_byte"] * 1e3, "total_s": request["total"]}
        return {**meter.per_byte(self.size, request["total"]), **times, "upstream_copies": meter.traffic.bytes / self.size}

    def verify(self, peer: Peer) -> None:
        """What was kept is right; looked at once for each peer."""
        if peer.name in self.verified:
            return
        self.verified.add(peer.name)
        bodies = clients.download(peer.origin, [{"path": self.path, "sha256": True}], timeout=180)
        if bodies.requests[0]["digest"] != self.digest:
            raise clients.ClientError("wrong bytes")

    def problems(self, results) -> list[str]:
        copies = results.values(self.name, "unthrottled", "berth", "upstream_copies")
        return [f"Berth fetched {each:g} times the bytes" for each in copies if each != 1]

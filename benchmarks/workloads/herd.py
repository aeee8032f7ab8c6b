"""Many clients at the same moment: on one cold blob, and on cold images that share layers."""

from __future__ import annotations

import os

from harness import clients
from harness.origin import blob_path, manifest_path
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer

_CLIENTS = 50


class Herd(Workload):
    name = "herd"
    title = "Herd: 50 clients at once, upstream at 50 MB/s a request"
    rounds = 3
    needs_cache = True
    optional_peers = ("direct",)

    def cases(self) -> list[Case]:
        return [
            Case("one-blob", f"all on one cold blob of {self.blob_bytes // 1_000_000} MB (directly: one client)"),
            Case("images", "each on an image of its own; the images share three of their four layers"),
        ]

    @property
    def blob_bytes(self) -> int:
        return self.pick(250_000_000, 5_000_000)

    @property
    def layer_bytes(self) -> int:
        return self.pick(8_000_000, 200_000)

    def fill(self) -> None:
        self.digest = self.upstream.generated_blob(self.blob_bytes, 1, REPOSITORY)
        self.warm_up = blob_path(REPOSITORY, self.upstream.generated_blob(1 << 16, 2, REPOSITORY))
        shared = [(self.layer_bytes, seed) for seed in (11, 12, 13)]
        self.images = [
            self.upstream.image(REPOSITORY, f"image-{number}", layers=[*shared, (self.layer_bytes // 8, 100 + number)])
            for number in range(_CLIENTS)
        ]
        # The configurations differ because the last layer does.
        self.distinct = {blob for image in self.images for blob in image.blobs}
        self.distinct_bytes = 3 * self.layer_bytes + _CLIENTS * (self.layer_bytes // 8)

    def enter(self, peer: Peer) -> None:
        """Each round starts the peer anew."""

    def measure(self, peer: Peer, case: Case) -> Figures:
        peer.start(fresh=True)
        clients.download(peer.origin, [{"path": self.warm_up}], timeout=30)
        os.sync()
        self.upstream.on("blobGet", throttle=50_000_000)
        try:
            return self.blob(peer) if case.name == "one-blob" else self.pull_images(peer)
        finally:
            self.upstream.remove_rules()
            peer.stop()

    def blob(self, peer: Peer) -> Figures:
        count = _CLIENTS if peer.is_cache else 1
        with self.meter(peer, settle=0.3) as meter:
            bodies = clients.download(peer.origin, [{"path": blob_path(REPOSITORY, self.digest)}] * count, timeout=120)
        return {
            "first_byte_ms": max(bodies.values("first_byte")) * 1e3,
            "total_s": max(bodies.values("total")),
            **meter.figures(),
            "upstream_copies": meter.traffic.bytes / self.blob_bytes,
        }

    def pull_images(self, peer: Peer) -> Figures:
        """As engines do it: manifests by tag, then all of an image's blobs at once."""
        manifests = [manifest_path(REPOSITORY, f"image-{number}") for number in range(_CLIENTS)]
        requests = [{"path": blob_path(REPOSITORY, blob)} for image in self.images for blob in image.blobs]
        with self.meter(peer, settle=0.3) as meter:
            first = clients.request(peer.origin, manifests, connections=_CLIENTS, timeout=60)
            bodies = clients.download(peer.origin, requests, timeout=120)
        return {
            "total_s": first.wall + bodies.wall,
            **meter.figures(),
            "upstream_copies": meter.traffic.bytes / self.distinct_bytes,
        }

    def problems(self, results) -> list[str]:
        found = []
        expected = {"one-blob": 1, "images": _CLIENTS + len(self.distinct)}
        for case, count in expected.items():
            for asked in results.values(self.name, case, "berth", "upstream_requests"):
                if asked != count:
                    found.append(f"{case}: Berth made {asked:g} requests upstream instead of {count}")
        return found

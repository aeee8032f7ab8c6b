"""Many small things that are not held."""

from __future__ import annotations

import os

from harness import clients
from harness.origin import blob_path, manifest_path
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer

_BLOB_BYTES = 4 << 10
_CONNECTIONS = 32


class ColdSmall(Workload):
    name = "cold-small"
    title = "Cold: many manifests, many blobs of 4 KiB, 32 keep-alive connections"
    rounds = 3
    needs_cache = True
    optional_peers = ("direct",)

    def cases(self) -> list[Case]:
        manifests, few, many = self.counts
        return [
            Case("manifests", f"{manifests:,} manifests by tag".replace(",", " ")),
            Case("blobs", f"{few:,} blobs".replace(",", " ")),
            Case("many-blobs", f"{many:,} blobs".replace(",", " ")),
        ]

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.pick((2_000, 10_000, 100_000), (40, 60, 100))

    def fill(self) -> None:
        manifests, few, many = self.counts
        tags = []
        for number in range(manifests):
            self.upstream.image(REPOSITORY, f"tag-{number}", layers=[(64, number)])
            tags.append(f"tag-{number}")
        blobs = self.upstream.small_blobs(many, _BLOB_BYTES, REPOSITORY)
        self.paths = {
            "manifests": [manifest_path(REPOSITORY, tag) for tag in tags],
            "blobs": [blob_path(REPOSITORY, digest) for digest in blobs[:few]],
            "many-blobs": [blob_path(REPOSITORY, digest) for digest in blobs],
        }
        self.warm_up = self.upstream.generated_blob(1 << 16, 2, REPOSITORY)

    def enter(self, peer: Peer) -> None:
        """Each round starts the peer anew."""
        peer.sets_stores_aside = True

    def measure(self, peer: Peer, case: Case) -> Figures:
        peer.start(fresh=True)
        clients.download(peer.origin, [{"path": blob_path(REPOSITORY, self.warm_up)}], timeout=30)
        os.sync()
        paths = self.paths[case.name]
        file = self.directory / "paths"
        file.write_text("\n".join(paths))
        with self.meter(peer, settle=self.pick(0.5, 0.2)) as meter:
            done = clients.request(peer.origin, file, connections=_CONNECTIONS, timeout=420)
        peer.stop()
        times = {"p50_ms": done.p50 * 1e3, "p99_ms": done.p99 * 1e3, "client_cpu_s": done.cpu}
        return {**meter.per_request(done.count, done.wall), **times}

    def problems(self, results) -> list[str]:
        found = []
        for case in self.cases():
            expected = len(self.paths[case.name])
            for asked in results.values(self.name, case.name, "berth", "upstream_requests"):
                if asked != expected:
                    found.append(f"{case.name}: Berth made {asked:g} requests for {expected} contents")
        return found

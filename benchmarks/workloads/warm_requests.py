"""Small answers from what is held, over 64 keep-alive connections."""

from __future__ import annotations

from harness import clients
from harness.origin import blob_path, manifest_path
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer
from peers.nginx_static import NginxStatic

_CONNECTIONS = 64


class WarmRequests(Workload):
    name = "warm-requests"
    title = "Warm: manifests and small blobs, 64 keep-alive connections"

    def cases(self) -> list[Case]:
        return [
            Case("manifest-digest", "GET of a manifest by digest"),
            Case("manifest-tag", "GET of a manifest by tag"),
            Case("head-tag", "HEAD of a manifest by tag"),
            Case("blob-10k", "GET of a blob of 10 KiB"),
        ]

    def fill(self) -> None:
        image = self.upstream.image(REPOSITORY, "1", layers=[(10 << 10, seed) for seed in range(8)])
        self.paths = {
            "manifest-digest": manifest_path(REPOSITORY, image.digest),
            "manifest-tag": manifest_path(REPOSITORY, "1"),
            "head-tag": manifest_path(REPOSITORY, "1"),
            "blob-10k": blob_path(REPOSITORY, image.layers[0]),
        }

    def enter(self, peer: Peer) -> None:
        peer.start(fresh=True)
        if isinstance(peer, NginxStatic):
            peer.place(self.paths.values())
        for _ in range(2):
            clients.request(peer.origin, list(self.paths.values()), connections=1, timeout=30)

    def measure(self, peer: Peer, case: Case) -> Figures:
        seconds = self.pick(5, 1)
        with self.meter(peer) as meter:
            if case.name == "head-tag":
                # wrk waits for a body after HEAD.
                done = clients.request(
                    peer.origin,
                    [self.paths[case.name]],
                    method="HEAD",
                    connections=_CONNECTIONS,
                    seconds=seconds,
                    timeout=seconds + 20,
                )
            else:
                done = clients.wrk(peer.origin, self.paths[case.name], connections=_CONNECTIONS, seconds=seconds)
        times = {"p50_ms": done.p50 * 1e3, "p99_ms": done.p99 * 1e3}
        return {**meter.per_request(done.count, done.wall), **times}

    def problems(self, results) -> list[str]:
        return self.misses(results)

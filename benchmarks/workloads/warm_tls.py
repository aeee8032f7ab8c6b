"""What is held, over TLS 1.3."""

from __future__ import annotations

from harness import clients
from harness.origin import blob_path, manifest_path
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer
from peers.nginx_static import NginxStatic


class WarmTLS(Workload):
    name = "warm-tls"
    title = "Warm, over TLS: a blob of 1 GiB (64 clients: 128 MiB) and a manifest"
    needs_tls = True
    rounds = 3

    def cases(self) -> list[Case]:
        blobs = [Case(f"{count}-clients", f"blob, {count} at once" if count > 1 else "blob, one client") for count in (1, 8, 64)]
        return [*blobs, Case("manifest-digest", "GET of a manifest by digest, 64 keep-alive connections")]

    def fill(self) -> None:
        large = self.upstream.generated_blob(self.pick(1 << 30, 4 << 20), 1, REPOSITORY)
        smaller = self.upstream.generated_blob(self.pick(128 << 20, 1 << 20), 2, REPOSITORY)
        image = self.upstream.image(REPOSITORY, "1", layers=[(10 << 10, seed) for seed in range(8)])
        self.paths = {
            "1-clients": blob_path(REPOSITORY, large),
            "8-clients": blob_path(REPOSITORY, large),
            "64-clients": blob_path(REPOSITORY, smaller),
            "manifest-digest": manifest_path(REPOSITORY, image.digest),
        }

    def enter(self, peer: Peer) -> None:
        peer.start(fresh=True)
        if isinstance(peer, NginxStatic):
            peer.place(self.paths.values())
        clients.request(peer.origin, list(self.paths.values()), connections=1, timeout=120)
        peer.start(tls=True)

    def measure(self, peer: Peer, case: Case) -> Figures:
        path = self.paths[case.name]
        if case.name == "manifest-digest":
            with self.meter(peer) as meter:
                done = clients.wrk(peer.origin, path, connections=64, seconds=self.pick(5, 1))
            times = {"p50_ms": done.p50 * 1e3, "p99_ms": done.p99 * 1e3}
            return {**meter.per_request(done.count, done.wall), **times}
        count = int(case.name.split("-")[0])
        request = {"path": path, "repeat": self.pick(3, 0)}
        with self.meter(peer) as meter:
            bodies = clients.download(peer.origin, [request] * count, timeout=180, processes=2)
        return {**meter.per_byte(bodies.bytes, bodies.wall), "client_cpu_s": bodies.cpu}

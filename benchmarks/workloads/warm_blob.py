"""A large blob from what is held, read by 1, 8 and 64 clients."""

from __future__ import annotations

from harness import clients
from harness.origin import blob_path
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer
from peers.nginx_static import NginxStatic


class WarmBlob(Workload):
    name = "warm-blob"
    title = "Warm: a blob of 1 GiB"

    def cases(self) -> list[Case]:
        return [Case(f"{count}-clients", f"{count} at once" if count > 1 else "one client") for count in (1, 8, 64)]

    def fill(self) -> None:
        self.size = self.pick(1 << 30, 4 << 20)
        self.digest = self.upstream.generated_blob(self.size, 1, REPOSITORY)
        self.path = blob_path(REPOSITORY, self.digest)

    def enter(self, peer: Peer) -> None:
        peer.start(fresh=True)
        if isinstance(peer, NginxStatic):
            peer.place([self.path])
        # The first fills the cache; the second shows that what is served from there is right.
        for _ in range(2):
            bodies = clients.download(peer.origin, [{"path": self.path, "sha256": True}], timeout=120)
            if bodies.requests[0]["digest"] != self.digest:
                raise clients.ClientError("wrong bytes")

    def measure(self, peer: Peer, case: Case) -> Figures:
        count = int(case.name.split("-")[0])
        request = {"path": self.path, "repeat": self.pick(3, 0)}
        with self.meter(peer) as meter:
            bodies = clients.download(peer.origin, [request] * count, timeout=120)
        return {**meter.per_byte(bodies.bytes, bodies.wall), "client_cpu_s": bodies.cpu}

    def problems(self, results) -> list[str]:
        return self.misses(results)

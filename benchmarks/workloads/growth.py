"""How what a hit costs grows with what is asked for and with how many ask at once."""

from __future__ import annotations

from harness import clients
from harness.origin import blob_path
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer
from peers.nginx_static import NginxStatic

_SIZES = {"4 KiB": 4 << 10, "32 KiB": 32 << 10, "256 KiB": 256 << 10, "2 MiB": 2 << 20, "16 MiB": 16 << 20}
_CONNECTIONS = (1, 8, 64, 512)
_USUAL_SIZE = "4 KiB"
_USUAL_CONNECTIONS = 16


class Growth(Workload):
    name = "growth"
    title = "Warm: blobs of growing size, growing numbers of connections"
    rounds = 3

    def cases(self) -> list[Case]:
        sizes = [
            Case(f"size-{size}", f"GET of a blob of {text}, {_USUAL_CONNECTIONS} connections") for text, size in _SIZES.items()
        ]
        numbers = [Case(f"connections-{count}", f"GET of a blob of {_USUAL_SIZE}, {count} at once") for count in _CONNECTIONS]
        return self.pick(sizes + numbers, sizes[-2:] + numbers[-1:])

    def fill(self) -> None:
        blobs = {size: self.upstream.generated_blob(size, 400 + seed, REPOSITORY) for seed, size in enumerate(_SIZES.values())}
        self.paths = {f"size-{size}": blob_path(REPOSITORY, digest) for size, digest in blobs.items()}
        usual = self.paths[f"size-{_SIZES[_USUAL_SIZE]}"]
        self.paths |= {f"connections-{count}": usual for count in _CONNECTIONS}

    def enter(self, peer: Peer) -> None:
        peer.start(fresh=True)
        paths = set(self.paths.values())
        if isinstance(peer, NginxStatic):
            peer.place(paths)
        for _ in range(2):
            clients.download(peer.origin, [{"path": path} for path in sorted(paths)], timeout=60)

    def measure(self, peer: Peer, case: Case) -> Figures:
        kind, number = case.name.split("-")
        connections = int(number) if kind == "connections" else _USUAL_CONNECTIONS
        with self.meter(peer) as meter:
            done = clients.wrk(peer.origin, self.paths[case.name], connections=connections, seconds=self.pick(3, 1))
        figures = meter.per_request(done.count, done.wall)
        if kind == "size":
            figures |= meter.per_byte(done.count * int(number), done.wall)
        return {**figures, "p50_ms": done.p50 * 1e3, "p99_ms": done.p99 * 1e3}

    def problems(self, results) -> list[str]:
        return self.misses(results)

"""Small answers from memory while other clients read blobs that must come from the disk.

Stands for a store larger than memory: before each read of a blob, its file is dropped from the page cache. Manifests
and small blobs are asked for at a steady rate, and latency counts from when a request was due.
"""

from __future__ import annotations

from harness import accounting, clients
from harness.origin import blob_path, manifest_path
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer
from peers.nginx_static import NginxStatic

_READERS = 8
_RATE = 500
_CONNECTIONS = 16


class ColdDisk(Workload):
    name = "cold-disk"
    title = "500 manifests and small blobs a second, beside 8 readers of blobs that are not in the page cache"
    rounds = 3
    optional_peers = ("nginx-cache-aio",)

    def cases(self) -> list[Case]:
        return [Case("alone", "no reader of blobs"), Case("beside", "beside 8 readers of cold blobs of 512 MiB")]

    def fill(self) -> None:
        self.size = self.pick(512 << 20, 2 << 20)
        blobs = [self.upstream.generated_blob(self.size, seed, REPOSITORY) for seed in range(_READERS)]
        image = self.upstream.image(REPOSITORY, "1", layers=[(10 << 10, 100)])
        self.small = [manifest_path(REPOSITORY, image.digest), manifest_path(REPOSITORY, "1"), blob_path(REPOSITORY, image.layers[0])]
        self.large = [blob_path(REPOSITORY, blob) for blob in blobs]

    def enter(self, peer: Peer) -> None:
        peer.start(fresh=True)
        if isinstance(peer, NginxStatic):
            peer.place([*self.small, *self.large])
        clients.request(peer.origin, [*self.small, *self.small], connections=1, timeout=30)
        for path in self.large:
            clients.download(peer.origin, [{"path": path}], timeout=120)

    def measure(self, peer: Peer, case: Case) -> Figures:
        seconds = self.pick(8, 1)
        readers = self.start_readers(peer, seconds + 1) if case.name == "beside" else None
        disk = accounting.disk_bytes_read(peer.processes)
        with self.meter(peer) as meter:
            done = clients.request(
                peer.origin, self.small, connections=_CONNECTIONS, seconds=seconds, rate=_RATE, timeout=seconds + 60
            )
        figures = {
            "p50_ms": done.p50 * 1e3,
            "p99_ms": done.p99 * 1e3,
            "max_ms": done.longest * 1e3,
            "requests_per_s": done.count / done.wall,
        }
        if readers is not None:
            figures["disk_gb_per_s"] = (accounting.disk_bytes_read(peer.processes) - disk) / done.wall / 1e9
            bodies = clients.finish_download(readers, 120)
            figures["gb_per_s"] = bodies.bytes / bodies.wall / 1e9
        return {**figures, **meter.figures()}

    def start_readers(self, peer: Peer, seconds: float):
        """Each reads its blob again and again, dropping one file of the store from memory each time."""
        files = sorted(str(path) for path in peer.files(minimum=self.size // 2))
        requests = [
            {"path": path, "repeat": seconds, "evict": files[number : number + 1]} for number, path in enumerate(self.large)
        ]
        for file in files:
            clients.evict(file)
        return clients.start_download(peer.origin, requests, timeout=seconds + 60)

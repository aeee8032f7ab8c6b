"""Memory: at rest, with slow readers, with idle connections."""

from __future__ import annotations

import subprocess

from harness import accounting, clients
from harness.origin import blob_path, manifest_path
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer
from peers.nginx_static import NginxStatic

_READER_BYTES_A_SECOND = 1_000_000


class Memory(Workload):
    name = "memory"
    title = "Memory"
    rounds = 3

    def cases(self) -> list[Case]:
        return [
            Case("idle", "just started, one small answer given"),
            Case("slow-readers", f"{self.readers} clients that read a blob of 1 GiB at 1 MB/s each"),
            Case("idle-connections", f"{self.connections:,} idle keep-alive connections".replace(",", " ")),
        ]

    @property
    def readers(self) -> int:
        return self.pick(200, 10)

    @property
    def connections(self) -> int:
        return self.pick(5_000, 100)

    def fill(self) -> None:
        self.blob = blob_path(REPOSITORY, self.upstream.generated_blob(self.pick(1 << 30, 8 << 20), 1, REPOSITORY))
        image = self.upstream.image(REPOSITORY, "1", layers=[(10 << 10, 100)])
        self.manifest = manifest_path(REPOSITORY, image.digest)

    def enter(self, peer: Peer) -> None:
        peer.start(fresh=True)
        if isinstance(peer, NginxStatic):
            peer.place([self.manifest, self.blob])
        clients.download(peer.origin, [{"path": self.manifest}, {"path": self.blob}], timeout=120)
        peer.stop()

    def measure(self, peer: Peer, case: Case) -> Figures:
        peer.start()
        try:
            clients.request(peer.origin, [self.manifest], connections=1, timeout=30)
            before = accounting.memory(peer.processes)
            if case.name == "idle":
                return self.figures(before)
            if case.name == "slow-readers":
                return self.slow_readers(peer)
            return self.idle_connections(peer, before)
        finally:
            peer.stop()

    def slow_readers(self, peer: Peer) -> Figures:
        seconds = self.pick(8, 1)
        accounting.forget_peaks(peer.processes)
        request = {"path": self.blob, "rate": _READER_BYTES_A_SECOND}
        # They do not get to the end; what they have at the deadline is looked at.
        readers = clients.start_download(peer.origin, [request] * self.readers, timeout=seconds)
        bodies = clients.finish_download(readers, seconds)
        if any(each["status"] != 200 or not each["bytes"] for each in bodies.requests):
            raise clients.ClientError("a slow reader was not served")
        return self.figures(accounting.memory(peer.processes))

    def idle_connections(self, peer: Peer, before: accounting.Memory) -> Figures:
        client = clients.start_request(
            peer.origin, [self.manifest] * self.connections, connections=self.connections, hold=60, timeout=60
        )
        try:
            assert client.stdout is not None
            line = client.stdout.readline()
            if not line:
                raise clients.ClientError((client.stderr.read() if client.stderr else "").strip()[-300:])
            clients.read_request_result(line)
            now = accounting.memory(peer.processes)
        finally:
            _end(client)
        each = (now.resident - before.resident) / self.connections / 1e3
        return {**self.figures(now), "kb_per_connection": each}

    @staticmethod
    def figures(memory: accounting.Memory) -> Figures:
        return {
            "resident_mb": memory.resident / 1e6,
            "anonymous_mb": memory.anonymous / 1e6,
            "peak_mb": memory.peak / 1e6,
        }


def _end(client: subprocess.Popen) -> None:
    client.kill()
    client.communicate()

"""Hostile clients, and what the others notice of them: a manifest that is held, and cold pulls from an upstream 100 ms away.

The attackers are paced, for they share the machine with the server: what is looked for is a queue, a place or a lane that
they take, not the processor that they would take on a machine of their own.
"""

from __future__ import annotations

from harness import clients
from harness.origin import blob_path, manifest_path
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer

_DELAY_MS = 100
_RATE = 200
"""Requests a second of an attacker."""


class Attacks(Workload):
    name = "attacks"
    title = "Beside hostile clients, upstream 100 ms away"
    rounds = 3
    needs_cache = True

    def cases(self) -> list[Case]:
        return [
            Case("quiet", "nobody else"),
            Case("junk-blobs", f"{_RATE} requests a second for blobs that nobody has, by clients that leave at once"),
            Case("junk-tags", f"{_RATE} requests a second for tags that nobody has, by clients that leave at once"),
            Case("half-closed", f"{self.connections:,} clients that ask for junk and close their side".replace(",", " ")),
            Case("unread-pipelines", f"{self.connections:,} clients that send requests ahead and read nothing".replace(",", " ")),
            Case("unfinished-heads", f"{self.connections:,} clients that send a byte of a header a second".replace(",", " ")),
        ]

    @property
    def connections(self) -> int:
        return self.pick(1_000, 50)

    @property
    def pulls(self) -> int:
        return self.pick(12, 2)

    def fill(self) -> None:
        image = self.upstream.image(REPOSITORY, "1", layers=[(10 << 10, 1)])
        self.held = manifest_path(REPOSITORY, image.digest)
        # Each round starts with an empty store, so that these are cold in each.
        self.cold = [
            blob_path(REPOSITORY, self.upstream.generated_blob(1_000_000, 1_000 + number, REPOSITORY))
            for number in range(self.pulls)
        ]

    def enter(self, peer: Peer) -> None:
        """Each round starts the peer anew."""

    def measure(self, peer: Peer, case: Case) -> Figures:
        peer.start(fresh=True)
        attacker = None
        try:
            clients.request(peer.origin, [self.held], connections=1, timeout=30)
            self.upstream.on(delay=_DELAY_MS)
            if case.name != "quiet":
                attacker = clients.start_attack(
                    peer.origin, case.name, self.held, REPOSITORY, connections=self.connections, rate=_RATE
                )
            return self.beside(peer)
        finally:
            if attacker is not None:
                attacker.kill()
                attacker.communicate()
            self.upstream.reset("rules")
            peer.stop()

    def beside(self, peer: Peer) -> Figures:
        seconds = self.pick(5, 1)
        hits = clients.start_request(peer.origin, [self.held], connections=8, rate=100, seconds=seconds, timeout=60)
        pulls = clients.request(peer.origin, self.cold, connections=1, timeout=60)
        held = clients.finish_request(hits, 60)
        return {"p99_ms": held.p99 * 1e3, "max_ms": held.longest * 1e3, "total_ms": pulls.p50 * 1e3}

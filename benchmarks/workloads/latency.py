"""An upstream 100 ms away: how many round trips does each kind of request cost?

The delay stands before every answer of the upstream, token service included. Connections are open beforehand, as they
are in a cache that is in use; what they would cost is not counted.
"""

from __future__ import annotations

from harness import clients
from harness.origin import blob_path, manifest_path
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer

_DELAY_MS = 100
_TOKEN_CASES = ("warm-token", "first-token")


class Latency(Workload):
    name = "latency"
    title = "An upstream 100 ms away"
    rounds = 3
    needs_cache = True
    optional_peers = ("direct",)

    def cases(self) -> list[Case]:
        return [
            Case("cold-tag", "a manifest by tag, not held"),
            Case("cold-digest", "a manifest by digest, not held"),
            Case("cold-blob", "a blob of 1 MiB, not held"),
            Case("warm-tag", "a manifest by tag, held and fresh"),
            Case("head-cold-tag", "HEAD of a tag, not held"),
            Case("head-cold-blob", "HEAD of a blob, not held"),
            Case("warm-token", "a manifest by tag, not held; the upstream wants a token and one is held"),
            Case("first-token", "the same without a token yet"),
        ]

    def fill(self) -> None:
        image = self.upstream.image(REPOSITORY, "1", layers=[(1 << 20, 1)])
        self.warm_up = [manifest_path(REPOSITORY, "other"), blob_path(REPOSITORY, image.config)]
        other = self.upstream.image(REPOSITORY, "other", layers=[(1 << 10, 2)])
        self.warm_up.append(blob_path(REPOSITORY, other.layers[0]))
        by_tag = manifest_path(REPOSITORY, "1")
        self.paths = {
            "cold-tag": by_tag,
            "cold-digest": manifest_path(REPOSITORY, image.digest),
            "cold-blob": blob_path(REPOSITORY, image.layers[0]),
            "warm-tag": by_tag,
            "head-cold-tag": by_tag,
            "head-cold-blob": blob_path(REPOSITORY, image.layers[0]),
            "warm-token": by_tag,
            "first-token": by_tag,
        }

    def enter(self, peer: Peer) -> None:
        """Each case starts the peer anew."""

    def applies(self, peer: Peer, case: Case) -> bool:
        # The client itself asks without a token.
        return peer.is_cache or case.name not in _TOKEN_CASES

    def measure(self, peer: Peer, case: Case) -> Figures:
        needs_token = case.name in _TOKEN_CASES
        peer.start(fresh=True)
        path = self.paths[case.name]
        method = "HEAD" if case.name.startswith("head") else "GET"
        try:
            if needs_token:
                self.upstream.require_token()
            if case.name != "first-token":
                clients.request(peer.origin, self.warm_up, connections=1, timeout=30)
            if case.name == "warm-tag":
                clients.request(peer.origin, [path], connections=1, timeout=30)
            self.upstream.on(delay=_DELAY_MS)
            with self.meter(peer, settle=0.1) as meter:
                done = clients.request(peer.origin, [path], method=method, connections=1, timeout=30)
        finally:
            self.upstream.reset("rules", "settings", "tokens")
            peer.stop()
        return {
            "total_ms": done.p50 * 1e3,
            "round_trips": done.p50 * 1e3 / _DELAY_MS,
            "upstream_requests": meter.traffic.requests,
            "others_share": meter.others,
        }

    def problems(self, results) -> list[str]:
        found = []
        for case, most in (("cold-tag", 1), ("cold-digest", 1), ("cold-blob", 1), ("warm-tag", 0), ("warm-token", 1)):
            for asked in results.values(self.name, case, "berth", "upstream_requests"):
                if asked > most:
                    found.append(f"{case}: Berth made {asked:g} requests upstream, {most} would do")
        return found

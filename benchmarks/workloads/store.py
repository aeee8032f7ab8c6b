"""The store alone, without a server: benchmarks/store-benchmark fills it and measures it at 10⁴ to 10⁶ contents."""

from __future__ import annotations

import json
import subprocess

from harness.binaries import store_benchmark
from harness.workload import Case, Figures, Workload
from peers import Peer

_TIMEOUT = 900


class StoreSize(Workload):
    name = "store"
    title = "The store by itself, 4 KiB contents"
    rounds = 1

    @classmethod
    def takes(cls, peer: type[Peer]) -> bool:
        return peer.name == "berth"

    def cases(self) -> list[Case]:
        counts = self.pick((10_000, 100_000, 1_000_000), (1_000,))
        return [Case(str(count), f"{count:,} contents".replace(",", " ")) for count in counts]

    def fill(self) -> None:
        """Nothing is asked of the upstream."""

    def enter(self, peer: Peer) -> None:
        """The store is used without the server."""

    def measure(self, peer: Peer, case: Case) -> Figures:
        store = self.directory / f"store-{case.name}"
        warm_ups = self.pick("400000", "1000")
        command = [store_benchmark(), "--store", store, "--contents", case.name, "--warm-ups", warm_ups]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip()[-600:])
        subprocess.run(["rm", "-rf", "--", store], check=True, timeout=_TIMEOUT)
        return json.loads(done.stdout)

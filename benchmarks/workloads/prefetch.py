"""What it gains and costs to fetch ahead what a pull will ask for next."""

from __future__ import annotations

import os
from pathlib import Path

from harness.engines import ENGINES, Engine, ThreeAtOnce
from harness.upstream import Upstream
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer

_DELAY_MS = 100
_BYTES_A_SECOND = 20_000_000
_LAYERS_MB = [30, 25, 20, 15, 12, 10, 8, 6, 6, 4, 3, 1]
_BASE_LAYERS = 6
_SMALL = [300_000, 40_000, 2_000]
_SETTLE = 3.0
"""Seconds in which the slowest layer arrives that no client asked for: it counts, too."""


class Prefetching(Workload):
    name = "prefetch"
    title = "Fetching ahead what a pull asks for next"
    rounds = 3
    needs_cache = True
    optional_peers = ("berth-prefetch-config", "berth-prefetch-layers", "direct")

    def __init__(self, directory: Path, upstream: Upstream, smoke: bool):
        super().__init__(directory, upstream, smoke)
        self.engines: dict[str, Engine] = {}

    @classmethod
    def takes(cls, peer: type[Peer]) -> bool:
        return peer.name == "berth" or peer.name in cls.optional_peers

    def cases(self) -> list[Case]:
        what = {
            "slow": f"{self.size}, upstream 100 ms away, 20 MB/s a connection",
            "base": f"the same, the client has {_BASE_LAYERS} layers, {self.base_size}, already",
            "near": f"{self.size}, upstream near and fast",
            "small": f"{sum(_SMALL) / 1e6:.1f} MB in {len(_SMALL)} layers, upstream 100 ms away",
        }
        return [
            Case(f"{engine}-{state}", f"{engine}, {title}")
            for engine in self.engines
            for state, title in what.items()
            # skopeo looks at no layer that it has.
            if state != "base" or engine != "skopeo"
        ]

    @property
    def layers(self) -> list[int]:
        return [megabytes * self.pick(1_000_000, 20_000) for megabytes in _LAYERS_MB]

    @property
    def size(self) -> str:
        return f"{sum(self.layers) / 1e6:.0f} MB in {len(self.layers)} layers"

    @property
    def base_size(self) -> str:
        return f"{sum(self.layers[:_BASE_LAYERS]) / 1e6:.0f} MB"

    def fill(self) -> None:
        for kind in (ThreeAtOnce, *ENGINES):
            reason = kind.missing()
            if reason:
                print(f"   SKIPPED {kind.name}: {reason}", flush=True)
            else:
                self.engines[kind.name] = kind(self.directory)
        layers = [(size, 100 + number) for number, size in enumerate(self.layers)]
        self.image = self.upstream.image(REPOSITORY, "large", layers=layers)
        self.upstream.image(REPOSITORY, "base", layers=layers[:_BASE_LAYERS])
        self.upstream.image(REPOSITORY, "small", layers=[(size, 200 + number) for number, size in enumerate(_SMALL)])
        self.upstream.image(REPOSITORY, "other", layers=[(1_000, 50)])

    def leave(self) -> None:
        for engine in self.engines.values():
            engine.stop()

    def enter(self, peer: Peer) -> None:
        """Each round starts the peer anew."""

    def measure(self, peer: Peer, case: Case) -> Figures:
        name, state = case.name.split("-")
        engine = self.engines[name]
        peer.start(fresh=True)
        engine.forget()
        # A first pull of something else: connections are open, as in a cache that is in use.
        engine.pull(peer.origin, REPOSITORY, "other")
        if state == "base":
            engine.pull(self.upstream.origin, REPOSITORY, "base")
        os.sync()
        if state != "near":
            self.upstream.on(delay=_DELAY_MS)
            self.upstream.on("blobGet", throttle=_BYTES_A_SECOND)
        try:
            with self.meter(peer, settle=self.pick(_SETTLE if state in ("slow", "base") else 0.3, 0.3)) as meter:
                engine.pull(peer.origin, REPOSITORY, "small" if state == "small" else "large")
        finally:
            self.upstream.remove_rules()
            peer.stop()
        return {"total_s": meter.wall, **meter.figures()}

    def problems(self, results) -> list[str]:
        """Whether fetched ahead or asked for, content crosses once."""
        found = []
        most = 2 + len(self.image.blobs)
        for case in self.cases():
            for peer in ("berth", "berth-prefetch-config", "berth-prefetch-layers"):
                for asked in results.values(self.name, case.name, peer, "upstream_requests"):
                    if asked > most:
                        found.append(f"{case.name}: {peer} made {asked:g} requests upstream, {most} would do")
        return found

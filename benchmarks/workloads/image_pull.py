"""Pulls as engines do them, through a cache and straight from upstream."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

from harness.engines import ENGINES, Engine
from harness.upstream import Upstream
from harness.workload import REPOSITORY, Case, Figures, Workload
from peers import Peer

_DELAY_MS = 100
_LARGE = [int(part * 1e6) for part in (800, 400, 200, 100, 50, 30, 20)]
_SMALL = [3_000_000, 400_000, 20_000]
#: A small image is pulled in some hundredths of a second, which one pull does not tell apart.
_SMALL_PULLS = 10


class ImagePull(Workload):
    name = "image-pull"
    title = "Pull of an image"
    rounds = 3
    needs_cache = True
    optional_peers = ("direct",)

    def cases(self) -> list[Case]:
        found = []
        for engine in self.engines:
            for size in ("small", "large"):
                what = {
                    "small": f"{len(self.tags('small'))} images of {sum(_SMALL) / 1e6:.1f} MB, median of their times",
                    "large": f"{sum(self.layers['large']) / 1e9:.1f} GB",
                }
                for state, title in (("cold", "cold"), ("warm", "warm"), ("far", "cold, upstream 100 ms away")):
                    found.append(Case(f"{engine.name}-{size}-{state}", f"{engine.name}, {what[size]}, {title}"))
        return found

    @property
    def layers(self) -> dict[str, list[int]]:
        return {"small": _SMALL, "large": self.pick(_LARGE, [5_000_000, 1_000_000, 500_000])}

    def tags(self, size: str) -> list[str]:
        """Of the images that one measurement pulls, one after the other."""
        return [f"small-{number}" for number in range(self.pick(_SMALL_PULLS, 2))] if size == "small" else [size]

    def __init__(self, directory: Path, upstream: Upstream, smoke: bool):
        super().__init__(directory, upstream, smoke)
        self.engines: list[Engine] = []

    def fill(self) -> None:
        for kind in ENGINES:
            reason = kind.missing()
            if reason:
                print(f"   SKIPPED {kind.name}: {reason}", flush=True)
            else:
                self.engines.append(kind(self.directory))
        self.upstream.image(REPOSITORY, "other", layers=[(1_000, 1)])
        seed = 100
        for name, sizes in self.layers.items():
            for tag in self.tags(name):
                self.upstream.image(REPOSITORY, tag, layers=[(size, seed + number) for number, size in enumerate(sizes)])
                seed += 100

    def leave(self) -> None:
        for engine in self.engines:
            engine.stop()

    def enter(self, peer: Peer) -> None:
        """Each round starts the peer anew."""

    def applies(self, peer: Peer, case: Case) -> bool:
        return peer.is_cache or not case.name.endswith("-warm")

    def measure(self, peer: Peer, case: Case) -> Figures:
        engine_name, size, state = case.name.split("-")
        engine = next(each for each in self.engines if each.name == engine_name)
        peer.start(fresh=True)
        # What the engine still had it would not ask for, and the cache would stay cold.
        engine.forget()
        # A first pull of something else: connections are open, as in a cache that is in use.
        engine.pull(peer.origin, REPOSITORY, "other")
        if state == "warm":
            self.pull(engine, peer, size)
        engine.forget()
        os.sync()
        if state == "far":
            self.upstream.on(delay=_DELAY_MS)
        try:
            with self.meter(peer, settle=0.2) as meter:
                seconds = self.pull(engine, peer, size)
        finally:
            self.upstream.remove_rules()
            peer.stop()
        return {"total_s": statistics.median(seconds), **meter.figures()}

    def pull(self, engine: Engine, peer: Peer, size: str) -> list[float]:
        """Pulls each image once; returns how long each took, in seconds."""
        seconds = []
        for tag in self.tags(size):
            engine.forget()
            started = time.monotonic()
            engine.pull(peer.origin, REPOSITORY, tag)
            seconds.append(time.monotonic() - started)
        return seconds

"""What a workload is: cases that are measured on every peer in turn."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from .meter import Meter
from .upstream import Upstream

if TYPE_CHECKING:
    from peers import Peer

    from .results import Results

Value = TypeVar("Value")
REPOSITORY = "bench/app"

Figures = dict[str, float]
"""By the names of `metrics.METRICS`."""


@dataclass(frozen=True)
class Case:
    """One thing to measure. `rounds` is set where fewer than usual must do."""

    name: str
    title: str
    rounds: int | None = None


class Workload(ABC):
    """One file of `workloads/`. An instance lives for one run: contents are made, peers entered, cases measured."""

    name: ClassVar[str]
    title: ClassVar[str]
    rounds: ClassVar[int] = 5
    optional_peers: ClassVar[tuple[str, ...]] = ()
    """Peers that are left out elsewhere."""
    needs_cache: ClassVar[bool] = False
    """Whether peers that fetch nothing are left out, but for those of `optional_peers`."""
    needs_tls: ClassVar[bool] = False

    def __init__(self, directory: Path, upstream: Upstream, smoke: bool):
        self.directory = directory
        self.upstream = upstream
        self.smoke = smoke

    @classmethod
    def takes(cls, peer: type[Peer]) -> bool:
        """Whether the peer has a place in the comparison."""
        if peer.is_optional or (cls.needs_cache and not peer.is_cache):
            return peer.name in cls.optional_peers
        return peer.speaks_tls or not cls.needs_tls

    @abstractmethod
    def cases(self) -> list[Case]:
        """What is measured, in order."""

    @abstractmethod
    def fill(self) -> None:
        """Makes the contents upstream."""

    def enter(self, peer: Peer) -> None:
        """Makes a peer ready, once. What it does is not timed."""
        peer.start(fresh=True)

    def applies(self, peer: Peer, case: Case) -> bool:
        """Whether the case makes sense for a peer."""
        return True

    @abstractmethod
    def measure(self, peer: Peer, case: Case) -> Figures:
        """One round of one case."""

    def leave(self) -> None:
        """Ends what the workload itself has started. Peers are stopped after that."""

    def problems(self, results: Results) -> list[str]:
        """What is wrong with the results whatever the machine: counts that do not agree with what must happen."""
        return []

    def misses(self, results: Results) -> list[str]:
        """What Berth asked upstream for, where all that is asked of it is held: a problem each."""
        return [
            f"{case.name}: Berth asked upstream {asked:g} times for what it holds"
            for case in self.cases()
            for asked in results.values(self.name, case.name, "berth", "upstream_requests")
            if asked
        ]

    def pick(self, full: Value, smoke: Value) -> Value:
        """The one or the other size."""
        return smoke if self.smoke else full

    def meter(self, peer: Peer, settle: float = 0.0) -> Meter:
        return Meter(peer, self.upstream, settle)

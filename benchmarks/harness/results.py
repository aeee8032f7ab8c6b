"""The samples of all workloads, as kept in results.json."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .statistics import Spread


@dataclass(frozen=True)
class Sample:
    """One round of one case on one peer."""

    workload: str
    case: str
    peer: str
    round: int
    figures: dict[str, float]


@dataclass
class Run:
    """One workload's last run."""

    title: str
    cases: dict[str, str]
    """Titles by name, in order."""
    started: str
    machine: dict[str, str | int | float]
    rounds: int
    smoke: bool
    missing: dict[str, str] = field(default_factory=dict)
    """Why a peer is not there."""
    samples: list[Sample] = field(default_factory=list)


class Results:
    """All runs by workload. A run takes the place of the one before."""

    def __init__(self, runs: dict[str, Run] | None = None):
        self.runs = runs or {}

    @classmethod
    def load(cls, path: Path) -> Results:
        if not path.exists():
            return cls()
        document = json.loads(path.read_text())
        runs = {}
        for name, run in document["workloads"].items():
            samples = [Sample(workload=name, **each) for each in run.pop("samples")]
            runs[name] = Run(**run, samples=samples)
        return cls(runs)

    def save(self, path: Path) -> None:
        document: dict[str, dict] = {}
        for name, run in self.runs.items():
            document[name] = asdict(run)
            for sample in document[name]["samples"]:
                del sample["workload"]
        path.write_text(json.dumps({"workloads": document}, indent=1, ensure_ascii=False) + "\n")

    def values(self, workload: str, case: str, peer: str, figure: str) -> list[float]:
        """A figure of every round."""
        run = self.runs.get(workload)
        if run is None:
            return []
        return [
            sample.figures[figure]
            for sample in run.samples
            if (sample.case, sample.peer) == (case, peer) and figure in sample.figures
        ]

    def spread(self, workload: str, case: str, peer: str, figure: str) -> Spread | None:
        """None if it was not measured."""
        values = self.values(workload, case, peer, figure)
        return Spread.of(values) if values else None

    def median(self, workload: str, case: str, peer: str, figure: str) -> float | None:
        spread = self.spread(workload, case, peer, figure)
        return spread.median if spread else None

    def peers(self, workload: str, case: str) -> list[str]:
        """Those measured, in the order of the run."""
        return list(dict.fromkeys(sample.peer for sample in self.runs[workload].samples if sample.case == case))

    def figures(self, workload: str, case: str) -> list[str]:
        """Those measured, in the order in which they were given."""
        samples = (sample for sample in self.runs[workload].samples if sample.case == case)
        return _distinct(figure for sample in samples for figure in sample.figures)


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))

"""Runs workloads: starts the peers, takes the rounds in turn, keeps the samples."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from peers import ALL, Berth, Peer
from workloads import Workload

from . import machine
from .binaries import scripted_upstream
from .metrics import METRICS
from .results import Results, Run, Sample
from .tls import Certificate
from .upstream import Upstream
from .workload import Case


class Runner:
    """One invocation of `benchmarks/run`."""

    def __init__(self, results: Results, *, peers: Sequence[str] | None, rounds: int | None, smoke: bool, scratch: Path):
        self.results = results
        self.failures: list[str] = []
        self._chosen, self._rounds, self._smoke, self._scratch = peers, rounds, smoke, scratch

    def run(self, kind: type[Workload]) -> None:
        """Runs one workload. What fails on one peer is told, and left out of the results."""
        started = time.monotonic()
        print(f"\n== {kind.name}: {kind.title}", flush=True)
        with ExitStack() as stack:
            directory = Path(tempfile.mkdtemp(prefix=f"berth-benchmark-{kind.name}-", dir=self._scratch))
            stack.callback(shutil.rmtree, directory, ignore_errors=True)
            upstream = stack.enter_context(Upstream(scripted_upstream(), log=directory / "upstream.log"))
            workload = kind(directory, upstream, self._smoke)
            stack.callback(workload.leave)
            workload.fill()
            run = Run(
                title=kind.title,
                cases={case.name: case.title for case in workload.cases()},
                started=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
                machine={**machine.describe(), "load": machine.load()},
                rounds=self._rounds_of(kind),
                smoke=self._smoke,
            )
            self.results.runs[kind.name] = run
            peers = self._enter(workload, run, stack)
            for case in workload.cases():
                rounds = 1 if self._smoke else min(self._rounds or case.rounds or kind.rounds, case.rounds or 1_000)
                for number in range(rounds):
                    # Each round begins with another peer, so that none is always the one after a certain other.
                    shift = number % len(peers) if peers else 0
                    for peer in peers[shift:] + peers[:shift]:
                        if workload.applies(peer, case):
                            self._measure(workload, case, peer, number, run)
        problems = [f"{kind.name}: {problem}" for problem in workload.problems(self.results)]
        for problem in problems:
            print(f"   WRONG {problem}", file=sys.stderr, flush=True)
        self.failures += problems
        print(f"   {time.monotonic() - started:.0f} s", flush=True)

    def _rounds_of(self, kind: type[Workload]) -> int:
        return 1 if self._smoke else self._rounds or kind.rounds

    def _enter(self, workload: Workload, run: Run, stack: ExitStack) -> list[Peer]:
        certificate = Certificate.make(workload.directory)
        entered: list[Peer] = []
        for kind in ALL:
            if not workload.takes(kind) or (self._chosen is not None and kind.name not in self._chosen):
                continue
            reason = kind.missing()
            if reason is not None:
                run.missing[kind.name] = reason
                print(f"   SKIPPED {kind.name}: {reason}", flush=True)
                continue
            directory = workload.directory / kind.name
            directory.mkdir()
            peer = kind(directory, workload.upstream, certificate)
            stack.callback(peer.stop)
            try:
                workload.enter(peer)
                entered.append(peer)
            except Exception as error:
                self._fail(run, peer, "cannot be made ready", error)
        return entered

    def _measure(self, workload: Workload, case: Case, peer: Peer, number: int, run: Run) -> None:
        try:
            figures = workload.measure(peer, case)
        except Exception as error:
            self._fail(run, peer, case.name, error)
            return
        run.samples.append(Sample(workload.name, case.name, peer.name, number, figures))
        shown = ", ".join(
            f"{METRICS[name].heading} {METRICS[name].text(value)}" for name, value in list(figures.items())[:6]
        )
        print(f"   {case.name:22} {number + 1} {peer.name:16} {shown}", flush=True)

    def _fail(self, run: Run, peer: Peer, what: str, error: Exception) -> None:
        text = f"{what}: {type(error).__name__}: {error}"
        print(f"   FAILED {peer.name}, {text[:600]}", file=sys.stderr, flush=True)
        run.missing.setdefault(peer.name, text[:300])
        # A peer that cannot do something is a finding; Berth that cannot is a failure.
        if isinstance(peer, Berth):
            self.failures.append(f"berth, {text}")

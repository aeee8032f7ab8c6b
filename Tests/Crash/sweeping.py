"""One workload for each fault of a list, several at once, each with a store and a Berth of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import deployment
from deployment import Deployment
from shim import Fault

#: Deployments that go through their workloads at once.
AT_ONCE = 4


class Sweep:
    """What the faults of a test have in common. `tally` gets the counts. Small contents are synced as groups, or, as on a
    machine with much that waits for its disks, one by one."""

    def __init__(self, workplace, upstream, library, tally: dict, *, one_by_one: bool = False):
        self.workplace, self.upstream, self.library, self.tally = workplace, upstream, library, tally
        self.unwritten_bytes = 1 << 30 if one_by_one else 0
        deployment.fill(upstream)
        self.calls = self._calls()
        assert ("syncfs" in self.calls) != one_by_one
        tally["calls"] = len(self.calls)

    def _calls(self) -> list[str]:
        """The names of the calls that change the store, of a workload that nothing befalls."""
        whole = self.deploy("whole")
        whole.go_through(self.library, Fault(unwritten_bytes=self.unwritten_bytes))
        whole.check(self.upstream)
        return (whole.berth.directory / "calls").read_text().split()

    def numbers(self, *names: str, step: int = 1) -> range | list[int]:
        """The numbers of all calls, or of those whose names begin so; every `step`th of them."""
        chosen = [number for number, name in enumerate(self.calls, 1) if not names or name.startswith(names)]
        return chosen[::step]

    def run(self, faults: Iterable[Fault], strike: Callable[[Fault], None] | None = None) -> None:
        """Strikes each fault, and fails with all that went wrong."""

        def guarded(fault: Fault) -> str | None:
            fault.unwritten_bytes = self.unwritten_bytes
            try:
                (strike or self.strike)(fault)
            except AssertionError as error:
                return f"{fault}: {error}"
            return None

        with ThreadPoolExecutor(AT_ONCE) as pool:
            outcomes = list(pool.map(guarded, faults))
        failures = [outcome for outcome in outcomes if outcome]
        self.tally["points"] = self.tally.get("points", 0) + len(outcomes)
        self.tally["violations"] = self.tally.get("violations", 0) + len(failures)
        assert not failures, "\n".join(failures)

    def strike(self, fault: Fault) -> None:
        """The workload under one fault, and what must hold afterwards."""
        place = self.deploy(f"{fault.kind}-{fault.number}-{fault.forever}")
        try:
            place.go_through(self.library, fault)
            place.check(self.upstream)
        finally:
            place.berth.clean_up()

    def deploy(self, name: str, store: Path | None = None) -> Deployment:
        return Deployment(self.workplace.directory / name, self.upstream, store=store)

"""Keeps the evidence of a failed scenario: its directory stays, and the ends of its logs go into the report."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import pytest


class Witness(Protocol):
    """A process of a scenario that ends with it and can say what it saw."""

    def clean_up(self) -> None: ...

    def testimony(self) -> tuple[str, str]:
        """A heading and some lines."""
        ...


_Watched = TypeVar("_Watched", bound=Witness)
_witnesses = pytest.StashKey[list[Witness]]()
_failed = pytest.StashKey[bool]()


class Workplace:
    """A scenario's directory and the processes that run in it."""

    def __init__(self, directory: Path):
        self.directory = directory
        self.witnesses: list[Witness] = []

    def watch(self, witness: _Watched) -> _Watched:
        """The process ends with the scenario, and its testimony is shown if that fails."""
        self.witnesses.append(witness)
        return witness


def workplace(item: pytest.Item) -> Iterator[Workplace]:
    """The body of a suite's `workplace` fixture."""
    # Short and directly under /tmp: engines put sockets there, whose paths may have 107 bytes.
    place = Workplace(Path(tempfile.mkdtemp(prefix="berth-test-")))
    item.stash[_witnesses] = place.witnesses
    yield place
    for witness in reversed(place.witnesses):
        witness.clean_up()
    if not item.stash.get(_failed, False):
        shutil.rmtree(place.directory, ignore_errors=True)


def record(item: pytest.Item, report: pytest.TestReport) -> None:
    """The body of a suite's `pytest_runtest_makereport` hook."""
    if not report.failed:
        return
    item.stash[_failed] = True
    report.sections += [witness.testimony() for witness in item.stash.get(_witnesses, [])]

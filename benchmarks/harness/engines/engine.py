"""What every engine can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from ..origin import Origin

PULL_TIMEOUT = 180
"""Seconds."""


class Engine(ABC):
    """One engine, with a directory of its own."""

    name: ClassVar[str]

    def __init__(self, directory: Path):
        self.directory = directory / self.name
        self.directory.mkdir()

    @classmethod
    @abstractmethod
    def missing(cls) -> str | None:
        """Why it cannot run on this machine; None if it can."""

    @abstractmethod
    def forget(self) -> None:
        """Throws away what was pulled."""

    @abstractmethod
    def pull(self, origin: Origin, repository: str, tag: str) -> None:
        """Pulls an image whole; raises what subprocess raises."""

    def stop(self) -> None:
        """Ends what runs for it."""

"""No cache at all: clients ask the upstream. What a miss could cost at best."""

from __future__ import annotations

from .peer import Peer


class Direct(Peer):
    name = "direct"
    title = "upstream, directly"
    is_cache = False
    speaks_tls = False
    is_optional = True

    @classmethod
    def missing(cls) -> str | None:
        return None

    def command(self, tls: bool) -> list:
        raise NotImplementedError("the upstream runs already")

    def start(self, *, fresh: bool = False, tls: bool = False) -> None:
        self.origin = self.upstream.origin

    def stop(self) -> None:
        """It belongs to the workload."""

    @property
    def processes(self) -> list[int]:
        return [self.upstream.pid]

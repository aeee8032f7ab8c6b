"""What happened between two moments: CPU and memory of the server, traffic upstream, and how busy others were."""

from __future__ import annotations

import os
import resource
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from . import accounting, machine
from .upstream import Traffic, Upstream

if TYPE_CHECKING:
    from peers import Peer


_QUIET_PROBES, _QUIET_SECONDS = 100, 0.1


class Meter:
    """Reads everything when a `with` block is entered and left.

    The server keeps working after the last answer (it makes content durable): with `settle`, so many more seconds count.
    """

    def __init__(self, peer: Peer, upstream: Upstream, settle: float = 0.0):
        self._peer, self._upstream, self._settle = peer, upstream, settle
        self.cpu = 0.0
        self.wall = 0.0
        self.others = 0.0
        self.memory = accounting.Memory(0, 0, 0)
        self.traffic = Traffic(0, 0, 0, 0, 0)

    def __enter__(self) -> Self:
        self._await_quiet()
        pids = self._peer.processes
        accounting.forget_peaks(pids)
        self._cpu = {pid: accounting.cpu_seconds([pid]) for pid in pids}
        self._ours, self._busy, self._started = self._our_cpu(), machine.busy_seconds(), time.monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wall = time.monotonic() - self._started
        if error is not None:
            return
        time.sleep(self._settle)
        pids = self._peer.processes
        self.memory = accounting.memory(pids)
        self.cpu = sum(accounting.cpu_seconds([pid]) - self._cpu.get(pid, 0.0) for pid in pids)
        length = time.monotonic() - self._started
        own = self._our_cpu() - self._ours + (self.cpu if self._upstream.pid not in pids else 0.0)
        busy = machine.busy_seconds() - self._busy
        self.others = max(0.0, busy - own) / (length * (os.cpu_count() or 1))
        self.traffic = self._upstream.traffic

    def _await_quiet(self) -> None:
        """A peer measured before may still be asking upstream what its clients have stopped waiting for."""
        for _ in range(_QUIET_PROBES):
            self._upstream.reset()
            time.sleep(_QUIET_SECONDS)
            if self._upstream.traffic.requests == 0:
                return

    def _our_cpu(self) -> float:
        """The benchmark's, its ended clients' and the upstream's."""
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(each.ru_utime + each.ru_stime for each in used) + self._upstream.cpu

    def figures(self) -> dict[str, float]:
        """What every sample has."""
        return {
            "cpu_s": self.cpu,
            "peak_mb": self.memory.peak / 1e6,
            "upstream_requests": self.traffic.requests,
            "upstream_mb": self.traffic.bytes / 1e6,
            "others_share": self.others,
        }

    def per_request(self, count: int, wall: float) -> dict[str, float]:
        """The same, and what a request cost."""
        return {"requests_per_s": count / wall, "cpu_us_per_request": self.cpu / count * 1e6, **self.figures()}

    def per_byte(self, size: int, wall: float) -> dict[str, float]:
        """The same, and what a gigabyte (10⁹ bytes) cost."""
        return {"gb_per_s": size / wall / 1e9, "cpu_s_per_gb": self.cpu / (size / 1e9), **self.figures()}

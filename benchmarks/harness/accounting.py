"""What processes have used, from the kernel's own accounts."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_KIB = 1024


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        try:
            children = (thread / "children").read_text().split()
        except OSError:
            continue
        for child in children:
            found += family(int(child))
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of processes, all threads that ever were, in nanosecond steps.

    Linux makes the clock's id of a process from its number (clock_getcpuclockid(3)): ~pid << 3 | CPUCLOCK_SCHED.
    """
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)


@dataclass(frozen=True)
class Memory:
    """Bytes of resident memory, summed over processes."""

    resident: int
    peak: int
    """Since the last `forget_peaks`; the sum of each process's own peak."""
    anonymous: int
    """Without pages of files: neither the program's text nor a memory-mapped index."""


def memory(pids: Iterable[int]) -> Memory:
    """From /proc/PID/status."""
    sums = {"VmRSS": 0, "VmHWM": 0, "RssAnon": 0}
    for pid in pids:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in sums:
                sums[name] += int(value.split()[0]) * _KIB
    return Memory(resident=sums["VmRSS"], peak=sums["VmHWM"], anonymous=sums["RssAnon"])


def forget_peaks(pids: Iterable[int]) -> None:
    """Starts the peaks of `memory` anew."""
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def disk_bytes_read(pids: Iterable[int]) -> int:
    """What processes caused to be read from the device."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/io").read_text().splitlines():
            if line.startswith("read_bytes:"):
                total += int(line.split()[1])
    return total

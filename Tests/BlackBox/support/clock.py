"""The clock that Berth reads."""

from __future__ import annotations

import time

CLOCK_REALTIME_COARSE = 5  # linux/time.h; Python's `time` does not name it


def second() -> int:
    """The second of time(2), which the kernel ticks: up to some milliseconds behind `time.time()`."""
    return int(time.clock_gettime(CLOCK_REALTIME_COARSE))

"""Many clients at once, and the moment when a server has read what they all sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from .service import wait_until

_ESTABLISHED = "01"


def together(count: int, action: Callable[[int], object]) -> list[Future]:
    """Runs `action(0)` … `action(count - 1)`, each in a thread of its own, all let go at the same moment."""
    gate = threading.Barrier(count)

    def run(position: int) -> object:
        gate.wait()
        return action(position)

    pool = ThreadPoolExecutor(count)
    futures = [pool.submit(run, position) for position in range(count)]
    pool.shutdown(wait=False)
    return futures


def results(futures: list[Future], timeout: float = 60) -> list:
    """What the actions returned; the first failure among them fails the test."""
    return [future.result(timeout) for future in futures]


def wait_until_read(port: int, connections: int) -> None:
    """Waits until a server on 127.0.0.1:`port` has read everything sent on so many connections.

    The kernel tells: no byte waits in the receive queue of the server's ends.
    """

    def all_read() -> bool:
        queues = []
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            _, local, _, state, queue, *_ = line.split()
            if state == _ESTABLISHED and int(local.split(":")[1], 16) == port:
                queues.append(int(queue.split(":")[1], 16))
        return len(queues) >= connections and not any(queues)

    wait_until(all_read, f"{connections} requests read at port {port}")

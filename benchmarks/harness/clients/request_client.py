#!/usr/bin/env python3
"""Sends many small requests over keep-alive connections, and times each.

For what wrk does not do: a list of paths each asked once, HEAD, a steady rate. Reads an order (JSON) from standard
input, writes a result (JSON) to standard output.

Order: {host, port, method, paths | paths_file, headers, connections, seconds, rate, hold, timeout}
Without `seconds` each path is asked once; with it they are asked round and round. With `rate` (requests a second, all
together) requests are due at fixed times and latency counts from then, so that a stall is seen by all whom it delays.
`hold` leaves the connections open and idle that many seconds at the end, after printing a line of JSON.
Result: {wall, cpu, count, bytes, errors, first_error, latencies: {p50, p90, p99, max}}; seconds.
"""

from __future__ import annotations

import collections
import itertools
import json
import resource
import selectors
import socket
import sys
import time
from pathlib import Path

_READ = 256 << 10


class Connection:
    """One keep-alive connection, with at most one request under way."""

    def __init__(self, client: Client):
        self.client = client
        self.socket: socket.socket | None = None
        self.buffer = b""
        self.missing = -1
        self.due = 0.0
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(self.client.address, timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.client.selector.register(self.socket, selectors.EVENT_READ, self)

    def reconnect(self) -> None:
        self.client.selector.unregister(self.socket)
        self.socket.close()
        self.buffer, self.missing = b"", -1
        self.connect()

    def send(self, path: str, due: float) -> None:
        self.due = due
        self.socket.send(f"{self.client.method} {path} HTTP/1.1\r\n{self.client.fields}\r\n".encode())

    def take(self) -> bool:
        """Reads what is there; True when an answer is complete."""
        data = self.socket.recv(_READ)
        if not data:
            raise ConnectionError("closed before the answer's end")
        if self.missing < 0:
            self.buffer += data
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return False
            head, data, self.buffer = self.buffer[:end].lower(), self.buffer[end + 4 :], b""
            if head[9:12] != b"200":
                self.client.note_error(head.decode("latin-1"))
            start = head.find(b"\r\ncontent-length:")
            if start < 0:
                raise ConnectionError("an answer without Content-Length")
            self.missing = 0 if self.client.method == "HEAD" else int(head[start + 17 :].split(b"\r\n", 1)[0])
        self.missing -= len(data)
        self.client.bytes += len(data)
        if self.missing > 0:
            return False
        self.missing = -1
        return True


class Client:
    """All connections, and the requests that are still to be sent."""

    def __init__(self, order: dict):
        self.address = (order["host"], order["port"])
        self.method = order.get("method", "GET")
        fields = {"Host": f"{order['host']}:{order['port']}", **order.get("headers", {})}
        self.fields = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        paths = order["paths"] if "paths" in order else Path(order["paths_file"]).read_text().split()
        self.seconds = order.get("seconds")
        self.paths = iter(paths) if self.seconds is None else itertools.cycle(paths)
        self.interval = 1 / order["rate"] if order.get("rate") else 0.0
        self.timeout = order["timeout"]
        self.selector = selectors.EpollSelector()
        self.bytes = self.errors = 0
        self.first_error = None
        self.latencies: list[float] = []
        self.idle = collections.deque(Connection(self) for _ in range(order["connections"]))
        self.busy = 0

    def note_error(self, text: str) -> None:
        self.errors += 1
        self.first_error = self.first_error or text

    def run(self) -> float:
        started = self.next_due = time.monotonic()
        end = started + self.timeout
        self.stop_sending = started + self.seconds if self.seconds is not None else end
        while True:
            has_more = self.send_due()
            if not has_more and not self.busy:
                return time.monotonic() - started
            for key, _ in self.selector.select(self.patience(has_more)):
                self.take(key.data)
            if time.monotonic() > end:
                raise SystemExit(f"not done after {self.timeout} s: {len(self.latencies)} answers, {self.busy} missing")

    def patience(self, has_more: bool) -> float:
        if has_more and self.interval and self.idle:
            return max(0.0, self.next_due - time.monotonic())
        return 1.0

    def send_due(self) -> bool:
        """Sends what is due on free connections; False when nothing is left."""
        while self.idle:
            now = time.monotonic()
            if now > self.stop_sending:
                return False
            if self.interval and now < self.next_due:
                return True
            path = next(self.paths, None)
            if path is None:
                return False
            self.idle.popleft().send(path, self.next_due if self.interval else now)
            self.busy += 1
            self.next_due += self.interval
        return True

    def take(self, connection: Connection) -> None:
        try:
            if not connection.take():
                return
            self.latencies.append(time.monotonic() - connection.due)
        except BlockingIOError:
            return
        except OSError as error:
            self.note_error(f"{type(error).__name__}: {error}")
            connection.reconnect()
        self.busy -= 1
        self.idle.append(connection)


def main() -> None:
    order = json.load(sys.stdin)
    client = Client(order)
    wall = client.run()
    used = resource.getrusage(resource.RUSAGE_SELF)
    ordered = sorted(client.latencies) or [0.0]
    at = lambda part: ordered[min(len(ordered) - 1, int(part * len(ordered)))]  # noqa: E731
    result = {
        "wall": wall,
        "cpu": used.ru_utime + used.ru_stime,
        "count": len(client.latencies),
        "bytes": client.bytes,
        "errors": client.errors,
        "first_error": client.first_error,
        "latencies": {"p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "max": ordered[-1]},
    }
    print(json.dumps(result), flush=True)
    time.sleep(order.get("hold", 0))


if __name__ == "__main__":
    main()

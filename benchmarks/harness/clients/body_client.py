#!/usr/bin/env python3
"""Downloads bodies and throws them away, as cheaply as a client can.

Reads an order (JSON) from standard input, writes a result (JSON) to standard output. All requests run at once, each on
a connection of its own, in one process (or `processes` of them). Over plain HTTP the kernel discards what arrives
(MSG_TRUNC, tcp(7)): nothing is copied, so that the server's cost is what is seen. Over TLS bytes are decrypted into one
buffer. With `sha256` the body is read and hashed instead.

Order: {host, port, tls, timeout, processes, headers, requests: [{path, sha256, rate, delay, repeat, evict}]}
`rate` is bytes a second; `delay` seconds before connecting. `repeat` asks again until so many seconds have passed;
before each request the files `evict` are dropped from the page cache.
Result: {wall, cpu, requests: [{status, bytes, times, first_byte, total, digest, error}]}; seconds, from the connect on.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import resource
import selectors
import socket
import ssl
import sys
import time

_DISCARD = bytearray(4 << 20)
_HEAD_LIMIT = 64 << 10
_SLOW_READ = 64 << 10
_WOULD_BLOCK = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Download:
    """One request, from connect to last byte."""

    def __init__(self, order: dict, request: dict, context: ssl.SSLContext | None):
        self.order, self.request, self.context = order, request, context
        self.rate = request.get("rate")
        self.until = request.get("repeat", 0)
        self.result = {"status": 0, "bytes": 0, "times": 0, "first_byte": None, "total": None, "digest": None, "error": None}
        self.not_before = time.monotonic() + request.get("delay", 0)
        self.born = time.monotonic()
        self.socket: socket.socket | None = None

    def open(self, selector: selectors.BaseSelector) -> None:
        for path in self.request.get("evict", ()):
            evict(path)
        self.head, self.received, self.expected = b"", 0, None
        self.hash = hashlib.sha256() if self.request.get("sha256") else None
        self.started = time.monotonic()
        connection = socket.socket()
        if self.rate:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SLOW_READ)
        # Loopback connects at once; the handshake of TLS belongs to what is measured.
        connection.settimeout(10)
        connection.connect((self.order["host"], self.order["port"]))
        if self.context:
            connection = self.context.wrap_socket(connection, server_hostname="localhost")
        fields = {"Host": f"{self.order['host']}:{self.order['port']}", "Connection": "close", **self.order.get("headers", {})}
        lines = [f"GET {self.request['path']} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        connection.setblocking(False)
        self.socket = connection
        selector.register(connection, selectors.EVENT_READ, self)

    def take(self) -> bool:
        """Reads what is there; True at the end."""
        try:
            if self.expected is None:
                return self.take_head()
            return self.take_body()
        except _WOULD_BLOCK:
            return False

    def take_head(self) -> bool:
        data = self.socket.recv(_HEAD_LIMIT)
        self.head += data
        head, end, body = self.head.partition(b"\r\n\r\n")
        if not end:
            if data and len(self.head) < _HEAD_LIMIT:
                return False
            raise ConnectionError("no answer's head")
        lines = head.decode("latin-1").split("\r\n")
        self.result["status"] = int(lines[0].split()[1])
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if "content-length" not in fields:
            raise ConnectionError("an answer without Content-Length")
        self.expected = int(fields["content-length"])
        if body:
            self.count(len(body), body)
        return self.received >= self.expected or (self.context is not None and self.take_pending())

    def take_body(self) -> bool:
        limit = min(len(_DISCARD), self.expected - self.received)
        if self.rate:
            limit = min(limit, _SLOW_READ, self.allowance())
            if limit <= 0:
                return False
        if self.context or self.hash:
            size = self.socket.recv_into(_DISCARD, min(limit, 256 << 10))
        else:
            size = self.socket.recv_into(_DISCARD, limit, socket.MSG_TRUNC)
        if size == 0:
            raise ConnectionError(f"cut short after {self.received} of {self.expected} bytes")
        self.count(size, memoryview(_DISCARD)[:size])
        return self.received >= self.expected or (self.context is not None and self.take_pending())

    def take_pending(self) -> bool:
        """What TLS holds decrypted already, of which the selector knows nothing."""
        return self.socket.pending() > 0 and self.take()

    def allowance(self) -> int:
        return int((time.monotonic() - self.started) * self.rate) - self.received

    def count(self, size: int, data: bytes | memoryview) -> None:
        if self.received == 0 and self.result["first_byte"] is None:
            self.result["first_byte"] = time.monotonic() - self.started
        self.received += size
        if self.hash:
            self.hash.update(data)

    def close(self, selector: selectors.BaseSelector, error: str | None = None) -> bool:
        """Ends the request; True if another follows."""
        now = time.monotonic()
        if self.socket is not None:
            selector.unregister(self.socket)
            self.socket.close()
            self.socket = None
        self.result["bytes"] += self.received
        self.result["times"] += 1
        self.result["total"] = now - self.started
        if self.hash:
            self.result["digest"] = f"sha256:{self.hash.hexdigest()}"
        self.result["error"] = error
        return error is None and now - self.born < self.until


def evict(path: str) -> None:
    """Drops a file's clean pages from the page cache."""
    descriptor = os.open(path, os.O_RDONLY)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def download(order: dict, requests: list[dict]) -> list[dict]:
    """Runs all requests at once; returns their results in order."""
    context = None
    if order.get("tls"):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    selector = selectors.EpollSelector()
    downloads = [Download(order, request, context) for request in requests]
    waiting, running = list(downloads), set()
    deadline = time.monotonic() + order["timeout"]

    def advance(each: Download, step) -> None:
        try:
            if step():
                running.discard(each)
                if each.close(selector):
                    waiting.append(each)
        except OSError as error:
            running.discard(each)
            each.close(selector, f"{type(error).__name__}: {error}")

    is_slow = any(each.rate for each in downloads)
    while (waiting or running) and time.monotonic() < deadline:
        now = time.monotonic()
        for each in [each for each in waiting if each.not_before <= now]:
            waiting.remove(each)
            running.add(each)
            advance(each, lambda each=each: each.open(selector))
        for key, _ in selector.select(0.05 if waiting or running else 0):
            advance(key.data, key.data.take)
        if is_slow:
            # Level-triggered sockets that are read slowly are ready all the time.
            time.sleep(0.01)
    for each in running:
        each.close(selector, f"not done after {order['timeout']} s")
    return [each.result for each in downloads]


def main() -> None:
    order = json.load(sys.stdin)
    processes = min(order.get("processes", 1), len(order["requests"]))
    started = time.monotonic()
    if processes == 1:
        results = download(order, order["requests"])
    else:
        parts = [order["requests"][number::processes] for number in range(processes)]
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            results = sum(pool.starmap(download, [(order, part) for part in parts]), [])
            pool.close()
            pool.join()
    wall = time.monotonic() - started
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    json.dump({"wall": wall, "cpu": sum(each.ru_utime + each.ru_stime for each in used), "requests": results}, sys.stdout)


if __name__ == "__main__":
    main()

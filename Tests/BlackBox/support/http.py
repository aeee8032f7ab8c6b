"""An HTTP/1.1 client over raw sockets that shows exactly what the server sent, and sends exactly what a test says.

It is strict where ordinary clients forgive: bare LF, several Content-Length lines, body bytes after HEAD, bytes after
the end of an answer are all failures. `exchange` does one request on a connection of its own; `Connection` gives full
control: raw bytes, pipelining, reading a body in steps or slowly, leaving early.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import ssl
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

Address = tuple[str, int]
Fields = Iterable[tuple[str, str]]

_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9]) ([\t\x20-\x7e\x80-\xff]*)")
_FIELD_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*")
_MAX_HEAD_BYTES = 65536


class ProtocolViolation(AssertionError):
    """The server sent something that HTTP/1.1 does not allow."""


class Truncated(Exception):
    """The connection ended before the announced end of the body; `received` is what came until then."""

    def __init__(self, received: bytes):
        super().__init__(f"connection ended after {len(received)} body bytes")
        self.received = received


@dataclass
class Head:
    """Status line and header fields, in the order they came."""

    status: int
    reason: str
    fields: list[tuple[str, str]]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def get(self, name: str) -> str | None:
        """The field's only value, or None; a repeated field fails the test."""
        values = self.all(name)
        if len(values) > 1:
            raise ProtocolViolation(f"{name} came {len(values)} times: {values}")
        return values[0] if values else None

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise AssertionError(f"no {name} in the answer {self.status}: {self.fields}")
        return value


@dataclass
class Response(Head):
    """A whole answer. `seconds_to_first_byte` counts from sending the request to the first body byte."""

    body: bytes = b""
    seconds_to_first_byte: float | None = field(default=None, compare=False)

    def json(self) -> object:
        return json.loads(self.body)

    def error_code(self) -> str:
        """The code of an OCI error body, whose form is checked on the way (distribution-spec §Error Codes)."""
        assert self["Content-Type"].split(";")[0] == "application/json", self.fields
        document = self.json()
        assert set(document) == {"errors"} and document["errors"], document
        for error in document["errors"]:
            assert re.fullmatch("[A-Z_]+", error["code"]), error
            assert set(error) <= {"code", "message", "detail"}, error
        return document["errors"][0]["code"]


class Connection:
    """One TCP (or TLS) connection to a server."""

    def __init__(
        self,
        address: Address,
        *,
        tls: ssl.SSLContext | None = None,
        server_name: str | None = None,
        timeout: float = 20,
        receive_buffer: int | None = None,
    ):
        raw = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
        raw.settimeout(timeout)
        if receive_buffer is not None:
            # Before connect, so that the TCP window never grows beyond it: the server feels a slow reader soon.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.address = address
        try:
            raw.connect(address)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket = tls.wrap_socket(raw, server_hostname=server_name or address[0]) if tls else raw
        except OSError:
            raw.close()
            raise
        self._unread = b""

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Sending

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def send_request(self, method: str, target: str, fields: Fields = (), body: bytes = b"") -> None:
        """Sends a request with these fields; `Host` is added unless given."""
        fields = list(fields)
        if not any(name.lower() == "host" for name, _ in fields):
            fields.insert(0, ("Host", f"{self.address[0]}:{self.address[1]}"))
        if body and not any(name.lower() == "content-length" for name, _ in fields):
            fields.append(("Content-Length", str(len(body))))
        head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n"
        self.send(head.encode("latin-1") + body)

    def end_sending(self) -> None:
        """Sends FIN: nothing more will be asked."""
        self.socket.shutdown(socket.SHUT_WR)

    def offer(self, *pieces: bytes) -> None:
        """Sends these and FIN, to a server that may have had enough, and left, before the end."""
        with contextlib.suppress(OSError):
            for piece in pieces:
                self.send(piece)
            self.end_sending()

    # Receiving

    def _receive(self) -> bytes:
        try:
            return self.socket.recv(65536)
        except ConnectionResetError:
            return b""

    def read_head(self) -> Head:
        """Reads one status line and its fields (informational answers included)."""
        while b"\r\n\r\n" not in self._unread:
            if len(self._unread) > _MAX_HEAD_BYTES:
                raise ProtocolViolation(f"no end of the head in {len(self._unread)} bytes")
            received = self._receive()
            if not received:
                raise Truncated(self._unread)
            self._unread += received
        head, self._unread = self._unread.split(b"\r\n\r\n", 1)
        status_line, *field_lines = head.split(b"\r\n")
        match = _STATUS_LINE.fullmatch(status_line)
        if not match:
            raise ProtocolViolation(f"status line {status_line!r}")
        fields = []
        for line in field_lines:
            parts = _FIELD_LINE.fullmatch(line)
            if not parts:
                raise ProtocolViolation(f"header line {line!r}")
            fields.append((parts[1].decode(), parts[2].decode("latin-1")))
        return Head(int(match[1]), match[2].decode("latin-1"), fields)

    def body(self, head: Head, method: str = "GET") -> Body:
        """The body that follows `head`, to be read in steps."""
        return Body(self, _body_length(head, method))

    def read_response(self, method: str = "GET") -> Response:
        """Reads one whole answer."""
        started = time.monotonic()
        head = self.read_head()
        body = self.body(head, method)
        first = body.read(1)
        seconds = time.monotonic() - started
        return Response(head.status, head.reason, head.fields, first + body.rest(), seconds if first else None)

    def request(self, method: str, target: str, fields: Fields = (), body: bytes = b"") -> Response:
        """Sends one request and reads its whole answer; the connection stays open."""
        self.send_request(method, target, fields, body)
        return self.read_response(method)

    def expect_end(self, timeout: float = 5) -> None:
        """The server closes now, having sent nothing more."""
        rest = self.read_until_end(timeout)
        if rest:
            raise ProtocolViolation(f"{len(rest)} bytes after the end of the answer: {rest[:200]!r}")

    def read_until_end(self, timeout: float = 5) -> bytes:
        """Everything until the server closes; fails if it keeps the connection open."""
        self.socket.settimeout(timeout)
        data, self._unread = self._unread, b""
        try:
            while received := self._receive():
                data += received
        except TimeoutError:
            raise AssertionError(f"connection still open after {timeout:g} s, {len(data)} bytes read") from None
        return data

    # Leaving

    def close(self) -> None:
        self.socket.close()

    def reset(self) -> None:
        """Leaves with RST, as a killed client does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class Body:
    """A body in the course of arriving: by Content-Length, chunked, or until the connection's end."""

    def __init__(self, connection: Connection, length: int | str):
        self._connection = connection
        self._chunked = length == "chunked"
        self._until_end = length == "end"
        self._left = length if isinstance(length, int) else 0
        self._done = length == 0
        self.received = 0

    def read(self, count: int) -> bytes:
        """Up to `count` bytes: fewer only at the end of the body. Raises `Truncated` when cut short."""
        data = bytearray()
        while len(data) < count and not self._done:
            if self._chunked and self._left == 0:
                self._next_chunk()
                continue
            piece = self._take(min(count - len(data), self._left) if not self._until_end else count - len(data))
            if not piece:
                if self._until_end:
                    self._done = True
                    break
                self.received += len(data)
                raise Truncated(bytes(data))
            data += piece
            if not self._until_end:
                self._left -= len(piece)
                if self._left == 0:
                    if self._chunked:
                        self._expect_line(b"")
                    else:
                        self._done = True
        self.received += len(data)
        return bytes(data)

    def rest(self, bytes_per_second: int | None = None, step: int = 65536) -> bytes:
        """All that remains, if asked at a limited pace. `Truncated.received` holds all of it when cut short."""
        data = bytearray()
        started = time.monotonic()
        while True:
            try:
                piece = self.read(step)
            except Truncated as cut:
                raise Truncated(bytes(data) + cut.received) from None
            if not piece:
                return bytes(data)
            data += piece
            if bytes_per_second:
                ahead = len(data) / bytes_per_second - (time.monotonic() - started)
                if ahead > 0:
                    time.sleep(ahead)

    def _take(self, count: int) -> bytes:
        connection = self._connection
        if not connection._unread:
            connection._unread = connection._receive()
        piece, connection._unread = connection._unread[:count], connection._unread[count:]
        return piece

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\r\n"):
            byte = self._take(1)
            if not byte:
                raise Truncated(b"")
            line += byte
        return line[:-2]

    def _expect_line(self, expected: bytes) -> None:
        line = self._line()
        if line != expected:
            raise ProtocolViolation(f"chunk ends with {line!r}")

    def _next_chunk(self) -> None:
        line = self._line()
        if not re.fullmatch(rb"[0-9A-Fa-f]+", line):
            raise ProtocolViolation(f"chunk size line {line!r}")
        self._left = int(line, 16)
        if self._left == 0:
            self._expect_line(b"")
            self._done = True


def _body_length(head: Head, method: str) -> int | str:
    """RFC 9112 §6.3: how the end of this answer's body is told."""
    encoding, length = head.get("Transfer-Encoding"), head.get("Content-Length")
    if encoding is not None and length is not None:
        raise ProtocolViolation("both Transfer-Encoding and Content-Length")
    if method == "HEAD" or head.status in (204, 304) or head.status < 200:
        return 0
    if encoding is not None:
        if encoding.lower() != "chunked":
            raise ProtocolViolation(f"Transfer-Encoding: {encoding}")
        return "chunked"
    if length is None:
        return "end"
    if not re.fullmatch("[0-9]+", length):
        raise ProtocolViolation(f"Content-Length: {length}")
    return int(length)


def exchange(
    address: Address,
    method: str,
    target: str,
    fields: Fields = (),
    body: bytes = b"",
    *,
    tls: ssl.SSLContext | None = None,
    timeout: float = 20,
) -> Response:
    """One request on a connection of its own, read to the very end: whatever follows the answer fails the test."""
    with Connection(address, tls=tls, timeout=timeout) as connection:
        connection.send_request(method, target, [*fields, ("Connection", "close")], body)
        response = connection.read_response(method)
        connection.expect_end()
        return response

"""An HTTP proxy on 127.0.0.1 that connects as it is asked to (CONNECT), hands on requests in the clear, and keeps a list of what
it was asked."""

from __future__ import annotations

import base64
import socket
import threading

from .service import free_port


class ConnectProxy:
    """Names that `hosts` has are connected to its addresses; with `user`, whoever is not it gets 407."""

    def __init__(self, hosts: dict[str, tuple[str, int]], user: str | None = None, refuses: bool = False):
        self.port = free_port()
        self.asked: list[str] = []
        self._hosts, self._refuses = hosts, refuses
        self._proof = "Basic " + base64.b64encode(user.encode()).decode() if user else None
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = client.recv(4096)
                if not piece:
                    return
                head += piece
            line, *fields = head.decode("latin-1").split("\r\n")
            method, target, _ = line.split(" ")
            self.asked.append(f"{method} {target}")
            shown = [field.split(": ", 1)[1] for field in fields if field.lower().startswith("proxy-authorization: ")]
            if self._proof and shown != [self._proof]:
                client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n")
                return
            if method != "CONNECT":
                return self._hand_on(client, method, target, fields)
            address = self._address(target)
            if self._refuses or address is None:
                client.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
                return
            with socket.create_connection(address, timeout=10) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=pump, args=(server, client), daemon=True)
                back.start()
                pump(client, server)
                back.join(30)

    def _address(self, authority: str) -> tuple[str, int] | None:
        return self._hosts.get(authority.rsplit(":", 1)[0]) or self._hosts.get(authority)

    def _hand_on(self, client: socket.socket, method: str, target: str, fields: list[str]) -> None:
        """Sends a request on that names its URL whole (RFC 9112 §3.2.2), and ends the connection behind the answer."""
        authority, _, path = target.removeprefix("http://").partition("/")
        address = self._address(authority if ":" in authority else f"{authority}:80")
        host = [field.split(": ", 1)[1] for field in fields if field.lower().startswith("host: ")]
        if self._refuses or not target.startswith("http://") or address is None or host != [authority]:
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        kept = [field for field in fields if field and not field.lower().startswith(("proxy-", "connection:"))]
        with socket.create_connection(address, timeout=10) as server:
            lines = [f"{method} /{path} HTTP/1.1", *kept, "Connection: close", "", ""]
            server.sendall("\r\n".join(lines).encode("latin-1"))
            pump(server, client)

    # For support.evidence

    def clean_up(self) -> None:
        self._listener.close()

    def testimony(self) -> tuple[str, str]:
        """A heading, and what it was asked."""
        return "proxy: asked for", "\n".join(self.asked[-60:])


def pump(source: socket.socket, target: socket.socket) -> None:
    """Carries bytes one way until either end has had enough."""
    try:
        while piece := source.recv(1 << 16):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

"""A TLS server on 127.0.0.1 in front of a plain one, for what the scripted upstream's own TLS has not: it wants a
certificate of its clients."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

from .certificates import Certificate
from .proxy import pump
from .service import free_port


class TLSFront:
    """Carries bytes between TLS clients and a plain server; `shown` has the common name of each client's certificate."""

    def __init__(self, certificate: Certificate, clients: Path, server: tuple[str, int], is_required: bool = True):
        self.port = free_port()
        self.shown: list[str | None] = []
        self._server = server
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(clients))
        self._tls.load_cert_chain(certificate.path, certificate.key_path)
        self._tls.verify_mode = ssl.CERT_REQUIRED if is_required else ssl.CERT_OPTIONAL
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            client = self._tls.wrap_socket(connection, server_side=True)
        except OSError:
            connection.close()
            return
        subject = dict(field[0] for field in (client.getpeercert() or {}).get("subject", ()))
        self.shown.append(subject.get("commonName"))
        # One request on each connection: two threads in one TLS connection would be one too many.
        with client, socket.create_connection(self._server, timeout=10) as server:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = client.recv(1 << 14)
                if not piece:
                    return
                head += piece
            server.sendall(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
            pump(server, client)

    # For support.evidence

    def clean_up(self) -> None:
        self._listener.close()

    def testimony(self) -> tuple[str, str]:
        """A heading, and who has come."""
        return "TLS front: clients", "\n".join(map(str, self.shown))

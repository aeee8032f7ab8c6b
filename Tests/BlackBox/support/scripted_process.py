"""The scripted upstream as a process: started, called over its control interface, ended."""

from __future__ import annotations

import http.client
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from urllib.parse import urlencode

from .scripted_records import JSON


class ControlError(Exception):
    """The tool refused an order; the text says why."""


class AwaitTimeout(ControlError):
    """What was awaited did not happen in time."""


class ScriptedProcess:
    """A running `scripted-upstream` and a way to call it. It ends with the `with` block, and when this process dies."""

    def __init__(
        self,
        binary: str | Path,
        *,
        certificate: str | Path | None = None,
        key: str | Path | None = None,
        listen: str | None = None,
        realm_listen: str | None = None,
        public_host: str | None = None,
        send_buffer: int | None = None,
        threads: int | None = None,
        log: str | Path | None = None,
    ) -> None:
        """Starts the tool and waits until it is ready. With a certificate, all but the recorder speak TLS."""
        options = {
            "--tls-certificate": certificate,
            "--tls-key": key,
            "--listen": listen,
            "--realm-listen": realm_listen,
            "--public-host": public_host,
            "--send-buffer": send_buffer,
            "--threads": threads,
        }
        command = [str(binary), "--exit-with-parent"]
        for name, value in options.items():
            if value is not None:
                command += [name, str(value)]
        self._log: BinaryIO | None = open(log, "ab") if log is not None else None
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            self._close_pipes()
            raise ControlError(f"{command} ended with {code} before it was ready")
        ready = json.loads(line)
        self.ports: dict[str, int] = ready["ports"]
        """Ports by origin: registry, storage, token, recorder."""
        self.urls: dict[str, str] = ready["urls"]
        """URLs by origin, without a slash at the end."""
        self.control_port: int = ready["control"]

    @property
    def url(self) -> str:
        """The registry's URL."""
        return self.urls["registry"]

    @property
    def host(self) -> str:
        """The registry's `host:port`."""
        return self.url.split("://", 1)[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the tool."""
        self._process.kill()
        self._process.wait()
        self._close_pipes()

    def _close_pipes(self) -> None:
        for stream in (self._process.stdin, self._process.stdout, self._log):
            if stream is not None:
                stream.close()

    def call(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]] = (),
        body: JSON = None,
        content_type: str = "application/json",
        patience: float = 120,
    ) -> JSON:
        """One request to the control interface, and its answer. A body that is not bytes is sent as JSON."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        target = f"{path}?{urlencode(query)}" if query else path
        connection = http.client.HTTPConnection("127.0.0.1", self.control_port, timeout=patience)
        try:
            connection.request(method, target, data, {"Content-Type": content_type} if data is not None else {})
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status == 408:
            seen = [f"  {each['method']} {each['path']} {each['status']}" for each in self.call("GET", "/requests")]
            raise AwaitTimeout("\n".join([f"{answer['error']}; all requests:", *seen]))
        if response.status != 200:
            raise ControlError(f"{method} {target}: {answer['error']}")
        return answer

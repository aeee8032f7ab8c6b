"""The certificate that servers show."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """PEM files."""

    path: Path
    key: Path

    @classmethod
    def make(cls, directory: Path) -> Certificate:
        """A self-signed one for localhost, P-256, as most public certificates are by now."""
        made = cls(directory / "tls.crt", directory / "tls.key")
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        command += ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        command += ["-out", str(made.path), "-keyout", str(made.key)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return made

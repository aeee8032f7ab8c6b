"""Certificates made for one scenario by the `openssl` command."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """A PEM certificate and its key."""

    path: Path
    key_path: Path


class Authority:
    """A certificate authority of its own; `path` is its root certificate."""

    def __init__(self, directory: Path):
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self.path, self._key_path = directory / "root.pem", directory / "root.key"
        _openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "30",
            "-subj",
            f"/CN=Berth test root {directory.name}",
            "-keyout",
            self._key_path,
            "-out",
            self.path,
        )

    def issue(self, host: str, days: int = 30, usage: str = "serverAuth") -> Certificate:
        """A certificate for a name or address; a negative number of days makes one that has expired. With the usage
        `clientAuth` it is a client's."""
        stem = self._directory / f"{host}.{days}"
        certificate = Certificate(stem.with_name(stem.name + ".pem"), stem.with_name(stem.name + ".key"))
        request, extensions = stem.with_name(stem.name + ".csr"), stem.with_name(stem.name + ".ext")
        kind = "IP" if host.replace(".", "").isdigit() else "DNS"
        extensions.write_text(f"subjectAltName={kind}:{host}\nextendedKeyUsage={usage}\nbasicConstraints=CA:FALSE\n")
        _openssl(
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-subj",
            f"/CN={host}",
            "-keyout",
            certificate.key_path,
            "-out",
            request,
        )
        _openssl(
            "x509",
            "-req",
            "-in",
            request,
            "-CA",
            self.path,
            "-CAkey",
            self._key_path,
            "-CAcreateserial",
            "-days",
            str(days),
            "-extfile",
            extensions,
            "-out",
            certificate.path,
        )
        return certificate


def _openssl(*arguments: str | Path) -> None:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, f"openssl {arguments}: {done.stderr}"

"""What both kinds of nginx share: the careful operator's settings."""

from __future__ import annotations

import getpass
import os
import shutil
from pathlib import Path

from .peer import Peer

_CONFIGURATION = """\
{user}
daemon off;
pid {directory}/pid;
error_log {directory}/error.log warn;
worker_processes {workers};
worker_rlimit_nofile {files};
events {{ worker_connections 16384; multi_accept on; }}
http {{
  access_log off;
  server_tokens off;
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  keepalive_timeout 300s;
  keepalive_requests 100000000;
  open_file_cache max=20000 inactive=10m;
  open_file_cache_valid 10m;
  client_body_temp_path {directory}/temporary/body;
  proxy_temp_path {directory}/temporary/proxy;
  fastcgi_temp_path {directory}/temporary/fastcgi;
  uwsgi_temp_path {directory}/temporary/uwsgi;
  scgi_temp_path {directory}/temporary/scgi;
  default_type application/octet-stream;
{extra}
  server {{
    listen 127.0.0.1:{port} reuseport backlog=4096{tls};
{certificate}
{locations}
  }}
}}
"""


def program() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


class Nginx(Peer):
    """Subclasses give the locations."""

    @classmethod
    def missing(cls) -> str | None:
        return None if program() else "nginx (Debian's package of that name) is not installed"

    def http_settings(self) -> str:
        """More lines for the http block."""
        return ""

    def locations(self) -> str:
        """The server's locations."""
        raise NotImplementedError

    def command(self, tls: bool) -> list[str | Path]:
        (self.directory / "temporary").mkdir(parents=True, exist_ok=True)
        certificate = ""
        if tls:
            certificate = (
                f"    ssl_certificate {self.certificate.path};\n    ssl_certificate_key {self.certificate.key};\n"
                "    ssl_protocols TLSv1.2 TLSv1.3;\n    ssl_session_cache shared:tls:10m;"
            )
        path = self.directory / "nginx.conf"
        path.write_text(
            _CONFIGURATION.format(
                user=f"user {getpass.getuser()};" if os.geteuid() == 0 else "",
                directory=self.directory,
                workers=os.cpu_count(),
                files=min(65536, os.sysconf("SC_OPEN_MAX")),
                port=self.port,
                tls=" ssl" if tls else "",
                certificate=certificate,
                extra=self.http_settings(),
                locations=self.locations(),
            )
        )
        # The option keeps it from opening the packaged log before it reads the file.
        return [program() or "nginx", "-p", self.directory, "-c", path, "-e", self.directory / "error.log"]

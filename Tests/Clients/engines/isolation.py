"""Keeps an engine from falling back past the mirror.

Commands run in a mount namespace of their own whose /etc/hosts maps every public registry to 127.0.0.1, where nothing
listens on ports 80 and 443: a pull that goes around the mirror fails instead of hiding a fault.
"""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

PUBLIC_REGISTRIES = (
    "docker.io",
    "index.docker.io",
    "registry-1.docker.io",
    "auth.docker.io",
    "production.cloudflare.docker.com",
    "quay.io",
)


def require(program: str, package: str) -> str:
    """The path of Debian's own build of an engine; its absence is a failure, never a skip."""
    path = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    assert path, f"{program} is missing: apt-get install {package}"
    return path


def assert_nothing_listens() -> None:
    """The isolation rests on this; so it is looked at and not assumed."""
    for port in (80, 443):
        with socket.socket() as probe:
            probe.settimeout(1)
            assert probe.connect_ex(("127.0.0.1", port)) != 0, f"something listens on 127.0.0.1:{port}"


def isolated(directory: Path, command: list[str], binds: dict[Path, str] | None = None) -> list[str]:
    """`command` in a private mount namespace, with /etc/hosts and further `binds` (file → where) mounted over."""
    assert_nothing_listens()
    hosts = directory / "etc-hosts"
    hosts.write_text("127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {name}\n" for name in PUBLIC_REGISTRIES))
    mounts = {hosts: "/etc/hosts", **(binds or {})}
    script = "set -e; " + "".join('mount --bind "$1" "$2"; shift 2; ' for _ in mounts) + 'exec "$@"'
    pairs = [str(part) for pair in mounts.items() for part in pair]
    return ["unshare", "--mount", "--propagation", "private", "bash", "-c", script, "engine", *pairs, *command]

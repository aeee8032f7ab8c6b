"""Installs what the peers and clients need: from Debian by the project's own script, drayage from PyPI."""

from __future__ import annotations

import shutil
import subprocess
import sys

from .upstream import REPOSITORY_ROOT

TOOLS = REPOSITORY_ROOT / ".build/benchmark-tools"
"""A virtual environment for what comes from PyPI."""

_PACKAGES = ("docker-registry docker-registry", "nginx nginx", "wrk wrk", "skopeo skopeo", "openssl openssl")
_DRAYAGE = "drayage==0.2.9"


def install() -> None:
    """Installs what is missing. What cannot be had is missed later, by the peer that needs it, loudly."""
    script = '. deploy/prerequisites.sh; ensure_packages "$@"'
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script, "install", *_PACKAGES], cwd=REPOSITORY_ROOT)
    if done.returncode != 0:
        print("warning: not all of Debian's packages are there; what needs them is left out", file=sys.stderr)
    _install_drayage()


def _install_drayage() -> None:
    if shutil.which("drayage") or (TOOLS / "bin/drayage").exists():
        return
    try:
        subprocess.run([sys.executable, "-m", "venv", TOOLS], check=True, timeout=120)
        pip = [TOOLS / "bin/pip", "install", "--quiet", "--disable-pip-version-check", _DRAYAGE]
        subprocess.run(pip, check=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"warning: {_DRAYAGE} could not be installed from PyPI: {error}", file=sys.stderr)

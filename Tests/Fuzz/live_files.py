"""Damaged archives and configurations, given to the program as files: it refuses them, or takes what is sound."""

import io
import json
import random
import subprocess
import tarfile
import time
from pathlib import Path

from live_support import Broken, damaged, main
from support import images
from support.berth import binary, yaml

IMAGE = images.single("fuzz", sizes=(2_000,))
CONFIGURATION = {
    "listen": "127.0.0.1:5000",
    "admin": "unix:/run/berth.sock",
    "store": {"path": "/var/lib/berth", "capacity": "80%", "keepFree": "10GiB"},
    "pins": ["docker.io/library/**"],
    "warm": [{"images": ["alpine"], "every": "1h"}],
    "upstreams": {"docker.io": {"endpoints": ["https://mirror.example"], "tagFreshness": "1h30m", "maxStale": "30d"}},
}


def archive() -> bytes:
    annotations = {"org.opencontainers.image.ref.name": "docker.io/library/app:1"}
    files = {
        "oci-layout": b'{"imageLayoutVersion":"1.0.0"}',
        "index.json": json.dumps(
            {"schemaVersion": 2, "manifests": [IMAGE.manifest.descriptor(annotations=annotations)]}
        ).encode(),
        **{f"blobs/sha256/{each.digest[7:]}": each.data for each in (IMAGE.manifest, *IMAGE.blobs)},
    }
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return raw.getvalue()


def run(*arguments: str | Path) -> None:
    """A command may refuse its file, with a word about it. Nothing else may happen."""
    done = subprocess.run([binary(), *map(str, arguments)], capture_output=True, timeout=60)
    if done.returncode not in (0, 1):
        raise Broken(f"{arguments[0]} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')[-2_000:]}")
    if done.returncode == 1 and not done.stderr.strip():
        raise Broken(f"{arguments} refuses a file without a word")


def fuzz(dice: random.Random, deadline: float, directory: Path) -> str:
    whole, text, count = archive(), yaml(CONFIGURATION).encode(), 0
    while time.monotonic() < deadline:
        (directory / "bundle.tar").write_bytes(damaged(whole, dice))
        run("bundle", "verify", directory / "bundle.tar")
        (directory / "berth.yaml").write_bytes(damaged(text, dice))
        run("check", "--config", directory / "berth.yaml")
        count += 2
    return f"{count} damaged files"


if __name__ == "__main__":
    main(fuzz)

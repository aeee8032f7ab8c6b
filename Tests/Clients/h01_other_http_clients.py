"""HTTP clients that are not an engine's: Java's, which offers another protocol on each new connection, and the docker
command line's own, which tries TLS first where a registry is called insecure."""

import os
import subprocess
from pathlib import Path

from engines.isolation import require
from pulls import HUB

PROGRAMS = Path(__file__).resolve().parent / "programs"
ROUNDS = 10


def test_java_keeps_its_connection(mirror):
    """Each request has eight seconds: a connection that is deaf behind an offer of h2c takes longer."""
    java = require("java", "openjdk-17-jdk-headless")
    image = mirror.published["single"]
    base = f"http://127.0.0.1:{mirror.port}/v2"
    repository = f"{base}/{HUB}/{image.repository}"
    layer = image.what.layers[0]
    asked = [
        (f"{base}/", 200, None),
        (f"{repository}/manifests/{image.tag}", 200, image.what.manifest.size),
        (f"{repository}/blobs/{layer.digest}", 200, layer.size),
        (f"{repository}/manifests/nothing", 404, None),
    ]
    done = subprocess.run(
        [java, PROGRAMS / "KeepAlive.java", str(ROUNDS), *(url for url, _, _ in asked)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answers = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    assert len(answers) == ROUNDS * len(asked)
    for (status, length), (_, expected, size) in zip(answers, asked * ROUNDS, strict=True):
        assert status == expected
        assert size in (None, length)


def test_docker_finds_plain_http(workplace, mirror):
    """`docker manifest inspect --insecure`: TLS first, and HTTP when an answer says that this is HTTP."""
    # The manifest list of docker's own kind: docker 20.10 reads no index.
    image = mirror.published["list"]
    docker = require("docker", "docker.io")
    done = subprocess.run(
        [docker, "manifest", "inspect", "--insecure", f"127.0.0.1:{mirror.port}/{HUB}/{image.repository}:{image.tag}"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "HOME": str(workplace.directory), "DOCKER_CLI_EXPERIMENTAL": "enabled"},
    )
    assert done.returncode == 0, done.stderr
    for platform in image.what.images.values():
        assert platform.digest in done.stdout

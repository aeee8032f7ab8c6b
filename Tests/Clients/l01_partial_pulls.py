"""podman's partial pulls: of a zstd:chunked layer it has files of already, it asks for the others alone, some of them in one
request with many ranges. Through Berth that costs the client what the registry itself would cost."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from engines.isolation import require
from support.berth import Berth
from support.berth import upstream as settings
from support.registry import DockerRegistry

FILES, FILE_BYTES, CHANGED = 60, 200_000, (7, 20, 41)
#: What of a pull is not the layer's changed files, and may differ a little: heads of parts, the table of contents.
TOLERANCE = 1.1


class PartialPodman:
    """podman with the overlay driver, the one that takes layers apart, and a storage of its own."""

    def __init__(self, directory: Path):
        directory.mkdir()
        self.program = require("podman", "podman")
        self.storage = directory / "root"
        self.configuration = directory / "storage.conf"
        self.configuration.write_text(
            f'[storage]\ndriver = "overlay"\ngraphroot = "{self.storage}"\nrunroot = "{directory}/run"\n'
            '[storage.options]\npull_options = {enable_partial_images = "true", use_hard_links = "false", ostree_repos = ""}\n'
        )

    def run(self, *arguments):
        done = subprocess.run(
            [self.program, "--cgroup-manager", "cgroupfs", "--events-backend", "none", *map(str, arguments)],
            env={**os.environ, "CONTAINERS_STORAGE_CONF": str(self.configuration)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def pull(self, name):
        self.run("pull", "--quiet", "--tls-verify=false", name)

    def files(self, name):
        """What the image's only layer holds, by name."""
        top = self.run("image", "inspect", "--format", "{{.GraphDriver.Data.UpperDir}}", name).strip()
        return {path.name: path.read_bytes() for path in (Path(top) / "data").iterdir()}


@pytest.fixture(scope="module")
def versions():
    """The files of both versions of the image: all but a few are the same. Noise, so that nothing compresses away."""
    first = {f"f{number}": os.urandom(FILE_BYTES) for number in range(FILES)}
    return {1: first, 2: {**first, **{f"f{number}": os.urandom(FILE_BYTES) for number in CHANGED}}}


@pytest.fixture
def registry(workplace, versions):
    """docker-registry with both versions as podman compresses them."""
    registry = workplace.watch(DockerRegistry(workplace.directory))
    registry.start()
    builder = PartialPodman(workplace.directory / "builder")
    for version, files in versions.items():
        context = workplace.directory / f"context-{version}"
        (context / "data").mkdir(parents=True)
        for name, data in files.items():
            (context / "data" / name).write_bytes(data)
        (context / "Containerfile").write_text("FROM scratch\nCOPY data /data\n")
        local = f"localhost/app:{version}"
        builder.run("build", "--quiet", "--tag", local, context)
        to = f"docker://127.0.0.1:{registry.port}/acme/app:{version}"
        builder.run("push", "--tls-verify=false", "--compression-format", "zstd:chunked", local, to)
    return registry


@pytest.fixture
def berth(workplace, registry):
    berth = workplace.watch(
        Berth(workplace.directory, {"upstreams": {"docker.io": settings(registry.url)}, "log": {"level": "debug"}})
    )
    berth.start()
    return berth


def sent_by_berth(log):
    """Bytes of blobs that clients were sent, by Berth's own account of each request."""
    return sum(
        int(re.search(r" bytes=(\d+)", line)[1])
        for line in log.splitlines()
        if " debug request " in line and "/blobs/" in line
    )


def sent_by_registry(accesses):
    return sum(entry.bytes for entry in accesses if entry.method == "GET" and "/blobs/" in entry.target)


@pytest.mark.parametrize("held", [True, False], ids=["held", "cold"])
def test_a_changed_image_costs_what_changed(workplace, registry, berth, versions, held):
    direct = PartialPodman(workplace.directory / "direct")
    direct.pull(f"127.0.0.1:{registry.port}/acme/app:1")
    before = len(registry.accesses())
    direct.pull(f"127.0.0.1:{registry.port}/acme/app:2")
    at_the_registry = sent_by_registry(registry.accesses()[before:])
    assert at_the_registry < 2 * len(CHANGED) * FILE_BYTES, "podman pulled the whole: the comparison says nothing"

    if held:
        whole = PartialPodman(workplace.directory / "whole")
        whole.pull(f"127.0.0.1:{berth.port}/acme/app:2")
    client = PartialPodman(workplace.directory / "client")
    client.pull(f"127.0.0.1:{berth.port}/acme/app:1")
    before = len(berth.log())
    name = f"127.0.0.1:{berth.port}/acme/app:2"
    client.pull(name)
    assert client.files(name) == versions[2]
    assert sent_by_berth(berth.log()[before:]) <= TOLERANCE * at_the_registry

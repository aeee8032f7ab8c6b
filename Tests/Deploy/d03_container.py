"""The image: its last stage is built as it stands, on stand-ins for the two images that it is made from; Berth runs in it
as nobody in particular, on a root that it cannot write."""

import json
import os
import re
import shutil
import subprocess
import tarfile

import pytest

from support.berth import binary
from tools import output_of

STAND_INS = ("localhost/berth-test-built", "localhost/berth-test-runtime")


class Podman:
    """podman with storage of its own."""

    def __init__(self, directory):
        self.general = ["podman", "--root", directory / "c", "--runroot", directory / "r", "--storage-driver", "vfs"]
        self.general += ["--cgroup-manager", "cgroupfs", "--events-backend", "none"]

    def __call__(self, *arguments, **options):
        return output_of(*self.general, *arguments, **options)


def libraries():
    """What the program under test is linked with, by the path it is looked for at."""
    printed = output_of("ldd", binary())
    return {path for path in re.findall(r"(/\S+)", printed) if os.path.exists(path)}


def tree(archive, files, directories=()):
    """A tar of files of this machine: name in it → file."""
    with tarfile.open(archive, "w") as tar:
        for name in directories:
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for name, file in files.items():
            tar.add(os.path.realpath(file), name)


@pytest.fixture
def podman(deploy, workplace):
    podman = Podman(workplace.directory)
    program, runtime = workplace.directory / "built.tar", workplace.directory / "runtime.tar"
    configuration = deploy / "container/berth.yaml"
    tree(program, {"out/usr/bin/berth": binary(), "out/etc/berth/berth.yaml": configuration}, ["state"])
    tree(runtime, {path.lstrip("/"): path for path in libraries()}, ["proc"])
    for archive, name in zip((program, runtime), STAND_INS, strict=True):
        podman("import", "--quiet", archive, name)
    return podman


def last_stage(deploy):
    text = (deploy / "container/Containerfile").read_text()
    return f"FROM {STAND_INS[0]} AS build\n" + text[text.index("FROM ${RUNTIME}") :].replace("${RUNTIME}", STAND_INS[1])


@pytest.fixture
def image(deploy, podman, workplace):
    containerfile = workplace.directory / "Containerfile"
    containerfile.write_text(last_stage(deploy))
    empty = workplace.directory / "empty"
    empty.mkdir()
    podman("build", "--quiet", "--format", "docker", "--tag", "localhost/berth", "--file", containerfile, empty)
    return "localhost/berth"


def test_the_image(podman, image):
    (seen,) = json.loads(podman("image", "inspect", image))
    assert seen["Config"]["User"] == "65532:65532"
    assert seen["Config"]["Volumes"] == {"/var/lib/berth": {}}
    assert seen["Config"]["Entrypoint"] == ["/usr/bin/berth"]
    assert seen["Healthcheck"]["Test"] == ["CMD", "/usr/bin/berth", "healthcheck"]


def test_it_runs_as_nobody_on_a_root_that_is_read_only(podman, image, workplace):
    """Without podman's network and cgroups, which a test's machine may not have: the mounted image, the account and the
    command are those of the image."""
    mounted = podman("image", "mount", image).strip()
    script = """
      set -eu
      mount --bind "$1" "$2" && mount -o remount,bind,ro "$2"
      mount -t tmpfs -o uid=65532,gid=65532 none "$2/var/lib/berth"
      mount --bind /proc "$2/proc"
      ip link set lo up
      chroot --userspec=65532:65532 "$2" /usr/bin/berth serve --config /etc/berth/berth.yaml &
      for attempt in $(seq 100); do
        if chroot --userspec=65532:65532 "$2" /usr/bin/berth healthcheck 2>/dev/null; then healthy=yes; break; fi
        kill -0 $!
        sleep 0.1
      done
      kill $! && wait $! && echo "ended well, healthy: ${healthy:-no}"
    """
    root = workplace.directory / "root"
    root.mkdir()
    printed = output_of("unshare", "--mount", "--net", "bash", "-c", script, "container", mounted, root)
    assert "ended well, healthy: yes" in printed


def test_compose_understands_its_file(deploy):
    shown = output_of("docker-compose", "--file", deploy / "container/compose.yaml", "config")
    assert "read_only: true" in shown
    source = re.search(r"(/\S+/berth\.yaml):/etc/berth/berth\.yaml:ro|source: (/\S+/berth\.yaml)", shown)
    assert source and os.path.exists(next(filter(None, source.groups())))


def test_what_the_first_stage_copies_is_there(deploy):
    """The stage itself needs the network; at least the names in it are real."""
    text = (deploy / "container/Containerfile").read_text()
    for name in re.findall(r"deploy/\S+\.yaml", text):
        assert (deploy.parent / name).exists(), name
    packages = (deploy / "prerequisites.sh").read_text()
    for package in re.findall(r"lib\S+-dev|zlib1g-dev", text):
        assert f'"{package} ' in packages, f"{package} is not among those that Berth is built with"
    assert shutil.which("podman") and subprocess.run(["podman", "--version"], capture_output=True).returncode == 0

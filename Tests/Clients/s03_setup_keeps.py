"""`berth client-setup --write`: what was there is kept, what changes is shown, a second run changes nothing, and a
request or a file that makes no sense is refused with nothing written."""

import json
import tomllib

import pytest
import yaml
from support.berth import run

MIRROR = "http://mirror.example:5000"
ENGINES = ["docker", "containerd", "podman", "buildkit", "k3s", "rke2", "crio"]


def setup(engine, root, *options, mirror=MIRROR):
    return run("client-setup", engine, "--mirror", mirror, "--write", "--root", root, *options)


def tree(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("engine", ENGINES)
def test_second_run_changes_nothing(tmp_path, engine):
    first = setup(engine, tmp_path)
    assert first.returncode == 0 and "then: " in first.stderr
    before = tree(tmp_path)
    assert before
    second = setup(engine, tmp_path)
    assert second.returncode == 0
    assert "nothing has changed" in second.stderr
    assert {line.split()[0] for line in second.stdout.splitlines()} == {"unchanged"}
    assert tree(tmp_path) == before


def test_daemon_json(tmp_path):
    path = tmp_path / "etc/docker/daemon.json"
    path.parent.mkdir(parents=True)
    old = '{"log-driver": "journald", "registry-mirrors": ["https://old.example"]}'
    path.write_text(old)
    path.chmod(0o600)
    done = setup("docker", tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(path.read_text()) == {
        "log-driver": "journald",
        "registry-mirrors": [MIRROR, "https://old.example"],
        "insecure-registries": ["mirror.example:5000"],
    }
    assert path.stat().st_mode & 0o777 == 0o600
    assert (path.parent / "daemon.json.bak-1").read_text() == old
    assert f'"registry-mirrors": ["{MIRROR}", "https://old.example"]' in done.stdout
    assert "daemon.json.bak-1" in done.stdout
    again = setup("docker", tmp_path, mirror="http://second.example:5000")
    assert again.returncode == 0
    assert (path.parent / "daemon.json.bak-2").exists()


def test_foreign_drop_in(tmp_path):
    path = tmp_path / "etc/containers/registries.conf.d/50-berth.conf"
    path.parent.mkdir(parents=True)
    path.write_text('unqualified-search-registries = ["example.com"]\n')
    done = setup("podman", tmp_path)
    assert done.returncode == 0
    assert '-unqualified-search-registries = ["example.com"]' in done.stdout
    assert path.with_name("50-berth.conf.bak-1").read_text() == 'unqualified-search-registries = ["example.com"]\n'
    # What is there now is ours, and is made anew without ceremony.
    assert setup("podman", tmp_path, "--upstream", "quay.io").returncode == 0
    assert len(tomllib.loads(path.read_text())["registry"]) == 1
    assert not path.with_name("50-berth.conf.bak-2").exists()


def test_registries_yaml(tmp_path):
    path = tmp_path / "etc/rancher/k3s/registries.yaml"
    path.parent.mkdir(parents=True)
    old = "# who may\nconfigs:\n  registry.example: {auth: {username: '007', password: 'yes'}}  # a robot\n"
    path.write_text(old)
    assert setup("k3s", tmp_path, "--upstream", "quay.io").returncode == 0
    assert path.read_text().startswith(old), "comments and layout stay"
    assert yaml.safe_load(path.read_text()) == {
        "configs": {"registry.example": {"auth": {"username": "007", "password": "yes"}}},
        "mirrors": {"quay.io": {"endpoint": [MIRROR]}},
    }


def test_containerd_2_beside_debians_file(tmp_path):
    """Debian's config.toml is of version 2, which containerd 2 reads as well."""
    path = tmp_path / "etc/containerd/config.toml"
    path.parent.mkdir(parents=True)
    old = 'version = 2\n\n[plugins]\n  [plugins."io.containerd.internal.v1.opt"]\n    path = "/var/lib/containerd"  # Debian\n'
    path.write_text(old)
    done = setup("containerd", tmp_path, "--containerd-version", "2")
    assert done.returncode == 0, done.stderr
    assert path.read_text().startswith(old)
    registry = tomllib.loads(path.read_text())["plugins"]["io.containerd.grpc.v1.cri"]["registry"]
    assert registry == {"config_path": "/etc/containerd/certs.d"}
    assert (tmp_path / "etc/containerd/certs.d/_default/hosts.toml").exists()


def test_what_cannot_be_merged_is_printed(tmp_path):
    """Whoever is told to make settings part of a file by hand is shown them."""
    path = tmp_path / "etc/containerd/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("version = 3\n")
    done = setup("containerd", tmp_path, "--containerd-version", "1")
    assert done.returncode == 1
    assert "==> /etc/containerd/config.toml (part of) <==" in done.stdout
    assert 'config_path = "/etc/containerd/certs.d"' in done.stdout


def test_what_cannot_be_merged_stays(tmp_path):
    """Nothing is written at all when one of the files cannot be."""
    path = tmp_path / "etc/containerd/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('version = 2\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\nendpoint = []\n')
    before = tree(tmp_path)
    done = setup("containerd", tmp_path)
    assert done.returncode == 1
    assert "config.toml" in done.stderr and "by hand" in done.stderr
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["docker", "--mirror", "mirror.example:5000"], 1, ["http://HOST:PORT"]),
        (["podman", "--upstream", "quay.oi"], 1, ["quay.oi", "quay.io"]),
        (["docker", "--upstream", "quay.io"], 1, ["Docker Hub"]),
        (["k3s", "--ca", "/nonexistent/ca.pem"], 1, ["/nonexistent/ca.pem"]),
        (["k3s", "--config", "/nonexistent.yaml"], 1, ["/nonexistent.yaml"]),
        (["lxc"], 64, ["docker"]),
        (["containerd", "--containerd-version", "3"], 64, ["--containerd-version"]),
        (["podman", "--root", "/tmp"], 64, ["--write"]),
    ],
)
def test_refusals(arguments, status, words):
    done = run("client-setup", *arguments)
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize(
    ("listen", "url"),
    [("127.0.0.1:5000", "http://127.0.0.1:5000"), ("0.0.0.0:5000", "http://127.0.0.1:5000"), ("[::1]:80", "http://[::1]")],
)
def test_mirror_by_first_listener(tmp_path, listen, url):
    config = tmp_path / "berth.yaml"
    config.write_text(f'listen: ["{listen}"]\n')
    done = run("client-setup", "docker", "--config", config)
    assert done.returncode == 0
    assert url in done.stdout
    assert "warning" in done.stderr and "--mirror" in done.stderr


def test_no_warning_where_engines_can_reach_it(tmp_path):
    config = tmp_path / "berth.yaml"
    config.write_text("listen: mirror.example:5000\n")
    done = run("client-setup", "docker", "--config", config)
    assert MIRROR in done.stdout
    assert "warning" not in done.stderr
    assert run("client-setup", "docker", "--mirror", MIRROR).stderr.count("warning") == 0

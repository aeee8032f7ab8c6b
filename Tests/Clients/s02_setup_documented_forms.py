"""The files of engines that Debian does not package, read by the parsers of their formats and compared with the forms
that their documentation shows; and the others' by strict parsers too."""

import json
import tomllib

import pytest
import yaml
from setup_files import printed

MIRROR = "http://mirror.example:5000"
BOTH = ("--upstream", "docker.io", "--upstream", "quay.io")


def test_buildkit():
    files = printed("buildkit", "--mirror", MIRROR, *BOTH)
    assert tomllib.loads(files["/etc/buildkit/buildkitd.toml"]) == {
        "registry": {
            "docker.io": {"mirrors": ["mirror.example:5000/docker.io"]},
            "quay.io": {"mirrors": ["mirror.example:5000/quay.io"]},
            "mirror.example:5000": {"http": True},
        }
    }


def test_buildkit_by_https():
    files = printed("buildkit", "--mirror", "https://mirror.example", "--upstream", "docker.io")
    assert tomllib.loads(files["/etc/buildkit/buildkitd.toml"]) == {
        "registry": {"docker.io": {"mirrors": ["mirror.example/docker.io"]}}
    }


@pytest.mark.parametrize("engine", ["k3s", "rke2"])
def test_k3s(engine):
    files = printed(engine, "--mirror", MIRROR, *BOTH)
    assert yaml.safe_load(files[f"/etc/rancher/{engine}/registries.yaml"]) == {
        "mirrors": {"docker.io": {"endpoint": [MIRROR]}, "quay.io": {"endpoint": [MIRROR]}}
    }


def test_k3s_for_all():
    mirrors = yaml.safe_load(printed("k3s", "--mirror", MIRROR)["/etc/rancher/k3s/registries.yaml"])["mirrors"]
    assert mirrors["*"] == {"endpoint": [MIRROR]}
    assert {"docker.io", "quay.io", "ghcr.io", "registry.k8s.io"} < mirrors.keys()


def test_authority(tmp_path):
    """A private authority's certificate goes where each engine looks for it."""
    certificate = tmp_path / "ca.pem"
    certificate.write_text("-----BEGIN CERTIFICATE-----\n")
    options = ("--mirror", "https://mirror.example:5000", "--ca", certificate, "--upstream", "docker.io")

    files = printed("k3s", *options)
    (configured,) = yaml.safe_load(files["/etc/rancher/k3s/registries.yaml"])["configs"].items()
    assert configured == ("mirror.example:5000", {"tls": {"ca_file": "/etc/rancher/k3s/berth-ca.pem"}})
    assert files["/etc/rancher/k3s/berth-ca.pem"] == certificate.read_text()

    files = printed("buildkit", *options)
    registry = tomllib.loads(files["/etc/buildkit/buildkitd.toml"])["registry"]
    assert registry["mirror.example:5000"] == {"ca": ["/etc/buildkit/berth-ca.pem"]}
    assert files["/etc/buildkit/berth-ca.pem"] == certificate.read_text()

    files = printed("containerd", *options)
    (host,) = tomllib.loads(files["/etc/containerd/certs.d/docker.io/hosts.toml"])["host"].values()
    assert files[host["ca"]] == certificate.read_text()

    assert "/etc/docker/certs.d/mirror.example:5000/ca.crt" in printed("docker", *options)
    assert "/etc/containers/certs.d/mirror.example:5000/ca.crt" in printed("crio", *options)


@pytest.mark.parametrize("engine", ["podman", "crio"])
def test_registries_conf(engine):
    files = printed(engine, "--mirror", MIRROR)
    sections = tomllib.loads(files["/etc/containers/registries.conf.d/50-berth.conf"])["registry"]
    assert len({section["prefix"] for section in sections}) == len(sections)
    for section in sections:
        name = section["prefix"]
        assert section == {
            "prefix": name,
            "location": name,
            "mirror": [{"location": f"mirror.example:5000/{name}", "insecure": True}],
        }


@pytest.mark.parametrize(
    ("version", "form", "plugin"), [("1", 2, "io.containerd.grpc.v1.cri"), ("2", 3, "io.containerd.cri.v1.images")]
)
def test_containerd(version, form, plugin):
    files = printed("containerd", "--mirror", MIRROR, "--containerd-version", version, *BOTH)
    assert tomllib.loads(files.pop("/etc/containerd/config.toml")) == {
        "version": form,
        "plugins": {plugin: {"registry": {"config_path": "/etc/containerd/certs.d"}}},
    }
    host = {MIRROR: {"capabilities": ["pull", "resolve"], "dial_timeout": "1s"}}
    assert {path: tomllib.loads(text) for path, text in files.items()} == {
        "/etc/containerd/certs.d/docker.io/hosts.toml": {"server": "https://registry-1.docker.io", "host": host},
        "/etc/containerd/certs.d/quay.io/hosts.toml": {"server": "https://quay.io", "host": host},
    }


def test_docker():
    files = printed("docker", "--mirror", MIRROR)
    assert json.loads(files["/etc/docker/daemon.json"]) == {
        "registry-mirrors": [MIRROR],
        "insecure-registries": ["mirror.example:5000"],
    }

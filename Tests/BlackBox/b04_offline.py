"""`offline: true`: what is held is served as if the registries were there, the rest is 404, and nobody is ever asked."""

import json
import signal

import pytest

from support import images
from support.berth import run, yaml
from support.bundles import bring, export
from support.service import wait_until

IMAGE = images.single("b04")
SIGNATURE = images.artifact(IMAGE.manifest, "application/vnd.example.signature", "signed")
OTHER = images.single("b04 other")
APP = "/v2/docker.io/library/app"
NEVER = "sha256:" + "0" * 64


@pytest.fixture
def offline(upstream, start_berth, workplace):
    """A Berth that a bundle was brought to, and that could reach the registry, which has more."""
    upstream.push(IMAGE, "library/app", "1", "latest")
    upstream.push(SIGNATURE, "library/app")
    upstream.push(OTHER, "library/other", "1")
    docker_io = {"docker.io": {"endpoints": [upstream.url], "tagFreshness": "0s"}}
    connected = start_berth(docker_io, name="connected")
    bundle = workplace.directory / "site.tar"
    export(connected, bundle, "app:1", "app:latest", "--with-referrers")
    berth = start_berth(docker_io, name="isolated", offline=True)
    bring(berth, bundle)
    upstream.reset("requests")
    yield berth
    assert upstream.requests() == []


def test_held_is_served(offline):
    for reference in ("1", "latest", IMAGE.digest):
        answer = offline.get(f"{APP}/manifests/{reference}")
        assert (answer.status, answer.body) == (200, IMAGE.manifest.data)
        assert answer.get("Warning") is None
        assert offline.head(f"{APP}/manifests/{reference}").status == 200
    for blob in IMAGE.blobs:
        assert offline.get(f"{APP}/blobs/{blob.digest}").body == blob.data
    assert offline.get(f"{APP}/tags/list").json() == {"name": "docker.io/library/app", "tags": ["1", "latest"]}
    (listed,) = offline.get(f"{APP}/referrers/{IMAGE.digest}").json()["manifests"]
    assert listed["digest"] == SIGNATURE.digest


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("library/app/manifests/2", "MANIFEST_UNKNOWN"),
        (f"library/app/manifests/{NEVER}", "MANIFEST_UNKNOWN"),
        ("library/other/manifests/1", "MANIFEST_UNKNOWN"),
        (f"library/app/blobs/{NEVER}", "BLOB_UNKNOWN"),
        (f"library/other/blobs/{IMAGE.config.digest}", "BLOB_UNKNOWN"),
        (f"library/other/manifests/{IMAGE.digest}", "MANIFEST_UNKNOWN"),
        ("library/other/tags/list", "NAME_UNKNOWN"),
        (f"library/app/referrers/{NEVER}", "NAME_UNKNOWN"),
    ],
)
def test_the_rest_is_not_there(offline, path, code):
    answer = offline.get(f"/v2/docker.io/{path}")
    assert (answer.status, answer.error_code()) == (404, code)
    assert "offline" in answer.json()["errors"][0]["message"]
    assert offline.head(f"/v2/docker.io/{path}").status in (404, 405)


def test_orders_that_need_upstream_say_so(offline):
    for command in (("warm", "other:1"), ("refresh", "app:1")):
        done = run(*command, "--admin", f"127.0.0.1:{offline.admin_port}")
        assert done.returncode != 0
        assert "offline" in done.stderr + done.stdout, command


def test_reload_goes_offline_and_back(upstream, start_berth):
    upstream.push(IMAGE, "library/app", "1")
    upstream.push(OTHER, "library/other", "1")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "tagFreshness": "0s"}})
    assert berth.get(f"{APP}/manifests/1").status == 200

    def reload(**changes):
        berth.configuration.update(changes)
        berth.config_path.write_text(yaml(berth.configuration))
        before = berth.log().count("the configuration is reloaded")
        berth.process.send_signal(signal.SIGHUP)
        wait_until(lambda: berth.log().count("the configuration is reloaded") > before, "reloaded")

    reload(offline=True)
    upstream.reset("requests")
    assert berth.get(f"{APP}/manifests/1").status == 200
    assert berth.get("/v2/docker.io/library/other/manifests/1").status == 404
    assert berth.get(f"{APP}/tags/list").json()["tags"] == ["1"]
    assert upstream.requests() == []
    reload(offline=False)
    assert berth.get("/v2/docker.io/library/other/manifests/1").body == OTHER.manifest.data


def test_check_shows_it(workplace):
    path = workplace.directory / "berth.yaml"
    path.write_text(json.dumps({"offline": True}))
    assert "offline: true" in run("check", "--config", path).stdout

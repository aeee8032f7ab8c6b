"""Credentials from docker-credential-* helpers, named in the configuration or in a docker config.json: run once for all
who ask, run again when their answer is refused or has aged, and bounded when they hang."""

import json
import os
import shlex

import pytest
from a01_anonymous_token import token_upstream
from support import images, trouble
from support.parallel import results, together
from support.service import wait_until

IMAGE = images.single("a05")
USER, PASSWORD = "acme", "planted-helper-secret"


class Helper:
    """A program `docker-credential-NAME` that answers from a file, and counts how often it is asked and for whom."""

    def __init__(self, directory, name="site"):
        self.name = name
        self.bin, self._answer, self._calls = directory / "bin", directory / f"{name}.json", directory / f"{name}.calls"
        self.bin.mkdir(exist_ok=True)
        self.program(f"cat >> {shlex.quote(str(self._calls))}; echo >> {shlex.quote(str(self._calls))}\n"
                     f"exec cat {shlex.quote(str(self._answer))}")  # fmt: skip
        self.answers(PASSWORD)

    def program(self, script):
        path = self.bin / f"docker-credential-{self.name}"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def answers(self, password):
        self._answer.write_text(json.dumps({"ServerURL": "", "Username": USER, "Secret": password}))

    def calls(self):
        return self._calls.read_text().split() if self._calls.exists() else []


@pytest.fixture
def helper(workplace, monkeypatch):
    helper = Helper(workplace.directory)
    monkeypatch.setenv("PATH", f"{helper.bin}:{os.environ['PATH']}")
    return helper


@pytest.fixture(params=["helper", "credHelpers", "credsStore"])
def credentials(request, workplace, upstream, helper):
    if request.param == "helper":
        return [{"helper": helper.name}]
    docker = {"credsStore": helper.name, "auths": {upstream.host: {}}}
    if request.param == "credHelpers":
        docker = {"credHelpers": {upstream.host: helper.name}, "credsStore": "none-such"}
    path = workplace.directory / "config.json"
    path.write_text(json.dumps(docker))
    return [{"dockerConfig": str(path)}]


def test_basic(start_berth, upstream, helper, credentials):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_basic({USER: PASSWORD})
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "credentials": credentials}})
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    for blob in IMAGE.blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data
    assert helper.calls() == [upstream.host], "asked once, for the endpoint's host and port"
    assert PASSWORD not in berth.log()


def test_token_service(start_berth, upstream, credentials):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token(users={USER: PASSWORD})
    berth = start_berth({"docker.io": token_upstream(upstream, credentials=credentials)})
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data


def test_many_clients_one_run(start_berth, upstream, helper):
    all_images = [images.single(f"a05 {number}") for number in range(8)]
    for number, image in enumerate(all_images):
        upstream.push(image, f"library/app{number}", "1")
    upstream.require_basic({USER: PASSWORD})
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "credentials": [{"helper": helper.name}]}})
    answers = results(together(8, lambda number: berth.get(f"/v2/app{number}/manifests/1")))
    assert [answer.body for answer in answers] == [image.manifest.data for image in all_images]
    assert len(helper.calls()) == 1


@pytest.mark.parametrize("kind", ["basic", "token"])
def test_refused_is_asked_again(start_berth, upstream, helper, kind):
    """What a helper gave has expired at the registry before its time: the client does not notice."""
    upstream.push(IMAGE, "library/app", "1")
    require = upstream.require_basic if kind == "basic" else lambda users: upstream.require_token(users=users)
    require({USER: PASSWORD})
    settings = {"credentials": [{"helper": helper.name, "helperLifetime": "1h"}], "tagFreshness": "0s"}
    berth = start_berth({"docker.io": token_upstream(upstream, **settings)})
    assert berth.get("/v2/app/manifests/1").status == 200
    require({USER: "rotated"})
    helper.answers("rotated")
    other = images.single("a05 after the rotation")
    upstream.push(other, "library/other", "1")
    assert berth.get("/v2/other/manifests/1").body == other.manifest.data
    assert len(helper.calls()) == 2


def test_refused_for_good(start_berth, upstream, helper):
    """A wrong password is no reason to run the helper for each request."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_basic({USER: "another"})
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "credentials": [{"helper": helper.name}]}})
    for _ in range(5):
        answer = berth.get("/v2/app/manifests/1")
        assert (answer.status, answer.error_code()) == (403, "DENIED")
    assert len(helper.calls()) <= 2


def test_lifetime(start_berth, upstream, helper):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_basic({USER: PASSWORD})
    credentials = [{"helper": helper.name, "helperLifetime": "50ms"}]
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "credentials": credentials, "tagFreshness": "0s"}})

    def asked_again():
        assert berth.get("/v2/app/manifests/1").status == 200
        return len(helper.calls()) > 1

    wait_until(asked_again, "the helper is asked again once its answer has aged")


def test_no_credential_is_anonymous(start_berth, upstream, helper):
    upstream.push(IMAGE, "library/app", "1")
    helper.program("echo credentials not found in native keychain; exit 1")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "credentials": [{"helper": helper.name}]}})
    assert berth.get("/v2/app/manifests/1").status == 200
    upstream.require_basic({USER: PASSWORD})
    assert berth.get("/v2/app/manifests/latest").status == 403


BROKEN = {
    "fails": ("echo the keychain is locked; exit 3", "status 3: the keychain is locked"),
    "is not there": (None, "in no directory of PATH"),
    "prints something else": ("echo planted-helper-secret", "printed no JSON"),
    "prints without end": ("exec yes planted-helper-secret", "printed more than"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken(start_berth, upstream, helper, kind):
    """Never an anonymous pull in its place: an operator who configures a credential wants it used."""
    script, reason = BROKEN[kind]
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_basic({USER: PASSWORD})
    if script is None:
        (helper.bin / f"docker-credential-{helper.name}").unlink()
    else:
        helper.program(script)
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "credentials": [{"helper": helper.name}]}})
    with trouble.within(trouble.AT_ONCE):
        answer = berth.get("/v2/app/manifests/1")
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    assert reason in answer.body.decode() + berth.log()
    assert PASSWORD not in answer.body.decode() + berth.log()


def test_hangs(start_berth, upstream, helper):
    """It is killed after ten seconds, with whatever it has started; meanwhile what needs no credential is served."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_basic({USER: PASSWORD})
    helper.program("sleep 600 & sleep 600")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "credentials": [{"helper": helper.name}]}})
    with trouble.within(15):
        answer = berth.get("/v2/app/manifests/1", timeout=30)
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")

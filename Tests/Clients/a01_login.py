"""podman and skopeo log in to a Berth that asks who they are: right and wrong passwords, public and private pulls."""

import subprocess

import pytest
from engines.isolation import isolated, require
from support import access, images
from support.berth import Berth
from support.upstream import Upstream

IMAGE = images.single("login")
RIGHT, WRONG = access.PASSWORDS["ann"], "wrong"


@pytest.fixture
def berth(workplace):
    upstream = workplace.watch(Upstream(workplace.directory))
    upstream.push(IMAGE, "public/app", "1")
    upstream.push(IMAGE, "private/app", "1")
    berth = workplace.watch(
        Berth(
            workplace.directory,
            {
                "upstreams": {"docker.io": {"endpoints": [upstream.url]}},
                "access": access.section(workplace.directory),
                "log": {"level": "debug"},
            },
        )
    )
    berth.start()
    return berth


class Engine:
    """One of them, with a home of its own."""

    def __init__(self, name, workplace, berth):
        self.name, self.program = name, require(name, name)
        self.directory, self.registry = workplace.directory / name, f"127.0.0.1:{berth.port}"
        self.directory.mkdir()
        (self.directory / "auth.json").write_text("{}")
        (self.directory / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')

    def run(self, *arguments):
        auth = ["--authfile", str(self.directory / "auth.json")]
        command = [self.program, *arguments[:1], *auth, "--tls-verify=false", *arguments[1:]]
        binds = {self.directory / "policy.json": "/etc/containers/policy.json"}
        return isolated(self.directory, command, binds)

    def login(self, password):
        return self.run("login", "-u", "ann", "-p", password, self.registry)

    def pull(self, name):
        source = f"docker://{self.registry}/{name}:1"
        if self.name == "podman":
            return self.run("pull", source)
        return self.run("copy", source, f"dir:{self.directory / name.replace('/', '-')}")


@pytest.fixture(params=["skopeo", "podman"])
def engine(request, workplace, berth):
    return Engine(request.param, workplace, berth)


def ended(command):
    return subprocess.run(command, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("password", [None, WRONG, RIGHT], ids=["anonymous", "wrong", "right"])
def test_login_and_pull(engine, password):
    if password is not None:
        assert (ended(engine.login(password)).returncode == 0) == (password == RIGHT)
    public, private = ended(engine.pull("public/app")), ended(engine.pull("private/app"))
    assert public.returncode == 0, public.stderr
    assert (private.returncode == 0) == (password == RIGHT), private.stderr

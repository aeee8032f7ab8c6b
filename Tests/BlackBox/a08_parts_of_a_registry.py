"""Credential files of podman name parts of a registry: the entry that fits a repository best is shown, and none that is
meant for another part."""

import base64
import json

import pytest
from support import images

IMAGE = images.single("a08")


def entry(user):
    return {"auth": base64.b64encode(f"{user}:pw".encode()).decode()}


@pytest.fixture
def ask(start_berth, upstream, workplace):
    """What is shown for a repository, by a file with these entries; None for nothing."""

    def start(document):
        path = workplace.directory / "auth.json"
        path.write_text(json.dumps(document(upstream.host)))
        path.chmod(0o600)
        users = {user: "pw" for user in ("all", "team", "app")}
        upstream.require_basic(users)
        settings = {"endpoints": [upstream.url], "credentials": [{"dockerConfig": str(path)}]}
        berth = start_berth({"quay.example": settings}, defaultUpstream="quay.example")

        def shown(name):
            upstream.push(IMAGE, name, "1")
            upstream.reset()
            berth.get(f"/v2/{name}/manifests/1")
            fields = [each.header("Authorization") for each in upstream.requests("manifestGet")]
            return base64.b64decode(fields[-1].removeprefix("Basic ")).decode().split(":")[0] if fields[-1] else None

        return shown

    return start


def test_longest_part(ask):
    shown = ask(lambda host: {"auths": {host: entry("all"), f"{host}/team": entry("team"), f"{host}/team/app": entry("app")}})
    assert [shown(name) for name in ("team/app", "team/app/web", "team/else", "teamwork/x")] == ["app", "app", "team", "all"]


def test_other_parts_show_nothing(ask):
    shown = ask(lambda host: {"auths": {f"{host}/team": entry("team")}})
    assert [shown(name) for name in ("team/x", "other/x")] == ["team", None]


def test_first_of_two(ask):
    shown = ask(lambda host: {"auths": {host: entry("team"), f"https://{host}/v2/": entry("all")}})
    assert shown("any/x") == "team"

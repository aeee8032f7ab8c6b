"""Basic credentials from the file, from passwordFile and from a docker config.json: shown to the registry, or to its
token service, and only once they are asked for."""

import base64
import json

import pytest
from a01_anonymous_token import token_upstream
from support import images

IMAGE = images.single("a03")
USER, PASSWORD = "acme", "pass:word with späces"
#: A password for Docker Hub itself, which is none for another place that is configured as an endpoint of docker.io.
OTHERS = {"auth": base64.b64encode(b"acme:planted-password").decode()}
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@pytest.fixture(params=["password", "passwordFile", "dockerConfig"])
def credentials(request, workplace, upstream):
    if request.param == "password":
        return [{"username": USER, "password": PASSWORD}]
    path = workplace.directory / "secret"
    if request.param == "passwordFile":
        path.write_text(PASSWORD + "\n")
        path.chmod(0o600)
        return [{"username": USER, "passwordFile": str(path)}]
    auth = {"auth": base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}
    path.write_text(json.dumps({"auths": {upstream.host: auth, "https://index.docker.io/v1/": OTHERS}}))
    path.chmod(0o600)
    return [{"dockerConfig": str(path)}]


def test_basic(start_berth, upstream, credentials):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_basic({USER: PASSWORD})
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "credentials": credentials}})
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    for blob in IMAGE.blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data
    shown = {request.header("Authorization") for request in upstream.requests(status=200)}
    assert shown == {BASIC}


def test_token_service(start_berth, upstream, credentials):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token(users={USER: PASSWORD})
    berth = start_berth({"docker.io": token_upstream(upstream, credentials=credentials)})
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    (token,) = upstream.requests("token")
    assert token.header("Authorization") == BASIC or PASSWORD.split()[0] in token.body
    for request in upstream.requests(origin="registry"):
        assert not (request.header("Authorization") or "").startswith("Basic"), "the registry wants tokens"


def test_wrong_password(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_basic({USER: PASSWORD})
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url], "credentials": [{"username": USER, "password": "wrong"}]}}
    )
    answer = berth.get("/v2/app/manifests/1")
    assert (answer.status, answer.error_code()) == (403, "DENIED")
    assert len(upstream.requests()) <= 4, "no loop"


def test_none_for_a_private_registry(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_basic({USER: PASSWORD})
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}})
    answer = berth.get("/v2/app/manifests/1")
    assert (answer.status, answer.error_code()) == (403, "DENIED")
    assert answer.get("WWW-Authenticate") is None, "the client is never asked for upstream's credentials"


def test_password_file_may_change(start_berth, workplace, upstream):
    """Rotated secrets are read again when the old one is refused."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_basic({USER: "new"})
    path = workplace.directory / "secret"
    path.write_text("old")
    path.chmod(0o600)
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url], "credentials": [{"username": USER, "passwordFile": str(path)}]}}
    )
    assert berth.get("/v2/app/manifests/1").status == 403
    path.write_text("new")
    assert berth.get("/v2/app/manifests/1").status == 200


def test_docker_config_is_by_host(start_berth, workplace, upstream):
    """Docker Hub's own password in config.json is not shown to a mirror at another address."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_basic({USER: PASSWORD})
    path = workplace.directory / "config.json"
    path.write_text(json.dumps({"auths": {"https://index.docker.io/v1/": OTHERS}}))
    path.chmod(0o600)
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "credentials": [{"dockerConfig": str(path)}]}})
    assert berth.get("/v2/app/manifests/1").status == 403
    assert all(request.header("Authorization") is None for request in upstream.requests())

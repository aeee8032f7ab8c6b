"""A client that comes without credentials is told where to get a token, gets one with or without a password, and is
served what the rules give to whom the token is for."""

import pytest
from support import access, images
from support.http import exchange

IMAGE = images.single("a11")


@pytest.fixture
def berth(upstream, start_berth, workplace):
    upstream.push(IMAGE, "public/app", "1")
    upstream.push(IMAGE, "private/app", "1")
    return start_berth({"docker.io": {"endpoints": [upstream.url]}}, access=access.section(workplace.directory))


def challenge(berth, **more):
    parts = {"realm": f"http://127.0.0.1:{berth.port}/v2/token", "service": f"127.0.0.1:{berth.port}", **more}
    return "Bearer " + ",".join(f'{name}="{value}"' for name, value in parts.items())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("shown", [[], access.basic("", ""), access.basic("ann", "wrong"), access.basic("eve", "x")])
def test_the_ping_challenges(berth, method, shown):
    answer = berth.request(method, "/v2/", shown)
    assert answer.status == 401
    assert answer["WWW-Authenticate"] == challenge(berth), "one challenge, and nothing else in it"
    assert answer["Docker-Distribution-API-Version"] == "registry/2.0"
    if method == "GET":
        assert answer.error_code() == "UNAUTHORIZED"


def test_what_opens_the_ping(berth):
    assert berth.get("/v2/", access.basic("ann")).status == 200
    assert berth.get("/v2/", access.bearer(access.token(berth))).status == 200, "an anonymous client's token"
    assert berth.get("/v2/", access.bearer(access.token(berth, fields=access.basic("ann")))).status == 200


@pytest.mark.parametrize("shown", [[], access.basic("", ""), access.basic("ann"), access.basic("bob")])
@pytest.mark.parametrize("scopes", [[], ["registry:catalog:*"], ["repository:private/app:pull,push,delete"], ["nonsense"]])
def test_tokens_are_given_to_all(berth, shown, scopes):
    answer = access.ask_for_token(berth, *scopes, fields=shown, account="ann", client_id="docker", offline_token="true")
    assert answer.status == 200
    document = answer.json()
    assert set(document) == {"token", "access_token", "expires_in"}, "no issued_at, no refresh_token"
    assert document["token"] == document["access_token"]
    assert document["expires_in"] == 300
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("shown", [access.basic("ann", "wrong"), access.basic("eve", "x"), access.bearer("x"),
                                   [("Authorization", "Digest x")]])
def test_no_token_for_who_is_not_who_they_say(berth, shown):
    assert access.ask_for_token(berth, fields=shown).status == 401


def test_forms(berth):
    """containerd asks for a token by POST, and for the same repository twice."""

    def post(body):
        return exchange(
            berth.address, "POST", "/v2/token", [("Content-Type", "application/x-www-form-urlencoded")], body.encode()
        )

    scope = "repository%3Aprivate%2Fapp%3Apull+repository%3Aprivate%2Fapp%3Apull%2Cpush"
    form = f"client_id=containerd-client&grant_type=password&service=x&scope={scope}&username=ann&password="
    answer = post(form + access.PASSWORDS["ann"])
    assert answer.status == 200
    assert berth.get("/v2/private/app/manifests/1", access.bearer(answer.json()["token"])).status == 200
    assert post(form + "wrong").status == 401
    assert post("grant_type=refresh_token&refresh_token=x").status == 401, "none was given to anybody"
    assert post("grant_type=password").status == 200, "whoever says nothing is anonymous"
    assert post("x" * 40_000).status == 413


def test_private_pull(berth):
    target = "/v2/private/app/manifests/1"
    scope = access.pull_scope("private/app")
    answer = berth.get(target)
    assert (answer.status, answer["WWW-Authenticate"]) == (401, challenge(berth, scope=scope))
    anns = access.token(berth, scope, fields=access.basic("ann"))
    assert berth.get(target, access.bearer(anns)).body == IMAGE.manifest.data
    assert berth.get(f"/v2/private/app/blobs/{IMAGE.layers[0].digest}", access.bearer(anns)).status == 200
    bobs = access.token(berth, scope, fields=access.basic("bob"))
    answer = berth.get(target, access.bearer(bobs))
    assert (answer.status, answer.error_code()) == (404, "NAME_UNKNOWN")
    anonymous = access.token(berth, scope)
    assert berth.get(target, access.bearer(anonymous)).status == 401


def test_a_token_covers_what_was_asked_for(berth):
    anns = access.token(berth, access.pull_scope("private/other"), fields=access.basic("ann"))
    answer = berth.get("/v2/private/app/manifests/1", access.bearer(anns))
    assert answer.status == 401
    scope = access.pull_scope("private/app")
    assert answer["WWW-Authenticate"] == challenge(berth, scope=scope, error="insufficient_scope")


def test_the_scope_is_the_clients_name_for_it(berth):
    """However a repository is named, rules know it by one name, and a token by the client's."""
    for name in ("private/app", "docker.io/private/app"):
        target = f"/v2/{name}/manifests/1"
        assert f'scope="repository:{name}:pull"' in berth.get(target)["WWW-Authenticate"]
        shown = access.bearer(access.token(berth, access.pull_scope(name), fields=access.basic("ann")))
        assert berth.get(target, shown).status == 200
    assert berth.get("/v2/private/app/manifests/1?ns=docker.io", access.basic("ann")).status == 200


def test_external_url(upstream, start_berth, workplace):
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url]}},
        access=access.section(workplace.directory),
        externalURL="https://berth.example",
    )
    expected = 'Bearer realm="https://berth.example/v2/token",service="berth.example"'
    assert berth.get("/v2/")["WWW-Authenticate"] == expected


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_verbs(berth, method):
    assert berth.request(method, "/v2/token").status == 405

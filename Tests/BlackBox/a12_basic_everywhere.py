"""Scripts and simple clients show user and password at every endpoint. A wrong one is refused also where nobody needs any:
a mistyped password must not look like success."""

import pytest
from support import access, images

IMAGE = images.single("a12")


@pytest.fixture
def berth(upstream, start_berth, workplace):
    for name in ("public/app", "private/app"):
        upstream.push(IMAGE, name, "1")
    return start_berth(
        {"docker.io": {"endpoints": [upstream.url]}},
        access=access.section(workplace.directory, tokens={"robot": "ann"}),
    )


def targets(name):
    return [
        f"/v2/{name}/manifests/1",
        f"/v2/{name}/manifests/{IMAGE.digest}",
        f"/v2/{name}/blobs/{IMAGE.layers[0].digest}",
        f"/v2/{name}/tags/list",
        f"/v2/{name}/referrers/{IMAGE.digest}",
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_everywhere(berth, method):
    for _ in ("cold", "held"):
        for target in targets("private/app"):
            assert berth.request(method, target, access.basic("ann")).status == 200, target
        for target in targets("public/app"):
            assert berth.request(method, target).status == 200, target
            assert berth.request(method, target, access.basic("bob")).status == 200, target


def test_wrong_ones_are_wrong_on_public_names_too(berth):
    assert berth.get("/v2/public/app/manifests/1").status == 200
    for target in targets("public/app"):
        # Each user's failures are counted, so that each target has one of its own.
        user = f"nobody-{targets('public/app').index(target)}"
        answer = berth.get(target, access.basic(user, "wrong"))
        assert answer.status == 401, target
        assert "error=" not in answer["WWW-Authenticate"]


def test_machine_tokens_in_place_of_passwords(berth):
    robot = access.machine_token("robot")
    target = "/v2/private/app/manifests/1"
    assert berth.get(target, access.basic("whoever", robot)).status == 200
    assert berth.get(target, access.bearer(robot)).status == 200
    assert berth.get(target, [("Berth-Token", robot)]).status == 200
    unknown = access.machine_token("another")
    for shown in (access.basic("ann", unknown), access.bearer(unknown), [("Berth-Token", unknown)]):
        assert berth.get(target, shown).status == 401


def test_one_connection_changes_its_mind(berth):
    """What a connection's last request showed is nothing to its next one."""
    target = "/v2/private/app/manifests/1"
    with berth.connect() as connection:
        for shown, status in [
            (access.basic("ann"), 200),
            ([], 401),
            (access.basic("bob"), 404),
            (access.basic("ann", "wrong"), 401),
            (access.basic("ann"), 200),
            (access.basic("ann"), 200),
        ]:
            assert connection.request("GET", target, shown).status == status, shown


def test_guesses_have_to_wait(berth):
    """The right password is taken all the while, for it is known from before."""
    assert berth.get("/v2/", access.basic("ann")).status == 200
    answers = [berth.get("/v2/", access.basic("ann", f"guess {number}")) for number in range(30)]
    statuses = {answer.status for answer in answers}
    assert statuses == {401, 429}
    assert int(next(answer for answer in answers if answer.status == 429)["Retry-After"]) > 0
    assert berth.get("/v2/", access.basic("ann")).status == 200


def test_two_fields_are_none(berth):
    assert berth.get("/v2/", [*access.basic("ann"), *access.basic("bob")]).status == 401

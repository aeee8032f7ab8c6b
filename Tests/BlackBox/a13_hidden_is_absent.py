"""What somebody may not read looks exactly like what is not there: the same bytes at every endpoint, by every verb, for
every client. Only the client's own name for it differs."""

import pytest
from support import access, images
from support.http import Connection

IMAGE = images.single("a13")
HIDDEN, ABSENT = "private/there", "private/notin"
CONFIGURED, UNKNOWN = "ghcr.io/acme/app", "none.io/acme/app"


@pytest.fixture
def berth(upstream, start_berth, workplace):
    upstream.push(IMAGE, HIDDEN, "1")
    upstream.push(IMAGE, "public/app", "1")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}}, access=access.section(workplace.directory))
    # Held, in memory, and as links of a route: none of it may tell.
    for target in targets(HIDDEN)[:-1]:
        assert berth.get(target, access.basic("ann")).status == 200, target
    return berth


def targets(name):
    return [
        f"/v2/{name}/manifests/1",
        f"/v2/{name}/manifests/{IMAGE.digest}",
        f"/v2/{name}/blobs/{IMAGE.config.digest}",
        f"/v2/{name}/blobs/{IMAGE.layers[0].digest}",
        f"/v2/{name}/tags/list",
        f"/v2/{name}/referrers/{IMAGE.digest}",
        f"/v2/{name}/blobs/uploads/",
    ]


def callers(berth, name):
    scope = access.pull_scope(name)
    return {
        "nobody": [],
        "nobody's token": access.bearer(access.token(berth, scope)),
        "bob": access.basic("bob"),
        "bob's token": access.bearer(access.token(berth, scope, fields=access.basic("bob"))),
        "bob's token for another": access.bearer(access.token(berth, fields=access.basic("bob"))),
        "wrong": access.basic("bob", "wrong"),
        "no token": access.bearer("x"),
    }


def told(berth, method, target, fields, name):
    """All that the client can see, but for the time and its own name for the repository."""
    with Connection(berth.address) as connection:
        connection.send_request(method, target, [*fields, ("Connection", "close")])
        raw = connection.read_until_end()
    lines = [line for line in raw.split(b"\r\n") if not line.lower().startswith(b"date:")]
    return b"\r\n".join(lines).replace(name.encode(), b"NAME")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("pair", [(HIDDEN, ABSENT), (CONFIGURED, UNKNOWN)], ids=["repository", "registry"])
def test_all_that_is_told(berth, upstream, method, pair):
    one, other = pair
    asked = len(upstream.requests())
    shown, shown_elsewhere = callers(berth, one), callers(berth, other)
    for who in shown:
        # Guesses are counted: a few are enough.
        count = 1 if who == "wrong" else None
        for left, right in zip(targets(one)[:count], targets(other)[:count], strict=True):
            first = told(berth, method, left, shown[who], one)
            second = told(berth, method, right, shown_elsewhere[who], other)
            assert first == second, (who, left)
            assert first.split()[1] in (b"401", b"404"), (who, left, first)
    assert len(upstream.requests()) == asked, "and nobody is asked"


def test_who_may_read_all_is_told_what_is_wrong(upstream, start_berth, workplace):
    everything = {"who": ["ann"], "repositories": ["**"], "allow": ["pull"]}
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url]}}, access=access.section(workplace.directory, everything)
    )
    answer = berth.get(f"/v2/{UNKNOWN}/manifests/1", access.basic("ann"))
    assert (answer.status, answer.error_code()) == (404, "NAME_UNKNOWN")
    assert b"none.io is not a configured upstream" in answer.body
    assert berth.request("PUT", f"/v2/{HIDDEN}/manifests/1", access.basic("ann")).status == 405

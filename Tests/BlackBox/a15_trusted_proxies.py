"""Rules that say where from believe the connection, and a proxy only if it is trusted: then the client is the last address
that is not a trusted proxy's. Who comes through any other proxy comes from nowhere in particular."""

import pytest
from support import access, images

IMAGE = images.single("a15")
INSIDE = {**access.PUBLIC, "from": ["10.0.0.0/8"]}
LOCAL = {**access.ANNS, "who": ["anonymous"], "from": ["127.0.0.0/8"]}
TARGET, LOCAL_TARGET = "/v2/public/app/manifests/1", "/v2/private/app/manifests/1"


def start(upstream, start_berth, workplace, **more):
    for name in ("public/app", "private/app"):
        upstream.push(IMAGE, name, "1")
    return start_berth(
        {"docker.io": {"endpoints": [upstream.url]}},
        access=access.section(workplace.directory, INSIDE, LOCAL),
        **more,
    )


def test_without_a_proxy_the_connection_counts(upstream, start_berth, workplace):
    berth = start(upstream, start_berth, workplace)
    assert berth.get(TARGET).status == 401
    assert berth.get(LOCAL_TARGET).status == 200


@pytest.mark.parametrize(
    "field",
    [("X-Forwarded-For", "10.1.2.3"), ("x-forwarded-proto", "https"), ("X-Real-IP", "10.1.2.3"), ("Via", "1.1 x"),
     ("Forwarded", "for=10.1.2.3"), ("X-Forwarded-Anything", "")],
)
def test_proxies_that_are_not_trusted(upstream, start_berth, workplace, field):
    berth = start(upstream, start_berth, workplace)
    assert berth.get(TARGET, [field]).status == 401, "what it says is not believed"
    assert berth.get(LOCAL_TARGET, [field]).status == 401, "and its own address is not the client's"
    assert 'realm="http://127.0.0.1' in berth.get("/v2/", [field])["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("values", "status"),
    [
        (["10.1.2.3"], 200),
        (["10.1.2.3:4567"], 200),
        (["::ffff:10.1.2.3"], 200),
        (["10.1.2.3, 127.0.0.1"], 200),
        (["192.0.2.1", "10.1.2.3"], 200),
        (["10.1.2.3, 192.0.2.1"], 401),
        (["10.1.2.3", "192.0.2.1"], 401),
        (["10.1.2.3, nonsense"], 401),
        (["unknown"], 401),
        ([""], 401),
    ],
)
def test_proxies_that_are(upstream, start_berth, workplace, values, status):
    berth = start(upstream, start_berth, workplace, trustedProxies=["127.0.0.1/32"])
    assert berth.get(TARGET, [("X-Forwarded-For", value) for value in values]).status == status


def test_the_realm_is_where_the_client_is(upstream, start_berth, workplace):
    berth = start(upstream, start_berth, workplace, trustedProxies=["127.0.0.1/32"])
    fields = [("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "berth.example")]
    expected = 'Bearer realm="https://berth.example/v2/token",service="berth.example"'
    assert berth.get("/v2/", fields)["WWW-Authenticate"] == expected

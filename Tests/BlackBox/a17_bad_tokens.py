"""Tokens that are none of this Berth's, not any more, or not as they were given out: each is refused with a word that makes
clients fetch another, and none has an effect."""

import base64
import json
import signal

import pytest
from support import access, images
from support.service import wait_until

IMAGE = images.single("a17")
TARGET = "/v2/public/app/manifests/1"


@pytest.fixture
def berth(upstream, start_berth, workplace):
    for name in ("public/app", "private/app"):
        upstream.push(IMAGE, name, "1")
    return start_berth({"docker.io": {"endpoints": [upstream.url]}}, access=access.section(workplace.directory))


def encoded(document):
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


CLAIMS = {"sub": "ann", "cred": "htpasswd x ann", "scope": ["repository:private/app:pull"], "exp": 99999999999}
FOREIGN = {
    "nonsense": "x",
    "empty parts": "1..",
    "algorithm none": f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(CLAIMS)}.",
    "unsigned": f"1.{encoded(CLAIMS)}.",
    "signed by nobody": f"1.{encoded(CLAIMS)}.{'A' * 43}",
    "unknown key": f"{encoded({'alg': 'RS256', 'kid': 'x'})}.{encoded(CLAIMS)}.{'A' * 342}",
    "long": "1." + "A" * 12_000 + ".x",
    "machine token with a slip": access.machine_token("x")[:-1] + "z",
}


def refused(berth, token, target=TARGET):
    answer = berth.get(target, access.bearer(token))
    assert answer.status == 401, answer
    assert answer["WWW-Authenticate"].endswith(',error="invalid_token"')
    assert answer.error_code() == "UNAUTHORIZED"


@pytest.mark.parametrize("token", FOREIGN.values(), ids=FOREIGN.keys())
def test_of_others(berth, token):
    for target in (TARGET, "/v2/private/app/manifests/1", "/v2/"):
        refused(berth, token, target)


def test_altered(berth):
    good = access.token(berth, access.pull_scope("public/app"), fields=access.basic("ann"))
    assert berth.get(TARGET, access.bearer(good)).status == 200
    for position in (0, len(good) // 2, len(good) - 1):
        other = "A" if good[position] != "A" else "B"
        refused(berth, good[:position] + other + good[position + 1 :])
    refused(berth, good + "A")
    refused(berth, good[:-1])


def test_of_another_berth(berth, upstream, start_berth, workplace):
    other = start_berth(
        {"docker.io": {"endpoints": [upstream.url]}}, name="other", access=access.section(workplace.directory)
    )
    refused(berth, access.token(other, access.pull_scope("public/app"), fields=access.basic("ann")))


def test_more_than_a_header_may_have(berth):
    assert berth.get(TARGET, access.bearer("A" * 1_000_000)).status == 431


def test_it_ends_with_its_password(berth, workplace):
    """Rights and credentials are looked at when a token is used: what is taken away is gone at the next request."""
    shown = access.bearer(access.token(berth, access.pull_scope("private/app"), fields=access.basic("ann")))
    target = "/v2/private/app/manifests/1"
    with berth.connect() as connection:
        assert connection.request("GET", target, shown).status == 200
        access.htpasswd(workplace.directory, {"ann": "another", "bob": access.PASSWORDS["bob"]})
        berth.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "the configuration is reloaded" in berth.log(), "the password file is read again")
        answer = connection.request("GET", target, shown)
        assert answer.status == 401
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]
    assert berth.get("/v2/", access.basic("ann")).status == 401
    assert berth.get("/v2/", access.basic("ann", "another")).status == 200

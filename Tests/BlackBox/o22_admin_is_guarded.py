"""Web pages cannot give orders through the browser of somebody who reaches the admin listener (F-threats: CSRF, DNS
rebinding), orders are taken at the admin listener alone, and what is sent there is bounded."""

import json

import pytest
from support.http import exchange

ORDER = ("Berth-Admin", "1")
READS = ["images", "stats", "live", "pins", "scrub", "warm?job=1", "image?name=app"]
WRITES = ["pin", "unpin", "evict", "refresh", "warm", "scrub", "warm/cancel", "scrub/cancel"]


def send(berth, method, path, *fields, body=b""):
    return exchange(berth.admin_address, method, f"/api/v1/{path}", fields, body)


def test_without_the_header(hub):
    berth = hub()
    for method, paths in (("GET", READS), ("POST", WRITES)):
        for path in paths:
            assert send(berth, method, path).status == 403, path
            assert send(berth, method, path, ("Berth-Admin", "yes")).status == 403, path


@pytest.mark.parametrize(
    "field",
    [("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")],
)
def test_from_a_page(hub, field):
    berth = hub()
    assert send(berth, "GET", "stats", ORDER, field).status == 403
    assert send(berth, "POST", "evict", ORDER, field, body=b'{"pattern": "*"}').status == 403


def test_nobody_is_invited(hub):
    answer = send(hub(), "OPTIONS", "evict", ("Origin", "https://evil.example"))
    assert answer.status in (403, 405)
    assert not [name for name, _ in answer.fields if name.lower().startswith("access-control-")]


def test_not_at_the_registrys_port(hub):
    berth = hub()
    for path in READS + WRITES:
        assert berth.get(f"/api/v1/{path}", [ORDER]).status == 404


def test_methods(hub):
    berth = hub()
    for path in WRITES:
        if path not in ("warm", "scrub"):
            answer = send(berth, "GET", path, ORDER)
            assert (answer.status, answer["Allow"]) == (405, "POST"), path
    assert send(berth, "POST", "stats", ORDER).status == 405


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"pattern": 7}', b'{"pattern": "a", "pattern": "b"}', b'{"pattern": "**\\u0000"}', b"[" * 5000],
)
def test_what_is_not_understood(hub, body):
    answer = send(hub(), "POST", "evict", ORDER, body=body)
    assert answer.status == 400 and json.loads(answer.body)["error"]


def test_too_large(hub):
    berth = hub()
    try:
        assert send(berth, "POST", "warm", ORDER, body=b'{"names": ["' + b"a" * 20_000_000 + b'"]}').status == 413
    except ConnectionError:
        pass  # the rest is not read: the answer may be lost on the way
    assert send(berth, "GET", "pins", ORDER).status == 200

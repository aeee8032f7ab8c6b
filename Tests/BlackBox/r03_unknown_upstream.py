"""What a client names is looked up and never dialled: an unknown upstream, be it a link-local address or the
very address of a listener that records, is 404 NAME_UNKNOWN saying which upstreams there are."""

import pytest


@pytest.fixture
def place(upstream, hub):
    recorder = upstream.urls["recorder"].removeprefix("http://")
    return hub(), recorder


def targets(recorder):
    names = [
        "169.254.169.254",
        "[::1]:5000",
        "[::ffff:127.0.0.1]",
        "localhost",
        "unknown.example",
        "docker.io..",
        "docker.io:444",
        "docker.io@" + recorder,
        recorder,
        "recorder.localhost:" + recorder.split(":")[1],
    ]
    for name in names:
        yield f"/v2/library/app/manifests/1?ns={name}"
        yield f"/v2/{name}/library/app/manifests/1"
        yield f"/{name}/v2/library/app/manifests/1"
    yield f"/v2/library/app/manifests/1?ns=http://{recorder}/"
    yield f"/v2/library/app/manifests/1?ns={recorder}&ns=docker.io"


def test_unknown(place, upstream):
    berth, recorder = place
    for target in targets(recorder):
        answer = berth.get(target)
        assert answer.status in (400, 404), target
        assert answer.error_code() in ("NAME_UNKNOWN", "NAME_INVALID", "UNSUPPORTED"), (target, answer.body)
    assert upstream.requests() == [], "neither the recorder nor the default upstream was asked"


def test_two_namespaces(place, upstream):
    """Whichever of the two is meant: the stranger is not dialled."""
    berth, recorder = place
    for query in (f"ns=docker.io&ns={recorder}", f"ns={recorder}&ns=docker.io"):
        assert berth.get(f"/v2/library/app/manifests/1?{query}").status in (400, 404)
    assert upstream.strangers() == []


def test_plain_case_in_full(place, upstream):
    berth, _ = place
    answer = berth.get("/v2/library/app/manifests/1?ns=169.254.169.254")
    assert (answer.status, answer.error_code()) == (404, "NAME_UNKNOWN")
    assert "docker.io" in answer.body.decode() and "quay.io" in answer.body.decode()
    answer = berth.get("/v2/library/app/manifests/1?ns=unknown.example")
    assert "unknown.example" in answer.body.decode()
    assert upstream.requests() == []


def test_host_header_names_nothing_to_dial(place, upstream):
    """An unmapped Host means the default upstream, if it is answered to at all."""
    berth, recorder = place
    for host in (recorder, "169.254.169.254", "unknown.example", "docker.io.evil.example"):
        assert berth.get("/v2/library/app/manifests/1", [("Host", host)]).status in (404, 421)
    assert upstream.strangers() == []

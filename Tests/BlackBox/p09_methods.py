"""A proxied name can be read, nothing more: every write, a mount from another repository included, is 405 with
Allow before any lookup, and upstream never hears of it."""

import pytest
from support import images

DIGEST = images.digest_of(b"p09")
UUID = "8e172877-e28d-4017-905c-368d3c1fb896"

WRITES = [
    ("PUT", "/v2/library/app/manifests/1"),
    ("PUT", f"/v2/library/app/manifests/{DIGEST}"),
    ("DELETE", "/v2/library/app/manifests/1"),
    ("DELETE", f"/v2/library/app/manifests/{DIGEST}"),
    ("PATCH", "/v2/library/app/manifests/1"),
    ("POST", "/v2/library/app/manifests/1"),
    ("POST", "/v2/library/app/blobs/uploads/"),
    ("POST", f"/v2/library/app/blobs/uploads/?mount={DIGEST}&from=library/other"),
    ("POST", f"/v2/library/app/blobs/uploads/?digest={DIGEST}"),
    ("PATCH", f"/v2/library/app/blobs/uploads/{UUID}"),
    ("PUT", f"/v2/library/app/blobs/uploads/{UUID}?digest={DIGEST}"),
    ("DELETE", f"/v2/library/app/blobs/uploads/{UUID}"),
    ("DELETE", f"/v2/library/app/blobs/{DIGEST}"),
    ("PUT", f"/v2/library/app/blobs/{DIGEST}"),
    ("POST", "/v2/library/app/tags/list"),
    ("PUT", f"/v2/library/app/referrers/{DIGEST}"),
    ("POST", "/v2/"),
    ("DELETE", "/v2/"),
    ("OPTIONS", "/v2/library/app/manifests/1"),
    ("TRACE", "/v2/"),
]


@pytest.mark.parametrize(("method", "target"), WRITES, ids=[" ".join(row) for row in WRITES])
def test_refused(hub, upstream, method, target):
    answer = hub().request(method, target)
    assert answer.status == 405
    assert {verb.strip() for verb in answer["Allow"].split(",")} == {"GET", "HEAD"}
    assert answer.error_code() == "UNSUPPORTED"
    assert upstream.requests() == []


@pytest.mark.parametrize("method", ["FOO", "get", "GETS", "PRI"])
def test_unknown(hub, upstream, method):
    """What is no method of HTTP is refused as a request, in the specification's form, and says why."""
    with hub().connect() as connection:
        connection.send(f"{method} /v2/library/app/manifests/1 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        answer = connection.read_response()
        assert (answer.status, answer.error_code()) == (400, "UNSUPPORTED")
        assert answer.json()["errors"][0]["message"].startswith("bad request: ")
        assert b"Bad Request" not in answer.body, "a reason, not the status once more"
        connection.expect_end()
    assert upstream.requests() == []


def test_refused_by_every_route(hub, upstream):
    berth = hub()
    for target in (
        "/v2/docker.io/library/app/manifests/1",
        "/v2/library/app/manifests/1?ns=docker.io",
        "/docker.io/v2/library/app/manifests/1",
    ):
        assert berth.request("PUT", target, body=b"{}").status == 405
    assert upstream.requests() == []


def test_body_of_a_refused_push_is_not_taken_for_requests(hub):
    """The body looks like a request; it must not be answered as one."""
    smuggled = b"GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n"
    with hub().connect() as connection:
        connection.send_request("PUT", "/v2/library/app/manifests/1", body=smuggled)
        connection.end_sending()
        assert connection.read_response().status == 405
        connection.expect_end()

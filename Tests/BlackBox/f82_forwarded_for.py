"""Who a client says that it speaks for is believed by nobody: it reaches neither upstream nor the log, and lends
no access to the admin listener."""

import pytest
from support import images

IMAGE = images.single("f82")
CLAIMS = [
    ("X-Forwarded-For", "192.0.2.82"),
    ("X-Real-IP", "192.0.2.82"),
    ("Forwarded", "for=192.0.2.82;host=evil.example;proto=https"),
    ("X-Forwarded-Host", "quay.io"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-User", "planted-admin"),
    ("X-Original-URL", "/v2/planted/manifests/1"),
    ("X-Rewrite-URL", "/v2/planted/manifests/1"),
    ("X-HTTP-Method-Override", "DELETE"),
]


def test_believed_by_nobody(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    for method in ("GET", "HEAD"):
        answer = berth.request(method, "/v2/app/manifests/1", CLAIMS)
        assert answer.status == 200
    link = berth.get("/v2/app/tags/list?n=1", CLAIMS).get("Link") or ""
    assert "evil.example" not in link and "quay.io" not in link
    for request in upstream.requests():
        sent = " ".join(f"{name}: {value}" for name, value in request.headers)
        assert "192.0.2.82" not in sent and "planted" not in sent, sent
    log = berth.log_of_this_run()
    assert "192.0.2.82" not in log and "planted" not in log


@pytest.mark.parametrize("field", ["X-Forwarded-Host", "Forwarded"])
def test_host_is_the_one_that_was_asked(start_berth, start_upstream, field):
    """The route by host heeds Host, and no stand-in for it."""
    hub, quay = start_upstream("hub"), start_upstream("quay")
    quay.push(IMAGE, "acme/app", "1")
    berth = start_berth(
        {
            "docker.io": {"endpoints": [hub.url]},
            "quay.io": {"endpoints": [quay.url], "hosts": ["quay.mirror.example"]},
        }
    )
    claim = "quay.mirror.example" if field != "Forwarded" else "host=quay.mirror.example"
    assert berth.get("/v2/acme/app/manifests/1", [(field, claim)]).status == 404
    assert quay.requests() == []
    assert len(hub.requests()) == 1

"""What an upstream calls a page is never one of Berth's origin: types that a browser renders are served as octets, and
every answer under /v2/ forbids to guess and to run."""

import pytest
from support import images

PAGE = b'{"schemaVersion":2,"x":"<script>alert(1)</script>"}'
TYPES = ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/javascript", "text/css"]


def is_safe(answer):
    return (
        answer["X-Content-Type-Options"] == "nosniff"
        and answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    )


@pytest.mark.parametrize("media_type", TYPES)
def test_manifest_that_came_as_a_page(hub, upstream, media_type):
    upstream.push_manifest(images.Content(media_type, PAGE), "library/app", "1")
    berth = hub()
    for _ in range(2):
        answer = berth.get("/v2/library/app/manifests/1")
        assert (answer.status, answer.body, is_safe(answer)) == (200, PAGE, True)
        assert answer["Content-Type"] == "application/octet-stream"


def test_types_of_vendors_stay(hub, upstream):
    berth = hub()
    for number, media_type in enumerate(["application/vnd.acme.thing.v1+json", "application/vnd.acme.thing"]):
        content = images.Content(media_type, b'{"schemaVersion":2,"n":%d}' % number)
        upstream.push_manifest(content, "library/app", f"v{number}")
        assert berth.get(f"/v2/library/app/manifests/v{number}")["Content-Type"] == media_type


def test_every_answer_says_so(hub, upstream):
    image = images.single("f86")
    upstream.push(image, "library/app", "1")
    berth = hub()
    for target in (
        "/v2/",
        "/v2/library/app/manifests/1",
        f"/v2/library/app/blobs/{image.layers[0].digest}",
        "/v2/library/app/tags/list",
        f"/v2/library/app/referrers/{image.digest}",
        "/v2/library/app/manifests/none",
        "/v2/library/app/nothing",
    ):
        assert is_safe(berth.get(target)), target
    assert is_safe(berth.request("PUT", "/v2/library/app/manifests/1"))

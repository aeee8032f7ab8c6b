"""A herd that asks for something that upstream does not have causes one request at a time, as a herd that asks
for what it has does; and the answer is nobody's but theirs: whoever comes later asks again."""

import pytest
from a01_anonymous_token import token_upstream
from support import images
from support.parallel import results, together, wait_until_read
from support.trouble import SOON

IMAGE = images.single("t06")
NOWHERE = images.digest_of(b"t06 nowhere")
CLIENTS = 40
MISSING = {
    "tag": ("/v2/app/manifests/nosuch", "manifestGet", "MANIFEST_UNKNOWN"),
    "manifest": (f"/v2/app/manifests/{NOWHERE}", "manifestGet", "MANIFEST_UNKNOWN"),
    "blob": (f"/v2/app/blobs/{NOWHERE}", "blobGet", "BLOB_UNKNOWN"),
    "tag list": ("/v2/nosuch/tags/list", "tagsList", "NAME_UNKNOWN"),
}


@pytest.mark.parametrize("what", MISSING)
def test_missing(hub, upstream, what):
    upstream.push(IMAGE, "library/app", "1")
    target, kind, code = MISSING[what]
    upstream.on(kind, hold="herd")
    berth = hub()
    herd = together(CLIENTS, lambda _: berth.get(target, timeout=60))
    upstream.await_requests(kind, 1)
    wait_until_read(berth.port, CLIENTS)
    upstream.release("herd")
    for answer in results(herd):
        assert (answer.status, answer.error_code()) == (404, code)
    assert len(upstream.requests(kind)) == 1
    upstream.remove_rules()
    assert berth.get(target).status == 404
    assert len(upstream.requests(kind)) == 2


def test_one_token_for_all(start_berth, upstream):
    """A cold herd behind a token service: one token, one manifest, one transfer of each blob."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token()
    upstream.on(["token", "manifestGet", "blobGet"], delay=50)
    berth = start_berth({"docker.io": token_upstream(upstream, timeouts=SOON)})

    def pull(_):
        assert berth.get("/v2/app/manifests/1", timeout=60).body == IMAGE.manifest.data
        for blob in IMAGE.blobs:
            assert berth.get(f"/v2/app/blobs/{blob.digest}", timeout=60).body == blob.data

    results(together(CLIENTS, pull))
    assert len(upstream.requests("token")) == 1
    for content in (IMAGE.manifest, *IMAGE.blobs):
        assert upstream.gets(content.digest) == 1


ASKS = 256
"""So many requests for documents run at one upstream; 192 of them for repositories of which it has shown nothing."""


@pytest.mark.parametrize("what", ["tag", "manifest", "tag list"])
def test_while_others_wait_it_is_remembered(hub, upstream, what):
    """For seconds, and only then: with places free, upstream is asked."""
    upstream.push(IMAGE, "library/app", "1")
    target, kind, code = MISSING[what]
    berth = hub()
    assert berth.get(target).status == 404
    held = upstream.on("manifestGet", repository="library/crowd", hold="crowd")
    crowd = together(ASKS, lambda number: berth.get(f"/v2/crowd/manifests/t{number}", timeout=60))
    upstream.await_requests("manifestGet", 192, stage="held")
    wait_until_read(berth.port, ASKS)
    asked = len(upstream.requests(kind))
    answer = berth.get(target)
    assert (answer.status, answer.error_code()) == (404, code)
    assert len(upstream.requests(kind)) == asked
    upstream.remove_rules()
    upstream.release("crowd")
    results(crowd)
    assert held
    assert berth.get(target).status == 404
    assert len([each for each in upstream.requests(kind) if "crowd" not in each.path]) == 2, "asked again"

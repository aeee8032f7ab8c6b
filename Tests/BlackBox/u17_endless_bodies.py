"""An answer that never ends, whatever it answers: read up to its limit and no further; a miss fails, what is held is
served, and Berth's memory does not grow with it."""

import json

import pytest
from support.http import Truncated
from support.trouble import AFTER_ONE_TIMEOUT, MISSES, MISSING, check_stale, scene, within

MEBIBYTE = 1 << 20
ENDLESS = {"endless": {"prefix": '{"tags":["', "fill": "abcdefgh" * 512, "contentType": "application/json"}}
DOCUMENTS = {
    "tag": ("manifestGet", 10 * MEBIBYTE),
    "manifest": ("manifestGet", 10 * MEBIBYTE),
    "tag list": ("tagsList", 6 * MEBIBYTE),
    "referrers": ("referrers", 16 * MEBIBYTE),
}


@pytest.fixture
def place(start_berth, upstream):
    return scene(start_berth, upstream, timeouts={})


@pytest.mark.parametrize("asked", DOCUMENTS)
def test_document(place, upstream, asked):
    kind, most = DOCUMENTS[asked]
    before = place.berth.resident_bytes()
    upstream.on(kind, **ENDLESS)
    place.misses(502, "UNAVAILABLE", AFTER_ONE_TIMEOUT, (asked,))
    assert place.berth.resident_bytes() - before < 64 * MEBIBYTE
    # What waits in the sockets' buffers is counted too: by Linux's defaults 6 MiB here and 4 MiB there.
    assert upstream.counters().bytes(kind) < most + 16 * MEBIBYTE


def test_held_tag(place, upstream):
    upstream.push(MISSING, "library/held", "1")
    upstream.on("manifestGet", **ENDLESS)
    with within(AFTER_ONE_TIMEOUT):
        check_stale(place.berth.get("/v2/held/manifests/1"))


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_error_body(place, upstream, status):
    """Little of it is read; the status counts."""
    upstream.on(["manifestGet", "blobGet"], status=status, **ENDLESS)
    for asked in ("tag", "blob"):
        with within(12):
            answer = place.berth.get(MISSES[asked], timeout=60)
        assert answer.status == {401: 403, 403: 403, 404: 404, 429: 429, 500: 502}[status]
    assert upstream.counters().bytes("blobGet") < 12 * MEBIBYTE


def test_redirect_body(start_berth, upstream):
    """A redirect's body is nobody's."""
    place = scene(start_berth, upstream, timeouts={}, allowPrivateAddresses=True)
    target = upstream.urls["storage"]
    location = f"{target}/x"
    upstream.on("blobGet", status=307, headers={"Location": location}, **ENDLESS)
    with within(AFTER_ONE_TIMEOUT):
        assert place.berth.get(MISSES["blob"], timeout=60).status == 502


def test_blob_with_a_known_size(place, upstream):
    """The manifest says how long the blob is; more than that is not taken, though no length is announced."""
    layer = MISSING.layers[-1]
    assert place.berth.get(MISSES["tag"]).status == 200
    size = next(each["size"] for each in json.loads(MISSING.manifest.data)["layers"] if each["digest"] == layer.digest)
    assert size == layer.size
    upstream.on("blobGet", endless={"prefix": "", "fill": "abcdefgh" * 4096})
    with within(AFTER_ONE_TIMEOUT):
        try:
            assert place.berth.get(f"/v2/missing/blobs/{layer.digest}", timeout=30).status == 502
        except Truncated as cut:
            assert len(cut.received) < layer.size
    assert upstream.counters().bytes("blobGet") < layer.size + 16 * MEBIBYTE
    upstream.remove_rules()
    assert place.berth.get(f"/v2/missing/blobs/{layer.digest}").body == layer.data


def test_blob_longer_than_announced(place, upstream):
    layer = MISSING.layers[-1]
    upstream.on("blobGet", extraBytes=1000)
    answer = place.berth.get(f"/v2/missing/blobs/{layer.digest}")
    assert (answer.status, answer.body) == (200, layer.data)


def test_pages_without_end(place, upstream):
    """A tag list whose last page names the first as the next."""
    upstream.settings(tags={"pageSize": 1, "link": "loop"})
    for tag in ("a", "b", "c"):
        upstream.push_manifest(MISSING.manifest, "library/missing", tag)
    with within(AFTER_ONE_TIMEOUT * 2):
        answer = place.berth.get(MISSES["tag list"], timeout=60)
    assert answer.status == 502, "not a shorter list"
    assert len(upstream.requests("tagsList")) <= 201

"""A pull that is refused reaches nobody: no upstream is asked, no running download is joined, nothing is begun ahead, and
nothing is written. That holds for what is held, what is in memory, what is arriving and what is not there alike."""

import pytest
from support import access, images
from support.parallel import results, together

IMAGE = images.multi("a16")
LARGE = images.single("a16-large", sizes=(3 << 20,))
STRANGERS = [[], access.basic("bob")]


@pytest.fixture
def berth(upstream, start_berth, workplace):
    upstream.push(IMAGE, "private/app", "1")
    upstream.push(LARGE, "private/large", "1")
    return start_berth({"docker.io": {"endpoints": [upstream.url]}}, access=access.section(workplace.directory))


def all_targets(name, image):
    references = ["1", *(manifest.digest for manifest in image.manifests)]
    return [
        *(f"/v2/{name}/manifests/{reference}" for reference in references),
        *(f"/v2/{name}/blobs/{blob.digest}" for blob in image.blobs),
        f"/v2/{name}/tags/list",
        f"/v2/{name}/referrers/{image.digest}",
    ]


def refuse_all(berth, name, image):
    for shown in STRANGERS:
        for target in all_targets(name, image):
            for fields in (shown, [*shown, ("Range", "bytes=0-9")], [*shown, ("If-None-Match", "*")]):
                for method in ("GET", "HEAD"):
                    answer = berth.request(method, target, fields)
                    assert answer.status in (401, 404), (target, answer)
                    assert b"sha256" not in answer.body


def test_what_is_not_held(berth, upstream):
    refuse_all(berth, "private/app", IMAGE)
    assert upstream.requests() == []
    assert [path for path in (berth.store / "content").rglob("*") if path.is_file()] == []
    assert berth.staged() == []


def test_what_is_held(berth, upstream):
    for target in all_targets("private/app", IMAGE):
        assert berth.get(target, access.basic("ann")).status == 200, target
    asked = len(upstream.requests())
    refuse_all(berth, "private/app", IMAGE)
    assert len(upstream.requests()) == asked
    for target in all_targets("private/app", IMAGE):
        assert berth.get(target, access.basic("ann")).status == 200, target


def test_what_is_arriving(berth, upstream):
    layer = LARGE.layers[1].digest
    upstream.on("blobGet", reference=layer, stall={"after": 1 << 20, "until": "half"})
    target = f"/v2/private/large/blobs/{layer}"
    running = together(1, lambda _: berth.get(target, access.basic("ann")))
    upstream.await_requests("blobGet", 1)
    for shown in STRANGERS:
        for fields in (shown, [*shown, ("Range", "bytes=0-9")]):
            answer = berth.get(target, fields)
            assert answer.status in (401, 404)
            assert len(answer.body) < 1_000
    upstream.release("half")
    assert results(running)[0].body == LARGE.layers[1].data
    assert upstream.gets(layer) == 1

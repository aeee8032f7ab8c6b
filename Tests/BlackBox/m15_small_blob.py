"""A blob of up to 32 KiB is verified in memory before a client hears of it, and goes to disk at once: what is wrong is a
502 and no broken body, what breaks off is carried on, and a disk that takes nothing costs nobody anything."""

import pytest
from support import images
from support.parallel import results, together
from support.trouble import SOON

SMALL = images.Content("", images.noise("m15", 32 << 10))
LARGER = images.Content("", images.noise("m15 larger", (32 << 10) + 1))
EMPTY = images.Content("", b"")
OTHER = images.Content("", images.noise("m15 other", 32 << 10))


def target(content):
    return f"/v2/library/app/blobs/{content.digest}"


@pytest.fixture
def berth(hub, upstream):
    for content in (SMALL, LARGER, EMPTY, OTHER):
        upstream.push_blob(content, "library/app")
    return hub(timeouts=SOON)


@pytest.mark.parametrize("content", [SMALL, LARGER, EMPTY], ids=["small", "a byte more", "empty"])
def test_one_download(berth, upstream, content):
    answers = results(together(8, lambda _: berth.get(target(content))))
    assert all(answer.body == content.data for answer in answers)
    assert len(upstream.requests("blobGet")) == 1
    upstream.down()
    assert berth.get(target(content)).body == content.data, "it is held"


@pytest.mark.parametrize("rule", [{"flipByte": 100}, {"serve": OTHER.digest}], ids=["flipped", "another"])
def test_wrong_bytes_are_a_502(berth, upstream, rule):
    upstream.on("blobGet", reference=SMALL.digest, **rule)
    answer = berth.get(target(SMALL))
    assert (answer.status, answer.json()["errors"][0]["code"]) == (502, "UNAVAILABLE")
    assert not berth.holds(SMALL.digest)
    upstream.remove_rules()
    assert berth.get(target(SMALL)).body == SMALL.data


@pytest.mark.parametrize("after", [0, 1, 20_000, -1])
@pytest.mark.parametrize("how", ["reset", "close", "truncate"])
def test_carried_on(berth, upstream, how, after):
    upstream.on("blobGet", times=1, cut={"after": after, "how": how})
    answers = results(together(3, lambda _: berth.get(target(SMALL), timeout=60)))
    assert all(answer.body == SMALL.data for answer in answers)
    assert len(upstream.requests("blobGet")) == 2
    upstream.down()
    assert berth.get(target(SMALL)).body == SMALL.data


def test_range(berth):
    answer = berth.get(target(SMALL), [("Range", "bytes=1000-1999")])
    assert (answer.status, answer.body) == (206, SMALL.data[1000:2000])


def test_nothing_is_left_in_staging(berth):
    assert berth.get(target(SMALL)).body == SMALL.data
    berth.stop()
    assert berth.staged() == []

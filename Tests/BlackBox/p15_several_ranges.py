"""Several ranges in one request are one answer in several parts (RFC 9110 §14.6), of what is held in memory or on disk and
of what is arriving; no more is sent than was asked for, and no more than the whole."""

import email.parser
import email.policy

import pytest
from support import images

SMALL = images.Content(images.OCI_LAYER, images.noise("p15 small", 10_000))
LARGE = images.Content(images.OCI_LAYER, images.noise("p15 large", 3_000_000))
RANGES = [
    [(0, 99), (500, 599)],
    [(9_000, 9_999), (0, 0)],
    [(0, 99), (100, 199), (200, 299)],
    [(n * 30, n * 30 + 9) for n in range(300)],
]


def target(content):
    return f"/v2/library/app/blobs/{content.digest}"


def header(ranges):
    return ("Range", "bytes=" + ",".join(f"{first}-{last}" for first, last in ranges))


def parts(answer, content):
    """The ranges of the parts, whose bytes are checked."""
    assert answer.status == 206 and answer.get("Content-Range") is None
    assert answer["Docker-Content-Digest"] == content.digest
    raw = b"Content-Type: " + answer["Content-Type"].encode() + b"\r\n\r\n" + answer.body
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(raw)
    assert message.get_content_type() == "multipart/byteranges"
    boundary = b"--" + message.get_boundary().encode()
    pieces = (b"\r\n" + answer.body).split(b"\r\n" + boundary)
    assert (pieces[0], pieces[-1]) == (b"", b"--\r\n")
    found = []
    for piece in pieces[1:-1]:
        head, _, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        assert fields["Content-Type"] == "application/octet-stream"
        span, size = fields["Content-Range"].removeprefix("bytes ").split("/")
        first, last = map(int, span.split("-"))
        assert size == str(content.size) and data == content.data[first : last + 1]
        found.append((first, last))
    return found


@pytest.mark.parametrize("ranges", RANGES, ids=len)
@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_cold_and_held(hub, upstream, content, ranges):
    upstream.push_blob(content, "library/app")
    berth = hub()
    with berth.connect() as connection:
        for _ in range(3):
            assert parts(connection.request("GET", target(content), [header(ranges)]), content) == ranges
    assert berth.get(target(content)).body == content.data


@pytest.fixture
def berth(hub, upstream):
    upstream.push_blob(SMALL, "library/app")
    berth = hub()
    assert berth.get(target(SMALL)).body == SMALL.data
    return berth


def test_those_that_overlap_are_joined(berth):
    assert parts(berth.get(target(SMALL), [("Range", "bytes=0-9,5-19,20-29,100-109")]), SMALL) == [(0, 29), (100, 109)]
    single = berth.get(target(SMALL), [("Range", "bytes=0-9,5-19")])
    assert (single.status, single["Content-Range"], single.body) == (206, "bytes 0-19/10000", SMALL.data[:20])


def test_what_selects_nothing_is_left_out(berth):
    assert parts(berth.get(target(SMALL), [("Range", "bytes=0-9,20000-,-0,9990-")]), SMALL) == [(0, 9), (9990, 9999)]
    assert berth.get(target(SMALL), [("Range", "bytes=20000-,30000-")]).status == 416


def test_more_than_the_whole_is_the_whole(berth):
    for field in ("bytes=0-,0-", "bytes=0-9999,0-0", "bytes=" + ",".join(["0-"] * 1000)):
        answer = berth.get(target(SMALL), [("Range", field)])
        assert (answer.status, answer.body) == (200, SMALL.data), field


def test_there_is_a_bound(berth):
    many = [(n * 2, n * 2) for n in range(1024)]
    assert parts(berth.get(target(SMALL), [header(many)]), SMALL) == many
    answer = berth.get(target(SMALL), [header([*many, (5000, 5000)])])
    assert answer.status == 400
    assert berth.get("/v2/").status == 200


def test_conditions(berth):
    field = header([(0, 9), (20, 29)])
    assert berth.get(target(SMALL), [field, ("If-Range", f'"{SMALL.digest}"')]).status == 206
    assert berth.get(target(SMALL), [field, ("If-Range", '"other"')]).body == SMALL.data
    head = berth.head(target(SMALL), [field])
    assert (head.status, head["Content-Length"]) == (200, str(SMALL.size))


def test_of_a_manifest(berth, upstream):
    image = images.single("p15")
    upstream.push(image, "library/app", "1")
    for _ in range(2):
        answer = berth.get("/v2/library/app/manifests/1", [header([(0, 9), (20, 29)])])
        assert answer.status == 206 and image.manifest.data[20:30] in answer.body

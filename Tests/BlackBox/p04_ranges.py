"""Single ranges of a held blob are 206, those beyond its end 416, everything else that Range may hold is answered
with the whole (RFC 9110 §14); If-Range decides by our strong entity tag; HEAD takes no notice of Range."""

import pytest
from support import images

BLOB = images.Content(images.OCI_LAYER, images.noise("p04", 10_000))
SIZE = BLOB.size
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"

PARTS = {
    "bytes=0-0": (0, 1),
    "bytes=0-99": (0, 100),
    "bytes=100-199": (100, 200),
    "bytes=9999-9999": (9999, SIZE),
    "bytes=9990-": (9990, SIZE),
    "bytes=0-": (0, SIZE),
    "bytes=-1": (9999, SIZE),
    "bytes=-100": (9900, SIZE),
    "bytes=-20000": (0, SIZE),
    "bytes=9000-20000": (9000, SIZE),
    "bytes=5-18446744073709551615": (5, SIZE),
    "bytes=5-99999999999999999999999999": (5, SIZE),
    "bytes=-99999999999999999999999999": (0, SIZE),
    "Bytes=0-9": (0, 10),
}
UNSATISFIABLE = [
    "bytes=10000-",
    "bytes=10000-10000",
    "bytes=18446744073709551615-",
    "bytes=99999999999999999999999-",
    "bytes=-0",
    "bytes=9-2",
    "bytes=500-0",
]
IGNORED = [
    "bytes=0-,1-",
    "bytes=",
    "bytes",
    "bytes=-",
    "bytes=a-b",
    "bytes=1",
    "bytes=--1",
    "bytes=-9223372036854775808x",
    "bytes=+1-2",
    "bytes=0x0-0x9",
    "items=0-9",
    "0-9",
    "",
]


@pytest.fixture
def berth(upstream, hub):
    upstream.push_blob(BLOB, "library/app")
    berth = hub()
    assert berth.get(TARGET).body == BLOB.data
    return berth


def test_parts(berth):
    for header, (start, end) in PARTS.items():
        answer = berth.get(TARGET, [("Range", header)])
        assert answer.status == 206, header
        assert answer["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}", header
        assert answer["Content-Length"] == str(end - start), header
        assert answer["Docker-Content-Digest"] == BLOB.digest, header
        assert answer.body == BLOB.data[start:end], header


def test_unsatisfiable(berth):
    for header in UNSATISFIABLE:
        answer = berth.get(TARGET, [("Range", header)])
        assert answer.status == 416, header
        assert answer["Content-Range"] == f"bytes */{SIZE}", header


def test_ignored(berth):
    for header in IGNORED:
        answer = berth.get(TARGET, [("Range", header)])
        assert (answer.status, answer.body) == (200, BLOB.data), header
        assert answer.get("Content-Range") is None, header


def test_repeated_field_is_no_single_range(berth):
    answer = berth.get(TARGET, [("Range", "bytes=0-1"), ("Range", "bytes=5-6")])
    assert (answer.status, answer.body) == (200, BLOB.data)


@pytest.mark.parametrize(
    ("if_range", "status"),
    [
        (f'"{BLOB.digest}"', 206),
        ('"sha256:other"', 200),
        (f'W/"{BLOB.digest}"', 200),
        ("Sat, 21 Nov 2026 11:17:23 GMT", 200),
        ("nonsense", 200),
    ],
)
def test_if_range(berth, if_range, status):
    answer = berth.get(TARGET, [("Range", "bytes=10-19"), ("If-Range", if_range)])
    assert answer.status == status
    assert answer.body == (BLOB.data[10:20] if status == 206 else BLOB.data)


def test_head_takes_no_notice(berth):
    for header in ("bytes=0-9", "bytes=20000-"):
        answer = berth.head(TARGET, [("Range", header)])
        assert (answer.status, answer["Content-Length"]) == (200, str(SIZE))


def test_parts_cost_upstream_nothing(berth, upstream):
    before = len(upstream.requests())
    for header in PARTS:
        berth.get(TARGET, [("Range", header)])
    assert len(upstream.requests()) == before


def test_many_parts_on_one_connection(berth):
    with berth.connect() as connection:
        for start in range(0, 1000, 50):
            answer = connection.request("GET", TARGET, [("Range", f"bytes={start}-{start + 49}")])
            assert answer.body == BLOB.data[start : start + 50]

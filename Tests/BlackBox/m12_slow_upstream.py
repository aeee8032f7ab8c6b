"""An upstream that stops sending in the middle, or never answers, fails the miss within the configured time; an
upstream that is merely slow does not."""

import pytest
from support import images
from support.http import Truncated

BLOB = images.Content("", images.noise("m12", 1_000_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"
SOON = {"connect": "1s", "firstByte": "1s", "read": "1s", "document": "2s"}


def test_never_answers(hub, upstream):
    upstream.push(images.single("m12"), "library/app", "1")
    upstream.on(["manifestGet", "manifestHead"], hold="never")
    answer = hub(timeouts=SOON).get("/v2/app/manifests/1", timeout=30)
    assert answer.status in (502, 504)
    assert answer.error_code() == "UNAVAILABLE"


def test_stops_in_the_middle(hub, upstream):
    """Every attempt stalls at the same place: the client is cut short in the end, not left to wait."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", stall={"after": 0, "until": "never"}, range=True)
    upstream.on("blobGet", stall={"after": 500_000, "until": "never"})
    berth = hub(timeouts=SOON)
    with pytest.raises(Truncated) as cut:
        berth.get(TARGET, timeout=60)
    assert len(cut.value.received) <= 500_000
    upstream.remove_rules()
    assert berth.get(TARGET).body == BLOB.data


def test_stalled_transfer_is_taken_up_again(hub, upstream):
    """Once stalled, resumed with a range: the client notices nothing but the wait."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", times=1, stall={"after": 500_000, "until": "never"})
    assert hub(timeouts=SOON).get(TARGET, timeout=60).body == BLOB.data


def test_slow_is_not_stopped(hub, upstream):
    """Longer in all than any of the timeouts, but never silent for long."""
    upstream.push_blob(BLOB, "library/app")
    upstream.on("blobGet", throttle=400_000)
    assert hub(timeouts=SOON).get(TARGET, timeout=60).body == BLOB.data

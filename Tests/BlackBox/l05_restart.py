"""What is held is served after a restart with upstream down: after a clean end and after SIGKILL, at rest and in the
middle of downloads; staging leaves nothing behind, and nothing half is ever served."""

import pytest
from support import images
from support.http import Truncated
from support.parallel import together
from support.service import wait_until

IMAGE = images.multi("l05")
BLOB = images.Content("", images.noise("l05", 400_000))
CHILD = IMAGE.images["linux/amd64"]


def pull(berth):
    assert berth.get("/v2/app/manifests/1").body == IMAGE.manifest.data
    assert berth.get(f"/v2/app/manifests/{CHILD.digest}").body == CHILD.manifest.data
    for blob in CHILD.blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_offline_after_restart(hub, upstream, end):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub(tagFreshness="0s")
    pull(berth)
    assert berth.get("/v2/app/tags/list").json()["tags"] == ["1"]
    berth.stop()
    berth.start()
    if end == "kill":
        # A pull promises nothing to disk by itself; what an orderly end has kept, no kill may lose.
        pull(berth)
        berth.kill()
        berth.start()
    upstream.down()
    pull(berth)
    answer = berth.get("/v2/app/manifests/1")
    assert answer["Warning"], "upstream is down"


def test_killed_in_the_middle(hub, upstream):
    """Five times: kill while downloads run, start again; what is served then is right, and in the end all is there."""
    blobs = [images.Content("", images.noise(f"l05 {n}", 400_000)) for n in range(6)]
    for blob in blobs:
        upstream.push_blob(blob, "library/app")
    berth = hub()
    for round in range(5):
        rule = upstream.on("blobGet", stall={"after": 60_000 * (round + 1), "until": f"round {round}"})
        upstream.reset()

        def get(n):
            try:
                return berth.get(f"/v2/app/blobs/{blobs[n].digest}")
            except Exception:
                return None

        clients = together(len(blobs), get)
        upstream.await_requests("blobGet", stage="stalled")
        berth.kill()
        upstream.release(f"round {round}")
        upstream.remove_rule(rule)
        for client in clients:
            answer = client.result(30)
            assert answer is None or answer.body == blobs[clients.index(client)].data
        berth.start()
        done = blobs[round]
        assert berth.get(f"/v2/app/blobs/{done.digest}").body == done.data
    for blob in blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data
    wait_until(lambda: not berth.staged(), "nothing left in staging")


@pytest.mark.parametrize("missing", [0, 1, BLOB.size])
def test_killed_at_the_end(hub, upstream, missing):
    """All bytes have come, or all but one, or none, but not the end of the body, when the power goes."""
    upstream.push_blob(BLOB, "library/app")
    target = f"/v2/app/blobs/{BLOB.digest}"
    upstream.on("blobGet", framing="chunked", stall={"after": BLOB.size - missing, "until": "never"})
    berth = hub()
    with berth.connect() as connection:
        connection.send_request("GET", target)
        upstream.await_requests("blobGet", stage="stalled")
        wait_until(lambda: berth.staged_bytes() >= BLOB.size - missing, "the bytes on disk")
        berth.kill()
    upstream.remove_rules()
    berth.start()
    for _ in range(2):
        assert berth.get(target).body == BLOB.data
    upstream.down()
    assert berth.get(target).body == BLOB.data


def test_staged_bytes_damaged(hub, upstream):
    """What a power cut left of a download is wrong: nobody gets it whole, and the next try starts anew."""
    upstream.push_blob(BLOB, "library/app")
    target = f"/v2/app/blobs/{BLOB.digest}"
    upstream.on("blobGet", stall={"after": BLOB.size // 2, "until": "never"})
    berth = hub()
    with berth.connect() as connection:
        connection.send_request("GET", target)
        upstream.await_requests("blobGet", stage="stalled")
        wait_until(lambda: berth.staged_bytes() >= BLOB.size // 2, "the bytes on disk")
        berth.kill()
    (staged,) = berth.staged()
    staged.write_bytes(bytes(len(staged.read_bytes())))
    upstream.remove_rules()
    berth.start()
    try:
        answer = berth.get(target)
        assert answer.status == 502 or answer.body == BLOB.data
    except Truncated as cut:
        assert len(cut.received) < BLOB.size
    assert berth.get(target).body == BLOB.data


def test_starts_fast(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    pull(berth)
    for _ in range(3):
        berth.kill()
        berth.start(timeout=2)

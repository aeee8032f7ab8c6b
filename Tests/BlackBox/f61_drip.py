"""Clients that drip a request's head, or connect and say nothing, are closed after ten seconds; two hundred of
them do not slow a normal request."""

import time

from support.service import wait_until


def test_silent_and_dripping(hub):
    berth = hub()
    silent = [berth.connect(timeout=30) for _ in range(100)]
    dripping = [berth.connect(timeout=30) for _ in range(100)]
    for connection in dripping:
        connection.send(b"GET /v2/ HTTP/1.1\r\nHost: x\r\n")
    started = time.monotonic()
    took = []
    for _ in range(20):
        asked = time.monotonic()
        assert berth.get("/v2/").status == 200
        took.append(time.monotonic() - asked)
    assert sorted(took)[10] < 1

    def drip():
        """One more field every now and then does not buy time."""
        for connection in dripping:
            try:
                connection.send(b"X: y\r\n")
            except OSError:
                return True
        time.sleep(0.5)
        return False

    wait_until(drip, "a dripping connection closed", timeout=25)
    assert time.monotonic() - started < 20
    for connection in silent + dripping:
        connection.read_until_end(timeout=15)
        connection.close()
    assert berth.get("/v2/").status == 200

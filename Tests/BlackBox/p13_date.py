"""Every answer says when it was made (RFC 9110 §6.6.1): content, errors, and what was no request."""

import time
from email.utils import parsedate_to_datetime

import pytest
from support import clock, images

IMAGE = images.single("p13")


@pytest.mark.parametrize("target", ["/v2/", "/v2/app/manifests/1", "/v2/app/manifests/nosuch", "/nowhere"])
def test_now(hub, upstream, target):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    for method in ("GET", "HEAD"):
        before = clock.second()
        said = berth.request(method, target)["Date"]
        assert said.endswith(" GMT")
        assert before <= parsedate_to_datetime(said).timestamp() <= time.time()


def test_of_a_refusal(hub):
    with hub().connect() as connection:
        connection.send(b"\x00\r\n\r\n")
        assert connection.read_response()["Date"].endswith(" GMT")

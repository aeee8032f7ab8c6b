"""Berth is no open proxy: CONNECT, absolute-form and asterisk-form targets are refused and nothing is dialled."""

import pytest


@pytest.mark.parametrize(
    "line",
    [
        "CONNECT {recorder} HTTP/1.1",
        "CONNECT /v2/ HTTP/1.1",
        "GET http://{recorder}/v2/ HTTP/1.1",
        "GET http://docker.io/v2/library/app/manifests/1 HTTP/1.1",
        "GET https://{recorder}/ HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "GET * HTTP/1.1",
        "GET v2/ HTTP/1.1",
        "GET //{recorder}/v2/ HTTP/1.1",
        "GET \\\\{recorder}\\v2\\ HTTP/1.1",
    ],
)
def test_refused(hub, upstream, line):
    berth = hub()
    recorder = upstream.urls["recorder"].removeprefix("http://")
    with berth.connect() as connection:
        connection.send(
            (line.format(recorder=recorder) + f"\r\nHost: {recorder}\r\nConnection: close\r\n\r\n").encode()
        )
        answer = connection.read_until_end()
        assert answer[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 404", b"HTTP/1.1 405", b""), answer[:200]
    assert upstream.counters().connections("recorder") == 0
    assert upstream.requests() == []

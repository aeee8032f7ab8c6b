"""Answers to HEAD end with their head, byte for byte: HEAD and GET in turn on one connection never get out of
step, for content, errors and lists."""

from support import images

IMAGE = images.single("f51")


def test_in_turn(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    layer = IMAGE.layers[-1]
    targets = [
        "/v2/",
        "/v2/app/manifests/1",
        f"/v2/app/manifests/{IMAGE.digest}",
        f"/v2/app/blobs/{layer.digest}",
        "/v2/app/tags/list",
        f"/v2/app/referrers/{IMAGE.digest}",
        "/v2/app/manifests/unknown",
        f"/v2/app/blobs/{images.digest_of(b'unknown')}",
        "/v2/app/manifests/sha256:bad",
        "/v2/_catalog",
        "/v2/unknown.example/app/manifests/1",
    ]
    with berth.connect() as connection:
        for target in targets * 2:
            head = connection.request("HEAD", target)
            answer = connection.request("GET", target)
            assert (head.status, head.body) == (answer.status, b""), target
            assert head["Content-Length"] == str(len(answer.body)) or answer.status >= 400, target
            assert head.get("Transfer-Encoding") is None
        connection.send_request("HEAD", targets[3], [("Connection", "close")])
        assert connection.read_response("HEAD").status == 200
        connection.expect_end()


def test_head_of_a_cold_blob_then_get(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    with hub().connect() as connection:
        for blob in IMAGE.blobs:
            target = f"/v2/app/blobs/{blob.digest}"
            assert connection.request("HEAD", target)["Content-Length"] == str(blob.size)
            assert connection.request("GET", target).body == blob.data

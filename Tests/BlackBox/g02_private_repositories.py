"""Two private repositories of one upstream, of which Berth's credentials open one: what is held of the first does not
open the second, whichever way it is asked for."""

from support import images

IMAGE = images.single("g02")


def test_private(start_berth, upstream):
    upstream.push(IMAGE, "acme/mine", "1")
    upstream.push(IMAGE, "acme/theirs", "1")
    upstream.settings(
        access=[
            {"scheme": "token", "repositories": "acme/mine", "users": {"us": "pass"}, "requiresCredentials": True},
            {"scheme": "token", "repositories": "acme/theirs", "users": {"them": "word"}, "requiresCredentials": True},
        ]
    )
    berth = start_berth(
        {
            "docker.io": {
                "endpoints": [upstream.url],
                "credentials": [{"username": "us", "password": "pass"}],
                "tokenOrigins": [upstream.urls["token"]],
                "allowPrivateAddresses": True,
            }
        }
    )
    assert berth.get("/v2/acme/mine/manifests/1").body == IMAGE.manifest.data
    for blob in IMAGE.blobs:
        assert berth.get(f"/v2/acme/mine/blobs/{blob.digest}").body == blob.data
    for target in ("manifests/1", f"manifests/{IMAGE.digest}", f"blobs/{IMAGE.layers[0].digest}", "tags/list"):
        answer = berth.get(f"/v2/acme/theirs/{target}")
        assert (answer.status, answer.error_code()) == (403, "DENIED"), target
        assert berth.head(f"/v2/acme/theirs/{target}").status == 403, target

"""A token service that redirects is not followed, least of all with credentials."""

from support import images

IMAGE = images.single("f02")


def test_not_followed(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token(users={"acme": "planted-password"})
    upstream.on("token", redirect={"to": "recorder", "status": 302}, authentication="any")
    berth = start_berth(
        {
            "docker.io": {
                "endpoints": [upstream.url],
                "credentials": [{"username": "acme", "password": "planted-password"}],
                "tokenOrigins": [upstream.urls["token"]],
                "allowPrivateAddresses": True,
            }
        }
    )
    assert berth.get("/v2/app/manifests/1").status == 502
    assert upstream.strangers() == []

"""CVE-2026-33540: a registry whose challenge names a realm on another host gets nobody's password: the place it
names sees no credentials, and no later request shows them either."""

from support import images

IMAGE = images.single("f01")
USER, PASSWORD = "acme", "planted-password"


def test_recorder_sees_no_credentials(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token(users={USER: PASSWORD}, realm=upstream.urls["recorder"] + "/token")
    berth = start_berth(
        {
            "docker.io": {
                "endpoints": [upstream.url],
                "credentials": [{"username": USER, "password": PASSWORD}],
                "allowPrivateAddresses": True,
            }
        }
    )
    answer = berth.get("/v2/app/manifests/1")
    assert answer.status == 502
    for request in upstream.strangers():
        assert request.header("Authorization") is None
        assert PASSWORD not in request.body and PASSWORD not in request.query


def test_stranger_on_a_private_address_is_not_even_asked(start_berth, upstream):
    """Without allowPrivateAddresses a realm on loopback is not dialled at all."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token(realm=upstream.urls["recorder"] + "/token")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}})
    assert berth.get("/v2/app/manifests/1").status == 502
    assert upstream.strangers() == []

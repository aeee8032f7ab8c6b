"""Neither the log at its most talkative nor the metrics hold a password, a token, or the query of a signed link,
in good days and in bad."""

import base64

from support import images
from support.berth import planted
from support.http import exchange

IMAGE = images.single("f07")
USER, PASSWORD = "acme", "planted-password-1234"


def test_nothing_is_told(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token(users={USER: PASSWORD})
    upstream.redirect_blobs()
    berth = start_berth(
        {
            "docker.io": {
                "endpoints": [upstream.url],
                "credentials": [{"username": USER, "password": PASSWORD}],
                "tokenOrigins": [upstream.urls["token"]],
                "allowPrivateAddresses": True,
            }
        },
        log={"level": "trace"},
    )
    client_secret = base64.b64encode(b"client:planted-client-secret").decode()
    fields = [("Authorization", f"Basic {client_secret}")]
    assert berth.get("/v2/app/manifests/1", fields).status == 200
    assert berth.get(f"/v2/app/blobs/{IMAGE.layers[0].digest}", fields).status == 200
    upstream.on("redirectTarget", status=403)
    assert berth.get(f"/v2/app/blobs/{IMAGE.layers[1].digest}?planted-query=1", timeout=60).status >= 400
    upstream.on("token", status=500, authentication="any")
    upstream.revoke_tokens()
    assert berth.get("/v2/app/manifests/2", timeout=60).status >= 400

    tokens = {request.credential for request in upstream.requests()} - {"", USER}
    shown = {(request.header("Authorization") or "").partition(" ")[2] for request in upstream.requests()} - {""}
    signatures = [
        part for request in upstream.requests(origin="storage") for part in request.query.split("&") if len(part) > 12
    ]
    assert shown and signatures
    secrets = {PASSWORD, client_secret, "planted-client-secret", *tokens, *shown, *signatures}
    told = berth.log() + exchange(berth.admin_address, "GET", "/metrics").body.decode()
    assert planted(secrets, told) == []
    assert "X-Amz-Signature" not in told

"""`berth refresh`: asks the upstream now what a tag stands for, however fresh the last answer is."""

from support import images
from support.commands import FAILED, NOT_THERE, USAGE, answer, order


def test_moved(hub, upstream):
    berth = hub(tagFreshness="1h")
    old, new = images.single("o06 old"), images.single("o06 new")
    upstream.push(old, "library/app", "1")
    assert order(berth, "refresh", "app:1").output == f"docker.io/library/app:1 is {old.digest}\n"
    assert order(berth, "refresh", "app:1").output == f"docker.io/library/app:1 is still {old.digest}\n"
    upstream.push(new, "library/app", "1")
    assert berth.head("/v2/app/manifests/1")["Docker-Content-Digest"] == old.digest
    assert f"has moved from {old.digest} to {new.digest}" in order(berth, "refresh", "app:1").output
    assert berth.head("/v2/app/manifests/1")["Docker-Content-Digest"] == new.digest


def test_gone(hub, upstream):
    berth = hub(tagFreshness="1h")
    upstream.push(images.single("o06 gone"), "library/app", "1")
    order(berth, "refresh", "app:1")
    upstream.remove_manifest("library/app", "1")
    order(berth, "refresh", "app:1", status=NOT_THERE)
    assert answer(berth, "ls")["images"] == [], "a tag that the upstream has no longer is forgotten"


def test_upstream_down(hub, upstream):
    berth = hub(tagFreshness="1h")
    upstream.push(images.single("o06 down"), "library/app", "1")
    order(berth, "refresh", "app:1")
    upstream.down()
    assert order(berth, "refresh", "app:1", status=FAILED).errors.startswith("berth: ")
    assert berth.get("/v2/app/manifests/1").status == 200


def test_digest(hub):
    assert "refresh a tag" in order(hub(), "refresh", f"app@sha256:{'0' * 64}", status=USAGE).errors

"""A tag that is not there yet is asked for again after ten seconds at most: a negative answer does not outlive
its truth."""

from support import images
from support.service import wait_until

IMAGE = images.single("t05")


def test_appears(hub, upstream):
    upstream.push(IMAGE, "library/app", "other")
    berth = hub()
    assert berth.get("/v2/app/manifests/1").status == 404
    upstream.push(IMAGE, "library/app", "1")
    answer = wait_until(
        lambda: (seen := berth.get("/v2/app/manifests/1")).status == 200 and seen, "the tag seen", timeout=12
    )
    assert answer.body == IMAGE.manifest.data

"""Whoever can import decides what clients get: each tag that an import sets is in the log, with what it named before."""

import json

from support import images
from support.bundles import bring, export


def test_both_digests(hub, upstream, start_berth, workplace):
    old, new = images.single("b05 from the archive"), images.single("b05 from the upstream")
    upstream.push(old, "library/app", "1")
    bundle = workplace.directory / "old.tar"
    export(hub(), bundle, "app:1")
    upstream.push(new, "library/app", "1")
    target = start_berth({"docker.io": {"endpoints": [upstream.url]}}, name="target", log={"format": "json"})
    assert target.get("/v2/app/manifests/1").body == new.manifest.data
    bring(target, bundle)
    assert target.get("/v2/app/manifests/1").body == old.manifest.data
    lines = [json.loads(line) for line in target.log().splitlines()]
    (told,) = [line for line in lines if line["message"] == "a tag is set by an import"]
    assert told["level"] == "notice"
    assert (told["repository"], told["tag"]) == ("docker.io/library/app", "1")
    assert (told["before"], told["digest"]) == (new.digest, old.digest)
    # Again, nothing is set.
    bring(target, bundle)
    assert target.log().count("a tag is set by an import") == 1
    assert target.log().count("image imported") == 2

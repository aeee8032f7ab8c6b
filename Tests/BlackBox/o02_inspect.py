"""`berth inspect`: everything that is known of one image, without asking the upstream."""

import pytest
from support import images
from support.bundles import bring, export
from support.commands import NOT_THERE, USAGE, answer, order


def test_an_index(hub, upstream):
    berth = hub()
    multi = images.multi("o02")
    upstream.push(multi, "acme/tool", "1")
    order(berth, "warm", "acme/tool:1", "--platform", "linux/amd64")
    before = upstream.counters().total
    seen = answer(berth, "inspect", "acme/tool:1")
    assert upstream.counters().total == before
    assert seen["name"] == "docker.io/acme/tool:1" and seen["digest"] == multi.digest
    held = {part["platform"]: part["complete"] for part in seen["platforms"]}
    assert held == {"linux/amd64": True, "linux/arm64/v8": False, "linux/s390x": False}
    assert seen["endpoints"] == [upstream.url]
    text = order(berth, "inspect", "acme/tool:1").output
    assert multi.digest in text and "linux/s390x" in text and "confirmed:" in text


def test_by_digest(hub, upstream):
    berth = hub()
    image = images.single("o02")
    upstream.push(image, "library/app", "1")
    order(berth, "warm", f"app@{image.digest}")
    seen = answer(berth, "inspect", f"app@{image.digest}")
    assert seen["missingBytes"] == 0
    assert [part["platform"] for part in seen["platforms"]] == ["linux/amd64"], "as its configuration says"
    order(berth, "inspect", f"other@{image.digest}", status=NOT_THERE)


def test_who_refers_to_it(hub, upstream):
    berth = hub()
    image = images.single("o02 signed")
    signature = images.artifact(image.manifest, "application/vnd.example.signature", "o02")
    upstream.push(image, "library/app", "1")
    upstream.push(signature, "library/app")
    attached = f"{image.digest.replace(':', '-')}.sig"
    upstream.push(images.single("o02 cosign"), "library/app", attached)
    order(berth, "warm", "app:1", f"app:{attached}", "--with-referrers")
    seen = answer(berth, "inspect", "app:1")
    assert [each["digest"] for each in seen["referrers"]] == [signature.digest]
    assert seen["attachedTags"] == [attached]
    text = order(berth, "inspect", "app:1").output
    assert "application/vnd.example.signature" in text and attached in text


def test_history(hub, upstream):
    berth = hub(tagFreshness="0s")
    old, new = images.single("o02 old"), images.single("o02 new")
    upstream.push(old, "library/app", "1")
    order(berth, "refresh", "app:1")
    upstream.push(new, "library/app", "1")
    order(berth, "refresh", "app:1")
    seen = answer(berth, "inspect", "app:1")
    assert seen["digest"] == new.digest
    assert [move["digest"] for move in seen["history"]] == [old.digest]
    assert old.digest[:19] in order(berth, "inspect", "app:1").output


def test_where_it_came_from(hub, upstream, start_berth, workplace):
    """What a bundle brought did not come from the upstream that stands in the configuration; what is asked for later did."""
    image = images.single("o02 carried")
    upstream.push(image, "library/app", "1")
    connected = hub()
    bundle = workplace.directory / "site.tar"
    export(connected, bundle, "app:1")
    isolated = start_berth({"docker.io": {"endpoints": [upstream.url], "tagFreshness": "0s"}}, name="isolated")
    bring(isolated, bundle)
    assert f"from:        {upstream.url}" in order(connected, "inspect", "app:1").output
    assert "from:        an archive that was imported" in order(isolated, "inspect", "app:1").output
    seen = answer(isolated, "inspect", "app:1")
    assert seen["imported"] and seen["checkedAt"] is None, "an import is no confirmation"
    assert "confirmed:   never" in order(isolated, "inspect", "app:1").output
    assert "never" in order(isolated, "ls").output
    assert isolated.get("/v2/app/manifests/1").status == 200
    seen = answer(isolated, "inspect", "app:1")
    assert seen["imported"], "that the upstream confirms it changes nothing about where it came from"
    assert seen["checkedAt"], "but it is confirmed"
    bring(isolated, bundle)
    assert answer(isolated, "inspect", "app:1")["checkedAt"] == seen["checkedAt"], "another import takes nothing back"
    moved = images.single("o02 moved")
    upstream.push(moved, "library/app", "1")
    assert isolated.get("/v2/app/manifests/1").body == moved.manifest.data
    assert not answer(isolated, "inspect", "app:1")["imported"]


@pytest.mark.parametrize("name", ["app:1", "quay.io/x/y:1", "unknown.example/x:1"])
def test_not_there(hub, name):
    assert "berth: " in order(hub(), "inspect", name, status=NOT_THERE).errors


@pytest.mark.parametrize("name", ["UPPER", "a:b:c", "app@sha256:12", "app:-"])
def test_no_name(hub, name):
    assert order(hub(), "inspect", name, status=USAGE).errors.startswith("berth: ")

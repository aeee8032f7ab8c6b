"""The log: a line for each request at debug, ids that tell requests apart, JSON for machines, and nothing secret."""

import json

import pytest
from support import images
from support.service import wait_until


@pytest.fixture
def berth(upstream, start_berth):
    upstream.push(images.single("o23"), "library/app", "1")
    configuration = {"docker.io": {"endpoints": [upstream.url]}}
    return start_berth(configuration, log={"level": "debug", "format": "json"})


def entries(berth):
    return [json.loads(line) for line in berth.log().splitlines()]


def requests(berth):
    return [entry for entry in entries(berth) if entry["message"] == "request"]


def test_a_line_for_each(berth):
    image = images.single("o23")
    blob = image.layers[0]
    assert berth.get("/v2/app/manifests/1?secret=yes").status == 200
    assert berth.get(f"/v2/app/blobs/{blob.digest}").status == 200
    assert berth.get("/v2/app/manifests/2").status == 404
    wait_until(lambda: len(requests(berth)) >= 3, "a line for each request")
    found = {entry["path"]: entry for entry in requests(berth) if entry["path"].startswith("/v2/app")}
    manifest, layer = found["/v2/app/manifests/1"], found[f"/v2/app/blobs/{blob.digest}"]
    assert (manifest["method"], manifest["status"], manifest["outcome"]) == ("GET", 200, "miss")
    assert manifest["bytes"] == image.manifest.size, "numbers are numbers"
    assert (layer["status"], layer["bytes"], layer["outcome"]) == (200, blob.size, "miss")
    assert isinstance(layer["microseconds"], int)
    assert (layer["client"], layer["upstream"]) == ("127.0.0.1", "docker.io"), "who asked, and of whom"
    assert found["/v2/app/manifests/2"]["outcome"] == "not_found"
    ids = [entry["request"] for entry in requests(berth)]
    assert len(set(ids)) == len(ids)
    assert "secret=yes" not in berth.log(), "queries are not logged"


def test_what_is_wrong_is_said_where_engines_hide_it(upstream, start_berth):
    """Most engines show their users the status alone."""
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}}, log={"format": "json"})
    assert berth.get("/v2/app/manifests/none").status == 404
    upstream.down()
    assert berth.get("/v2/app/manifests/1").status == 502
    wait_until(lambda: requests(berth), "a line, at the level that is usual")
    (line,) = requests(berth)
    assert (line["level"], line["path"], line["outcome"]) == ("info", "/v2/app/manifests/1", "failed")
    assert line["error"].startswith("docker.io failed: ")


@pytest.mark.parametrize("kind", ["manifest", "blob"])
def test_what_a_request_causes_bears_its_id(berth, kind):
    target = {"manifest": "manifests/1", "blob": f"blobs/{images.single('o23').layers[0].digest}"}[kind]
    assert berth.get(f"/v2/app/{target}").status == 200
    wait_until(lambda: any(target in entry["path"] for entry in requests(berth)), "the request's line")
    (request,) = [entry for entry in requests(berth) if target in entry["path"]]
    asked = [entry for entry in entries(berth) if entry["message"] == "asked upstream" and target in entry["ask"]]
    assert asked and all(entry["request"] == request["request"] for entry in asked), asked


def test_each_line_says_when_and_how_much_it_matters(berth):
    assert berth.get("/v2/").status == 200
    for entry in entries(berth):
        assert entry["time"].endswith("Z") and entry["message"]
        assert entry["level"] in ("trace", "debug", "info", "notice", "warning", "error", "critical")


def test_no_line_is_forged(upstream, start_berth):
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}})
    berth.get("/v2/app/manifests/1%0a2026-01-01T00:00:00Z%20info%20forged")
    for line in berth.log().splitlines():
        assert not line.startswith("2026-01-01T00:00:00Z info forged")

"""Lists of tags come whole or not at all: in hundreds of pages, with what Google's registries describe beside the names,
from registries that refuse the number asked for, or that limit requests in the middle."""

import json

from support import images

IMAGE = images.single("u41")
TARGET = "/v2/app/tags/list"
JSON = {"Content-Type": "application/json"}


def test_hundreds_of_pages(upstream, hub):
    tags = sorted(f"build-{number}" for number in range(900))
    upstream.push(IMAGE, "library/app", *tags)
    upstream.settings(tags={"pageSize": 3})
    berth = hub()
    assert berth.get(TARGET, timeout=120).json()["tags"] == tags
    assert "n=1000" in upstream.requests("tagsList")[0].query


def test_limited_in_the_middle(upstream, hub):
    tags = sorted(f"t{number}" for number in range(40))
    upstream.push(IMAGE, "library/app", *tags)
    upstream.settings(tags={"pageSize": 4})
    upstream.on("tagsList", skip=5, times=1, status=429, headers={"Retry-After": "0"})
    upstream.on("tagsList", skip=6, times=1, status=503)
    berth = hub()
    assert berth.get(TARGET, timeout=60).json()["tags"] == tags
    assert len(upstream.requests("tagsList")) <= 13, "no page is asked for again for the sake of another"


def test_fails_in_the_middle(upstream, hub):
    """Never a part of it."""
    upstream.push(IMAGE, "library/app", *(f"t{number}" for number in range(40)))
    upstream.settings(tags={"pageSize": 4})
    upstream.on("tagsList", skip=5, status=500)
    answer = hub().get(TARGET, timeout=60)
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")


def test_description_of_each_manifest(upstream, hub):
    """Google's registries: one page, most of which is not names."""
    tags = [f"v{number}" for number in range(3000)]
    manifests = {
        images.digest_of(tag.encode()): {"imageSizeBytes": "7", "tag": [tag], "timeUploadedMs": "0" * 900} for tag in tags
    }
    body = json.dumps({"child": ["tags"], "manifest": manifests, "name": "app", "tags": tags})
    assert len(body) > 3_000_000
    upstream.on("tagsList", body=body, headers=JSON)
    assert hub().get(TARGET, timeout=60).json()["tags"] == sorted(tags)


def test_number_is_refused(upstream, hub):
    upstream.push(IMAGE, "library/app", "1", "2")
    upstream.on("tagsList", times=2, status=400)
    assert hub().get(TARGET).json()["tags"] == ["1", "2"]
    assert [each.query for each in upstream.requests("tagsList")] == ["n=1000", "n=100", ""]


def test_slow_list_is_waited_for(start_berth, upstream):
    """The tags that are held are no list: while upstream is merely slow, its list is waited for."""
    upstream.push(IMAGE, "library/app", "1", "2", "3")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "tagFreshness": "0s"}})
    assert berth.get("/v2/app/manifests/1").status == 200
    upstream.on("tagsList", times=1, delay=1500)
    answer = berth.get(TARGET, timeout=60)
    assert (answer.json()["tags"], answer.get("Warning")) == (["1", "2", "3"], None)
    assert berth.get("/v2/app/manifests/1").status == 200


def test_held_tags_are_called_so(start_berth, upstream):
    """In trouble, what is held is better than nothing, and says that it is not all."""
    upstream.push(IMAGE, "library/app", "1", "2", "3")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}})
    assert berth.get("/v2/app/manifests/1").status == 200
    upstream.down()
    answer = berth.get(TARGET, timeout=60)
    assert answer.json()["tags"] == ["1"]
    assert answer["Warning"].startswith('299 - "') and "not all" in answer["Warning"]

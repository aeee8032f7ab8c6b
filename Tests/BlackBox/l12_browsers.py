"""A page of another origin reads the registry's answers only if its origin is listed."""

from support import images

IMAGE = images.single("l12")
TARGET = "/v2/library/app/manifests/1"
PAGE = ("Origin", "https://ui.example")
QUESTION = [PAGE, ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "authorization")]


def cors(answer):
    return {name.lower(): value for name, value in answer.fields if name.lower().startswith("access-control-")}


def test_nothing_is_allowed_by_default(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    assert cors(berth.get(TARGET, [PAGE])) == {}
    answer = berth.request("OPTIONS", TARGET, QUESTION)
    assert (answer.status, answer["Allow"], cors(answer)) == (405, "GET, HEAD", {})


def test_a_listed_page_reads(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}}, browsers=["https://ui.example"])
    with berth.connect() as connection:
        asked = connection.request("OPTIONS", TARGET, QUESTION)
        assert asked.status == 204
        assert cors(asked)["access-control-allow-origin"] == PAGE[1]
        assert "GET" in cors(asked)["access-control-allow-methods"]
        assert "authorization" in cors(asked)["access-control-allow-headers"].lower()
        for _ in range(2):
            answer = connection.request("GET", TARGET, [PAGE])
            assert answer.body == IMAGE.manifest.data
            assert cors(answer)["access-control-allow-origin"] == PAGE[1]
            assert "docker-content-digest" in cors(answer)["access-control-expose-headers"].lower()
            assert answer["Vary"] == "Origin"
        missing = connection.request("GET", "/v2/library/app/manifests/none", [PAGE])
        assert (missing.status, cors(missing)["access-control-allow-origin"]) == (404, PAGE[1])
    for other in ("https://evil.example", "http://ui.example", "null"):
        assert cors(berth.get(TARGET, [("Origin", other)])) == {}
        assert berth.request("OPTIONS", TARGET, [("Origin", other), *QUESTION[1:]]).status == 405

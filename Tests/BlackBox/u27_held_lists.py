"""Lists that are held, of tags and of referrers, are treated as a held tag is: trouble upstream and slowness are not
waited for, the age is bounded by maxStale, and what is refused is not shown as last seen."""

import pytest
from support import images
from support.trouble import AFTER_ONE_TIMEOUT, AT_ONCE, SOON, within

IMAGE = images.single("u27")
SBOM = images.artifact(IMAGE.manifest, "application/vnd.example.sbom", "sbom")
LISTS = {
    "tags": ("/v2/app/tags/list", "tagsList"),
    "referrers": (f"/v2/app/referrers/{IMAGE.digest}", "referrers"),
}


@pytest.fixture(params=LISTS)
def place(request, start_berth, upstream):
    """A Berth that holds a list, the list, and the kind of request that upstream gets for it."""
    upstream.push(IMAGE, "library/app", "1", "2")
    upstream.push(SBOM, "library/app")
    target, kind = LISTS[request.param]

    def start(**settings):
        hub = {"endpoints": [upstream.url], "tagFreshness": "0s", "timeouts": SOON, **settings}
        berth = start_berth({"docker.io": hub})
        body = berth.get(target).body
        assert len(body) > 20

        def ask(status, *, stale=False, seconds=AT_ONCE):
            with within(seconds):
                answer = berth.get(target, timeout=60)
            assert answer.status == status
            assert (answer.get("Warning") or "").startswith('299 - "') == stale
            assert status != 200 or answer.body == body

        return ask, kind

    return start


@pytest.mark.parametrize("trouble", ["down", 429, 503])
def test_trouble(place, upstream, trouble):
    ask, kind = place()
    if trouble == "down":
        upstream.down()
    else:
        upstream.on(kind, status=trouble)
    ask(200, stale=True)


def test_slow(place, upstream):
    """As long as the patience with a confirmation, not as long as the upstream's timeouts."""
    ask, kind = place(timeouts={"firstByte": "20s"})
    upstream.on(kind, hold="slow")
    ask(200, stale=True, seconds=AFTER_ONE_TIMEOUT)
    upstream.release("slow")


@pytest.mark.parametrize("status", [401, 403])
def test_refused(place, upstream, status):
    ask, kind = place()
    rule = upstream.on(kind, status=status)
    ask(403)
    upstream.remove_rule(rule)
    ask(200)


@pytest.mark.parametrize("status", [401, 403])
def test_refused_then_down(place, upstream, status):
    ask, kind = place()
    upstream.on(kind, status=status)
    ask(403)
    upstream.down()
    ask(502)
    upstream.remove_rules()
    upstream.up()
    ask(200)

"""What upstream says of a name is the truth, and no trouble: denied (401, 403) and gone (404) are never answered from
what was held under the tag, and are not believed for longer than they last."""

import pytest
from support.service import wait_until
from support.trouble import AT_ONCE, HELD, KINDS, MISSES, MISSING, check_stale, scene, within

ANSWERS = {401: (403, {"DENIED"}), 403: (403, {"DENIED"}), 404: (404, {"MANIFEST_UNKNOWN", "BLOB_UNKNOWN", "NAME_UNKNOWN"})}


def check(answer, status):
    expected, codes = ANSWERS[status]
    assert answer.status == expected and answer.error_code() in codes, answer
    assert answer.get("Warning") is None


@pytest.mark.parametrize("asked", ["blob", "tag", "manifest", "tag list"])
@pytest.mark.parametrize("status", ANSWERS)
def test_miss(start_berth, upstream, status, asked):
    place = scene(start_berth, upstream)
    upstream.on(KINDS, status=status)
    with within(AT_ONCE):
        check(place.berth.get(MISSES[asked], timeout=60), status)
    assert len(upstream.requests()) == 1, "asking again would not help"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("status", ANSWERS)
def test_held_tag(start_berth, upstream, status, method):
    place = scene(start_berth, upstream)
    upstream.on(KINDS, status=status)
    answer = place.berth.request(method, "/v2/held/manifests/1")
    assert (answer.status, answer.get("Warning")) == (ANSWERS.get(status, (502,))[0], None)


@pytest.mark.parametrize("status", ANSWERS)
def test_held_digest(start_berth, upstream, status):
    """The grant of before stands: a digest that the repository was seen to hold."""
    place = scene(start_berth, upstream)
    upstream.on(KINDS, status=status)
    assert place.berth.get(f"/v2/held/manifests/{HELD.digest}").body == HELD.manifest.data


def test_gone_is_gone(start_berth, upstream):
    """After the 404, an outage does not bring the tag back."""
    place = scene(start_berth, upstream)
    upstream.remove_manifest("library/held", "1")
    check(place.berth.get("/v2/held/manifests/1"), 404)
    upstream.down()
    assert place.berth.get("/v2/held/manifests/1").status == 502


@pytest.mark.parametrize("status", [401, 403])
def test_denied_then_down(start_berth, upstream, status):
    """A denial is the last word that was heard: an outage after it does not open what it closed."""
    place = scene(start_berth, upstream)
    rule = upstream.on(KINDS, status=status)
    check(place.berth.get("/v2/held/manifests/1"), status)
    upstream.remove_rule(rule)
    upstream.down()
    for _ in range(2):
        answer = place.berth.get("/v2/held/manifests/1", timeout=60)
        assert (answer.status, answer.get("Warning")) in ((403, None), (502, None))
        place.berth.stop()
        place.berth.start()
    upstream.up()
    assert place.berth.get("/v2/held/manifests/1").body == HELD.manifest.data
    upstream.down()
    check_stale(place.berth.get("/v2/held/manifests/1", timeout=60))


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
@pytest.mark.parametrize("asked", MISSES)
def test_not_remembered(start_berth, upstream, status, asked):
    """The next request asks anew: 404 is believed for ten seconds at most, the others not at all."""
    place = scene(start_berth, upstream)
    rule = upstream.on(KINDS, status=status, headers={"Retry-After": "1"} if status == 429 else {})
    if status != 429:
        # An upstream without the referrers API says so by 404: no failure, and no referrers.
        expected = 200 if (asked, status) == ("referrers", 404) else ANSWERS.get(status, (502,))[0]
        assert place.berth.get(MISSES[asked], timeout=60).status == expected
    upstream.remove_rule(rule)
    wait_until(lambda: place.berth.get(MISSES[asked], timeout=60).status == 200, "asked again", timeout=11)


def test_error_does_not_replace_a_good_tag(start_berth, upstream):
    """Whatever was answered in between, the digest stays. A HEAD that denies what is held, or names no digest, is checked by
    one GET; one that meets trouble is not."""
    place = scene(start_berth, upstream)
    for action, gets in (
        ({"status": 500}, 0),
        ({"status": 403}, 1),
        ({"body": "nonsense"}, 1),
        ({"cut": {"how": "reset"}}, 0),
    ):
        rule = upstream.on(KINDS, **action)
        before = upstream.counters().count("manifestGet")
        place.berth.get("/v2/held/manifests/1", timeout=60)
        assert upstream.counters().count("manifestGet") - before == gets, action
        upstream.remove_rule(rule)
    before = upstream.counters().count("manifestGet")
    answer = place.berth.get("/v2/held/manifests/1")
    assert (answer.status, answer.body, answer.get("Warning")) == (200, HELD.manifest.data, None)
    assert upstream.counters().count("manifestGet") == before
    assert place.berth.get(MISSES["tag"]).body == MISSING.manifest.data

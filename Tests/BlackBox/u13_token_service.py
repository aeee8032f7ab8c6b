"""The token service is down, slow, or talks nonsense. A miss fails in time, as upstream's trouble and never as a denial;
what is held is served, a tag past its freshness with a warning; a token at hand goes on being used."""

import pytest
from a01_anonymous_token import token_upstream
from support.parallel import results, together
from support.trouble import AFTER_ONE_TIMEOUT, AT_ONCE, MISSES, MISSING, SOON, check_stale, scene, within

#: What the service does, the status of a miss, the longest wait.
KINDS = {
    "refused": (None, 502, AT_ONCE),
    "500": ({"status": 500}, 502, AT_ONCE),
    "503": ({"status": 503}, 502, AT_ONCE),
    "404": ({"status": 404}, 502, AT_ONCE),
    "429": ({"status": 429, "headers": {"Retry-After": "300"}}, 429, AT_ONCE),
    "slow": ({"hold": "for ever"}, 504, AFTER_ONE_TIMEOUT),
    "dripping": ({"throttle": 10}, 504, AFTER_ONE_TIMEOUT),
    "stalls": ({"stall": {"after": 5, "until": "never"}}, 504, AFTER_ONE_TIMEOUT),
    "reset": ({"cut": {"how": "reset"}}, 502, AT_ONCE),
    "breaks off": ({"cut": {"after": 5, "how": "close"}}, 502, AT_ONCE),
    "not JSON": ({"body": "<html>Welcome</html>"}, 502, AT_ONCE),
    "no token in it": ({"body": '{"expires_in": 300}'}, 502, AT_ONCE),
    "token of another type": ({"body": '{"token": 5}'}, 502, AT_ONCE),
    "empty token": ({"body": '{"token": ""}'}, 502, AT_ONCE),
    "token with a line end": ({"body": '{"token": "a\\r\\nX-Planted: 1"}'}, 502, AT_ONCE),
    "endless": ({"endless": {"prefix": '{"token":"', "fill": "a" * 4096}}, 502, AT_ONCE),
    "redirects": ({"redirect": {"to": "recorder"}}, 502, AT_ONCE),
}
#: A token that neither registry nor service can be moved to renew in time.
NEVER_KEPT = {"lifetime": 300_000}


@pytest.fixture
def place(start_berth, upstream):
    upstream.require_token(**NEVER_KEPT)
    return scene(start_berth, upstream, **{**token_upstream(upstream), "timeouts": SOON})


def befall(upstream, kind):
    """From now on, and no token of before is good."""
    upstream.revoke_tokens()
    if KINDS[kind][0] is None:
        upstream.down("token")
    else:
        upstream.on("token", authentication="any", **KINDS[kind][0])


@pytest.mark.parametrize("kind", KINDS)
def test_miss(place, upstream, kind):
    befall(upstream, kind)
    _, status, seconds = KINDS[kind]
    place.misses(status, "TOOMANYREQUESTS" if status == 429 else "UNAVAILABLE", seconds, ("tag",))
    assert upstream.strangers() == []


@pytest.mark.parametrize("kind", KINDS)
def test_held(place, upstream, kind):
    befall(upstream, kind)
    place.serves_what_it_holds(KINDS[kind][2])


@pytest.mark.parametrize("kind", KINDS)
def test_over(place, upstream, kind):
    befall(upstream, kind)
    assert place.berth.get(MISSES["blob"], timeout=60).status in (429, 502, 504)
    upstream.up("token") if kind == "refused" else None
    upstream.remove_rules()
    if kind == "429":
        return
    place.recovers()


@pytest.mark.parametrize("kind", ["refused", "500", "slow", "not JSON"])
def test_token_at_hand(start_berth, upstream, kind):
    """The tokens that Berth has are still good: nobody notices."""
    upstream.require_token(lifetime=300_000)
    place = scene(start_berth, upstream, **{**token_upstream(upstream), "timeouts": SOON})
    assert place.berth.get(MISSES["tag"]).status == 200
    if kind == "refused":
        upstream.down("token")
    else:
        upstream.on("token", authentication="any", **KINDS[kind][0])
    for blob in MISSING.blobs:
        assert place.berth.get(f"/v2/missing/blobs/{blob.digest}").body == blob.data


def test_many_wait_for_one(place, upstream):
    """Twenty misses while the service is slow: it is asked once, and all are told in the same time."""
    befall(upstream, "slow")
    with within(AFTER_ONE_TIMEOUT):
        answers = results(together(20, lambda _: place.berth.get(MISSES["tag"], timeout=60)))
    assert {answer.status for answer in answers} == {504}
    assert len(upstream.requests("token")) <= 2


def test_one_error(place, upstream):
    """A single error of the service is healed by asking once more."""
    upstream.revoke_tokens()
    upstream.on("token", authentication="any", times=1, status=503)
    with within(AT_ONCE):
        assert place.berth.get(MISSES["tag"], timeout=60).status == 200


def test_held_tag_of_a_slow_service(start_berth, upstream):
    """Slow, but within the timeouts: the tag does not wait for longer than `revalidationPatience`."""
    upstream.require_token(lifetime=300_000)
    patient = {**token_upstream(upstream), "timeouts": {"firstByte": "20s"}}
    place = scene(start_berth, upstream, **patient)
    befall(upstream, "slow")
    with within(2.5):
        check_stale(place.berth.get("/v2/held/manifests/1"))

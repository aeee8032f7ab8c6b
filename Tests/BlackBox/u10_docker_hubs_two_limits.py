"""Docker Hub answers 429 for two reasons. Its limit of pulls counts GETs of manifests for each account: blobs, HEADs and
other accounts go on. Its limit against abuse counts everything from one address: nothing goes on for a while."""

import pytest
from a01_anonymous_token import token_upstream
from support.trouble import AT_ONCE, HELD, KINDS, MISSES, MISSING, SOON, check_stale, fill, pull_held, scene, within

PULL_LIMIT = (
    '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit. You may increase the limit'
    ' by authenticating and upgrading: https://www.docker.com/increase-rate-limit"}]}'
)
NEWER_PULL_LIMIT = PULL_LIMIT.replace("your pull rate limit.", "your unauthenticated pull rate limit.")
ABUSE_LIMIT = "Too Many Requests (HAP429).\n"
PULLS = "manifestGet"


@pytest.mark.parametrize("body", [PULL_LIMIT, NEWER_PULL_LIMIT], ids=["2020", "2025"])
def test_pulls_used_up(start_berth, upstream, body):
    place = scene(start_berth, upstream)
    headers = {"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "0;w=21600"}
    upstream.on(PULLS, status=429, body=body, headers=headers)
    with within(AT_ONCE):
        answer = place.berth.get(MISSES["tag"], timeout=60)
    assert (answer.status, answer.error_code()) == (429, "TOOMANYREQUESTS")
    assert 1 <= int(answer["Retry-After"]) <= 21_600
    # What is not counted goes on.
    for blob in MISSING.blobs:
        assert place.berth.get(f"/v2/missing/blobs/{blob.digest}").body == blob.data
    held = place.berth.get("/v2/held/manifests/1")
    assert (held.status, held.get("Warning")) == (200, None), "a HEAD is free, so the tag can be confirmed"


def test_pulls_used_up_and_tag_moved(start_berth, upstream):
    """The HEAD tells of a new image, whose GET is limited: the last good answer, with a warning."""
    place = scene(start_berth, upstream)
    upstream.push(MISSING, "library/held", "1")
    upstream.on(PULLS, status=429, body=PULL_LIMIT)
    with within(AT_ONCE):
        check_stale(place.berth.get("/v2/held/manifests/1"))


def test_head_is_refused_too(start_berth, upstream):
    """Once nothing is left, HEADs may be refused as well, without a body that says why: the tag is served as last seen,
    blobs go on, and HEADs are not tried again at once."""
    place = scene(start_berth, upstream)
    headers = {"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "0;w=21600"}
    upstream.on("manifestHead", status=429, headers=headers)
    for _ in range(5):
        check_stale(place.berth.get("/v2/held/manifests/1"))
    assert len(upstream.requests("manifestHead")) == 1
    for blob in MISSING.blobs:
        assert place.berth.get(f"/v2/missing/blobs/{blob.digest}").body == blob.data
    with within(AT_ONCE):
        assert place.berth.get(MISSES["tag"], timeout=60).status == 429
    assert upstream.requests(PULLS) == []


def test_limit_is_seen_coming(start_berth, upstream):
    """With nothing left, a pull is not tried: the answers before have said so."""
    fill(upstream)
    upstream.settings(rateLimit={"limit": 1, "window": 21_600})
    berth = start_berth({"docker.io": {"endpoints": [upstream.url], "timeouts": SOON}})
    assert berth.get("/v2/held/manifests/1").body == HELD.manifest.data
    upstream.reset()
    for _ in range(5):
        assert berth.get(MISSES["tag"], timeout=60).status == 429
    assert len(upstream.requests(PULLS)) <= 1


def test_abuse_limit(start_berth, upstream):
    """Everything is refused, so nothing more is asked until the pause is over; what is held is served."""
    place = scene(start_berth, upstream)
    headers = {"Content-Type": "text/plain", "Retry-After": "120"}
    upstream.on(KINDS, status=429, body=ABUSE_LIMIT, headers=headers)
    with within(AT_ONCE):
        assert place.berth.get(MISSES["tag"], timeout=60).status == 429
    asked = len(upstream.requests())
    for what in ("blob", "manifest", "tag"):
        with within(AT_ONCE):
            answer = place.berth.get(MISSES[what], timeout=60)
        assert (answer.status, answer.error_code()) == (429, "TOOMANYREQUESTS")
        assert 60 <= int(answer["Retry-After"]) <= 120
    assert len(upstream.requests()) == asked
    place.serves_what_it_holds()


USERS = {"first": "one", "second": "two"}


@pytest.fixture
def two_accounts(start_berth, upstream):
    """An upstream that counts pulls for each account, and a Berth that has two of them."""
    fill(upstream)
    upstream.require_token(users=USERS)
    upstream.settings(rateLimit={"authenticatedLimit": 1, "limit": 0, "window": 21_600})
    credentials = [{"username": user, "password": password} for user, password in USERS.items()]
    settings = token_upstream(upstream, credentials=credentials, timeouts=SOON)
    return start_berth({"docker.io": settings})


def test_the_other_account(two_accounts, upstream):
    """What one account has no pulls left for, the other pulls; then the limit is told."""
    pull_held(two_accounts)
    assert two_accounts.get(MISSES["tag"]).body == MISSING.manifest.data
    counted = [each for each in upstream.requests(PULLS) if each.status == 200]
    assert len({each.credential for each in counted}) == 2
    upstream.push(HELD, "library/third", "1")
    with within(AT_ONCE):
        assert two_accounts.get("/v2/third/manifests/other", timeout=60).status in (404, 429)
        assert two_accounts.get(f"/v2/third/manifests/{HELD.digest}", timeout=60).status in (200, 429)

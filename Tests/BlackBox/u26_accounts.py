"""Several accounts for one upstream: their pulls are spent in turn, and one that is limited, refused or not to be had
leaves its turn to the others. None of it costs a token a request."""

from collections import Counter

import pytest
from a01_anonymous_token import token_upstream
from support import images
from support.commands import OnTerminal
from support.service import wait_until
from support.trouble import SOON

USERS = {"first": "one", "second": "two"}
IMAGES = [images.single(f"u26-{number}") for number in range(6)]
PULLS = "manifestGet"


def fill(upstream):
    for number, image in enumerate(IMAGES):
        upstream.push(image, "library/app", f"{number}")


def start(start_berth, upstream, credentials=None):
    credentials = credentials or [{"username": user, "password": password} for user, password in USERS.items()]
    settings = token_upstream(upstream, credentials=credentials, timeouts=SOON)
    return start_berth({"docker.io": settings})


def pull(berth, number):
    answer = berth.get(f"/v2/app/manifests/{number}", timeout=60)
    assert answer.body == IMAGES[number].manifest.data
    for blob in IMAGES[number].blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data


def pulls_by_account(upstream):
    return Counter(each.credential for each in upstream.requests(PULLS) if each.status == 200)


def refusals(upstream):
    """How often the token service refused what it was shown."""
    return len([each for each in upstream.requests("token") if each.status != 200])


@pytest.fixture
def accounts(start_berth, upstream):
    fill(upstream)
    upstream.require_token(users=USERS)
    return start(start_berth, upstream)


def test_in_turn(accounts, upstream):
    """Nobody says how much is left: every second pull is the other account's, with the token it has already."""
    for number in range(6):
        pull(accounts, number)
    assert pulls_by_account(upstream) == {"first": 3, "second": 3}
    assert len(upstream.requests("token")) == 2


def test_most_left(start_berth, upstream):
    fill(upstream)
    upstream.require_token(users=USERS)
    upstream.settings(rateLimit={"authenticatedLimit": 100, "limit": 0, "window": 21_600})
    upstream.remaining_pulls(3, "first")
    berth = start(start_berth, upstream)
    for number in range(6):
        pull(berth, number)
    # One by the first, which tells that little is left.
    assert pulls_by_account(upstream) == {"first": 1, "second": 5}


def test_spent_to_the_end(start_berth, upstream):
    """Two accounts of three pulls each are six pulls; the seventh meets the limit."""
    fill(upstream)
    upstream.require_token(users=USERS)
    upstream.settings(rateLimit={"authenticatedLimit": 3, "limit": 0, "window": 21_600})
    berth = start(start_berth, upstream)
    for number in range(6):
        pull(berth, number)
    upstream.push(images.single("u26-more"), "library/more", "1")
    answer = berth.get("/v2/more/manifests/1", timeout=60)
    assert (answer.status, answer.error_code()) == (429, "TOOMANYREQUESTS")
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_limited_one_rests(accounts, upstream):
    pull(accounts, 0)
    upstream.on(PULLS, times=1, status=429, headers={"Retry-After": "300"})
    for number in range(1, 6):
        pull(accounts, number)
    # The second one's only attempt was refused; all that were answered are the first one's.
    assert pulls_by_account(upstream) == {"first": 6}


def test_refused_one_goes_last(start_berth, upstream):
    """The first account's password is no longer taken: clients see nothing of it, and the log tells."""
    fill(upstream)
    upstream.require_token(users=USERS)
    berth = start(
        start_berth,
        upstream,
        [{"username": "first", "password": "of yesterday"}, {"username": "second", "password": "two"}],
    )
    for number in range(6):
        pull(berth, number)
    assert pulls_by_account(upstream) == {"second": 6}
    assert refusals(upstream) == 1, "what was refused is not shown again"
    assert "one of several credentials is of no use" in berth.log_of_this_run()


def test_unreadable_one_goes_last(start_berth, upstream, tmp_path):
    fill(upstream)
    upstream.require_token(users=USERS)
    password = tmp_path / "password"
    password.write_text("one\n")
    credentials = [
        {"username": "first", "passwordFile": str(password)},
        {"username": "second", "password": "two"},
    ]
    berth = start(start_berth, upstream, credentials)
    password.unlink()
    for number in range(3):
        pull(berth, number)
    assert pulls_by_account(upstream) == {"second": 3}


def test_all_refused(start_berth, upstream):
    """What every account is refused is denied, at once."""
    fill(upstream)
    upstream.require_token(users=USERS)
    credentials = [{"username": user, "password": "of yesterday"} for user in USERS]
    berth = start(start_berth, upstream, credentials)
    answer = berth.get("/v2/app/manifests/1")
    assert (answer.status, answer.error_code()) == (403, "DENIED")
    assert refusals(upstream) == 2, "each was shown once"


def test_the_only_one_is_refused(start_berth, upstream):
    """One that was refused for what /v2/ was taken to ask for is not shown again for what the registry asks for."""
    fill(upstream)
    upstream.require_token(users=USERS)
    berth = start(start_berth, upstream, [{"username": "first", "password": "of yesterday"}])
    answer = berth.get("/v2/app/manifests/1")
    assert (answer.status, answer.error_code()) == (403, "DENIED")
    assert refusals(upstream) == 1


def test_what_is_left_is_that_of_all(start_berth, upstream):
    """Behind a token service too, fetching ahead gives way when little is left of every account."""
    fill(upstream)
    upstream.require_token(users=USERS)
    upstream.settings(rateLimit={"authenticatedLimit": 100, "limit": 0, "window": 21_600})
    for user in USERS:
        upstream.remaining_pulls(10, user)
    berth = start(start_berth, upstream)
    pull(berth, 0)
    pull(berth, 1)
    with OnTerminal(["warm", "app:2", "--admin", f"127.0.0.1:{berth.admin_port}"]):
        wait_until(lambda: "fetching ahead waits" in berth.log_of_this_run(), "the order put off")

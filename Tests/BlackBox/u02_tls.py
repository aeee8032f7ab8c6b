"""TLS upstream fails: a certificate for another host, expired, or of an unknown authority; silence in place of a
handshake; no TLS at all. A miss says so at once; what is held is served; once it is mended, nothing is left of it."""

import pytest
from support.certificates import Authority
from support.trouble import AFTER_ONE_TIMEOUT, AT_ONCE, MISSES, SOON, scene, within

CERTIFICATES = ["wrong host", "expired", "unknown authority"]


@pytest.fixture
def authority(workplace):
    return Authority(workplace.directory)


@pytest.fixture
def place(start_berth, start_upstream, authority):
    certificate = authority.issue("127.0.0.1")
    upstream = start_upstream(certificate=certificate.path, key=certificate.key_path)
    return scene(start_berth, upstream, trustRoots=[str(authority.path)])


def show(upstream, authority, workplace, kind):
    certificate = {
        "wrong host": lambda: authority.issue("other.example"),
        "expired": lambda: authority.issue("127.0.0.1", days=-1),
        "unknown authority": lambda: Authority(workplace.directory / "unknown").issue("127.0.0.1"),
    }[kind]()
    upstream.use_certificate(certificate.path, certificate.key_path)
    reconnect(upstream)


def reconnect(upstream):
    """The connections that stand are closed."""
    upstream.down()
    upstream.up()


@pytest.mark.parametrize("kind", CERTIFICATES)
@pytest.mark.parametrize("asked", MISSES)
def test_miss(place, authority, workplace, kind, asked):
    show(place.upstream, authority, workplace, kind)
    place.misses(502, "UNAVAILABLE", AT_ONCE, (asked,))
    assert place.upstream.requests() == [], "nothing is asked of whom one cannot trust"


@pytest.mark.parametrize("kind", CERTIFICATES)
def test_held(place, authority, workplace, kind):
    show(place.upstream, authority, workplace, kind)
    place.serves_what_it_holds()


def test_mended(place, authority, workplace):
    show(place.upstream, authority, workplace, "expired")
    assert place.berth.get(MISSES["blob"], timeout=60).status == 502
    good = authority.issue("127.0.0.1", days=60)
    place.upstream.use_certificate(good.path, good.key_path)
    reconnect(place.upstream)
    place.recovers()


def test_silence_in_the_handshake(place):
    reconnect(place.upstream)
    place.upstream.fault("silence")
    place.misses(504, "UNAVAILABLE", AFTER_ONE_TIMEOUT, ("tag",))
    place.serves_what_it_holds(AFTER_ONE_TIMEOUT)


def test_no_tls_there(start_berth, upstream):
    """https:// in the configuration, plain HTTP behind it: never spoken in the clear."""
    berth = start_berth({"docker.io": {"endpoints": [upstream.url.replace("http:", "https:")], "timeouts": SOON}})
    with within(AFTER_ONE_TIMEOUT):
        answer = berth.get(MISSES["tag"], timeout=60)
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    assert not [each for each in upstream.requests() if each.status < 400]

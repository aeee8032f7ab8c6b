"""Upstreams behind a proxy: from the environment or from the configuration, with a password, over TLS; exceptions; a
proxy that is in trouble is told apart from an upstream that is; addresses that a URL names are judged all the same."""

import urllib.parse

import pytest
from a01_anonymous_token import token_upstream
from support import berth as program
from support import images
from support.certificates import Authority
from support.proxy import ConnectProxy
from support.trouble import AT_ONCE, HELD, check_stale, fill, pull_held, within

IMAGE = images.single("u23")
NAME = "registry.example"
VARIABLES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"]


@pytest.fixture(autouse=True)
def no_proxies_of_this_machine(monkeypatch):
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def start_proxy(workplace, upstream):
    """Starts a proxy that knows `registry.example` as the scripted upstream."""

    def start(**options):
        address = ("127.0.0.1", int(upstream.host.split(":")[1]))
        return workplace.watch(ConnectProxy({NAME: address, "127.0.0.1": address}, **options))

    return start


def pulls(berth, image=IMAGE, repository="app"):
    assert berth.get(f"/v2/{repository}/manifests/1").body == image.manifest.data
    for blob in image.blobs:
        assert berth.get(f"/v2/{repository}/blobs/{blob.digest}").body == blob.data


def asked_of(proxy):
    """What the proxy was asked to do, and for which host: to connect, or to hand a request on."""
    return {
        (method, urllib.parse.urlsplit(target).netloc if "://" in target else target)
        for method, target in (line.split(" ") for line in proxy.asked)
    }


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy"])
def test_environment(start_berth, upstream, start_proxy, monkeypatch, variable):
    upstream.push(IMAGE, "library/app", "1")
    proxy = start_proxy()
    monkeypatch.setenv(variable, proxy.url)
    pulls(start_berth({"docker.io": {"endpoints": [f"http://{NAME}"]}}))
    assert asked_of(proxy) == {("GET", NAME)}, "the proxy is handed the URL, and resolves the name"


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
def test_environment_tls(start_berth, start_upstream, workplace, monkeypatch, variable):
    """TLS is spoken with the registry, through the proxy: its certificate is verified as ever."""
    authority = Authority(workplace.directory)
    certificate = authority.issue(NAME)
    upstream = start_upstream(certificate=certificate.path, key=certificate.key_path)
    upstream.push(IMAGE, "library/app", "1")
    address = ("127.0.0.1", int(upstream.host.split(":")[1]))
    proxy = workplace.watch(ConnectProxy({NAME: address, "other.example": address}))
    monkeypatch.setenv(variable, proxy.url)
    settings = {"trustRoots": [str(authority.path)]}
    berth = start_berth(
        {
            "docker.io": {"endpoints": [f"https://{NAME}"], **settings},
            "quay.io": {"endpoints": ["https://other.example"], **settings},
        }
    )
    pulls(berth)
    assert set(proxy.asked) == {f"CONNECT {NAME}:443"}
    answer = berth.get("/v2/quay.io/library/app/manifests/1")
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    assert "certificate is for another host" in answer.body.decode()


@pytest.mark.parametrize("host, is_named", [("127.0.0.1", True), ("192.0.2.9", False)])
def test_certificate_of_an_address(start_berth, start_upstream, workplace, host, is_named):
    """A certificate for the proxy's address (127.0.0.1) is none for the registry's."""
    authority = Authority(workplace.directory)
    certificate = authority.issue("127.0.0.1")
    upstream = start_upstream(certificate=certificate.path, key=certificate.key_path)
    upstream.push(IMAGE, "library/app", "1")
    address = ("127.0.0.1", int(upstream.host.split(":")[1]))
    proxy = workplace.watch(ConnectProxy({host: address}))
    settings = {"endpoints": [f"https://{host}"], "trustRoots": [str(authority.path)], "proxy": proxy.url}
    answer = start_berth({"docker.io": settings}).get("/v2/app/manifests/1")
    assert answer.status == (200 if is_named else 502), answer
    assert is_named or "certificate is for another host" in answer.body.decode()


@pytest.mark.parametrize("exception", ["127.0.0.0/8", "*", "127.0.0.1", "localhost, .example,127.0.0.1:{port}"])
def test_exceptions(start_berth, upstream, start_proxy, monkeypatch, exception):
    """This machine needs no proxy in any case; so the rule is shown by what would fail through one."""
    upstream.push(IMAGE, "library/app", "1")
    proxy = start_proxy(refuses=True)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", exception.format(port=upstream.host.split(":")[1]))
    pulls(start_berth({"docker.io": {"endpoints": [upstream.url]}}))
    assert proxy.asked == []


def test_proxy_of_one_upstream(start_berth, upstream, start_proxy, monkeypatch):
    """What the configuration says goes before the environment; `direct` too."""
    upstream.push(IMAGE, "library/app", "1")
    proxy, wrong = start_proxy(), start_proxy(refuses=True)
    monkeypatch.setenv("HTTP_PROXY", wrong.url)
    berth = start_berth(
        {
            "docker.io": {"endpoints": [f"http://{NAME}"], "proxy": proxy.url},
            "quay.io": {"endpoints": [upstream.url], "proxy": "direct"},
        }
    )
    pulls(berth)
    pulls(berth, repository="quay.io/library/app")
    assert wrong.asked == [] and len(proxy.asked) > 0


def test_tokens_and_redirects_too(start_berth, upstream, workplace):
    """All of an upstream goes through its proxy: the token service, and the storage that it redirects to."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token()
    upstream.redirect_blobs()
    proxy = workplace.watch(ConnectProxy(_EveryPort()))
    pulls(start_berth({"docker.io": token_upstream(upstream, proxy=proxy.url)}))
    ports = {host.rsplit(":", 1)[1] for _, host in asked_of(proxy)}
    assert ports == {upstream.urls[origin].rsplit(":", 1)[1] for origin in ("registry", "token", "storage")}


class _EveryPort(dict):
    """Every port of 127.0.0.1, as a proxy on this machine would connect to."""

    def get(self, target, default=None):
        host, _, port = target.rpartition(":")
        return (host, int(port)) if host == "127.0.0.1" else default


@pytest.mark.parametrize("user", ["berth:s3cret", "b%40th:s3%20cr%3Aet"])
def test_password(start_berth, upstream, start_proxy, user):
    upstream.push(IMAGE, "library/app", "1")
    decoded = user.replace("%40", "@").replace("%20", " ").replace("%3A", ":")
    proxy = start_proxy(user=decoded)
    url = proxy.url.replace("//", f"//{user}@")
    berth = start_berth({"docker.io": {"endpoints": [f"http://{NAME}"], "proxy": url}})
    pulls(berth)
    for secret in ("s3cret", "s3%20", "s3 cr"):
        assert secret not in berth.log()


def test_wrong_password(start_berth, upstream, start_proxy):
    proxy = start_proxy(user="berth:another")
    url = proxy.url.replace("//", "//berth:planted-secret@")
    berth = start_berth({"docker.io": {"endpoints": [f"http://{NAME}"], "proxy": url}})
    with within(AT_ONCE):
        answer = berth.get("/v2/app/manifests/1")
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    assert "407" in answer.body.decode()
    assert "planted-secret" not in answer.body.decode() + berth.log()
    assert upstream.requests() == []


@pytest.mark.parametrize("kind", ["wants a password", "is down"])
def test_trouble(start_berth, upstream, start_proxy, kind):
    """What is held is served, a miss is 502 and says that it is the proxy."""
    fill(upstream)
    proxy = start_proxy()
    berth = start_berth({"docker.io": {"endpoints": [f"http://{NAME}"], "proxy": proxy.url, "tagFreshness": "0s"}})
    pull_held(berth)
    berth.stop()
    bad = start_proxy(user="berth:s3cret")
    if kind == "is down":
        bad.clean_up()
    berth.configuration["upstreams"]["docker.io"]["proxy"] = bad.url
    berth.start()
    for blob in HELD.blobs:
        assert berth.get(f"/v2/held/blobs/{blob.digest}").body == blob.data
    with within(AT_ONCE):
        check_stale(berth.get("/v2/held/manifests/1"))
    with within(AT_ONCE):
        answer = berth.get("/v2/missing/manifests/1")
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    assert f"through proxy 127.0.0.1:{bad.port}" in answer.body.decode()


def test_a_proxy_that_refuses_to_connect(start_berth, start_proxy):
    proxy = start_proxy(refuses=True)
    answer = start_berth({"docker.io": {"endpoints": [f"https://{NAME}"], "proxy": proxy.url}}).get("/v2/app/manifests/1")
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    assert f"through proxy 127.0.0.1:{proxy.port}" in answer.body.decode()


@pytest.mark.parametrize("target", ["http://127.0.0.1:1/x", "http://[::ffff:10.0.0.1]/x", "http://localhost/x"])
def test_redirect_to_a_private_address(start_berth, upstream, start_proxy, target):
    """The proxy is not asked to connect where Berth itself would not."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.on("blobGet", redirect={"to": target})
    proxy = start_proxy()
    berth = start_berth({"docker.io": {"endpoints": [f"http://{NAME}"], "proxy": proxy.url}})
    assert berth.get(f"/v2/app/blobs/{IMAGE.layers[0].digest}").status == 502
    assert asked_of(proxy) == {("GET", NAME)}


def test_unusable_variable(start_berth, monkeypatch):
    """Going around a proxy that one was told to use may be forbidden: it is an error."""
    monkeypatch.setenv("HTTP_PROXY", "socks5://acme:planted-secret@127.0.0.1:1080")
    berth = start_berth({"docker.io": {"endpoints": [f"http://{NAME}"]}})
    answer = berth.get("/v2/app/manifests/1")
    assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE")
    assert "HTTP_PROXY" in answer.body.decode()
    assert "planted-secret" not in answer.body.decode() + berth.log()


def test_check_prints_no_password(workplace):
    """Neither what is right nor what is wrong with a URL is told with the password in it."""
    path = workplace.directory / "berth.yaml"
    path.write_text('upstreams: {docker.io: {proxy: "http://berth:planted-secret@proxy.example:3128"}}')
    done = program.run("check", "--config", path)
    assert done.returncode == 0 and "http://berth:•••@proxy.example:3128" in done.stdout
    assert "planted-secret" not in done.stdout + done.stderr
    for wrong in (
        '{proxy: "https://berth:planted-secret@proxy.example"}',
        '{endpoints: ["https://acme:planted-secret@registry.example"]}',
        '{endpoints: ["acme:planted-secret@registry.example"]}',
        '{tokenOrigins: ["https://acme:planted-secret@auth.example"]}',
    ):
        path.write_text(f"upstreams: {{docker.io: {wrong}}}")
        done = program.run("check", "--config", path)
        assert done.returncode != 0
        assert "planted-secret" not in done.stdout + done.stderr, wrong

"""`berth check` reads a configuration strictly: each mistake is named with its line and the process fails; a good file
passes and is printed as it will be in force; `berth serve` refuses what check refuses."""

import pytest
from support.berth import run

GOOD = """\
listen: 127.0.0.1:5000
admin: 127.0.0.1:5001
store:
  path: /var/lib/berth
  capacity: 200GiB
defaultUpstream: docker.io
upstreams:
  docker.io:
    endpoints: ["https://registry-1.docker.io"]
    aliases: [index.docker.io, registry-1.docker.io]
    tagFreshness: 10m
"""

#: (name, what to replace in GOOD, by what, line of the mistake, words that the message must have)
MISTAKES = [
    ("unknown key", "admin:", "admn:", 2, ["admn"]),
    ("unknown key inside", "  capacity:", "  capasity:", 5, ["capasity"]),
    ("unknown key of an upstream", "    aliases:", "    alias:", 10, ["alias"]),
    ("duplicate key", "admin: 127.0.0.1:5001", "listen: 127.0.0.1:5001", 2, ["listen"]),
    ("duplicate upstream", "    tagFreshness: 10m", "    tagFreshness: 10m\n  docker.io: {}", 12, ["docker.io"]),
    ("bad size", "200GiB", "200 bananas", 5, ["200 bananas"]),
    ("bad duration", "10m", "10 fortnights", 11, ["10 fortnights"]),
    ("negative duration", "10m", "-10m", 11, ["-10m"]),
    ("bad address", "127.0.0.1:5000", "127.0.0.1:500000", 1, ["127.0.0.1:500000"]),
    ("no port", "listen: 127.0.0.1:5000", "listen: 127.0.0.1", 1, ["127.0.0.1"]),
    ("bad URL", "https://registry-1.docker.io", "ftp://registry-1.docker.io", 9, ["ftp"]),
    ("URL with password", "https://registry-1", "https://user:planted@registry-1", 9, []),
    ("no endpoint", '["https://registry-1.docker.io"]', "[]", 9, ["endpoints", "empty"]),
    ("unknown default", "defaultUpstream: docker.io", "defaultUpstream: docker.oi", 6, ["docker.oi"]),
    ("list for a mapping", "upstreams:", "upstreams: [docker.io]\nx:", 7, ["upstreams"]),
    ("syntax", "store:", "store: [", 3, []),
    ("tab", "  path:", "\tpath:", 4, []),
    ("text for a number", "    tagFreshness: 10m", "    maxConcurrentTransfers: many", 11, ["many"]),
    ("zero transfers", "    tagFreshness: 10m", "    maxConcurrentTransfers: 0", 11, ["0"]),
    (
        "missing password file",
        "    tagFreshness: 10m",
        "    credentials: [{username: a, passwordFile: /nonexistent/secret}]",
        11,
        ["/nonexistent/secret"],
    ),
    ("missing root", "    tagFreshness: 10m", "    trustRoots: [/nonexistent/root.pem]", 11, ["/nonexistent/root.pem"]),
    ("alias of two", "    tagFreshness: 10m", "  quay.io:\n    aliases: [index.docker.io]", 12, ["index.docker.io"]),
]


def check(workplace, text):
    path = workplace.directory / "berth.yaml"
    path.write_text(text)
    path.chmod(0o600)
    return run("check", "--config", path)


def test_good(workplace):
    done = check(workplace, GOOD)
    assert (done.returncode, done.stderr) == (0, "")
    for word in ("127.0.0.1:5000", "/var/lib/berth", "200", "registry-1.docker.io"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "line", "words"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_mistake(workplace, old, new, line, words):
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    done = check(workplace, text)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f":{line}:" in done.stderr or f"line {line}" in done.stderr, done.stderr
    assert str(workplace.directory / "berth.yaml") in done.stderr
    for word in words:
        assert word in done.stderr
    assert "planted" not in done.stderr + done.stdout


def test_all_mistakes_at_once(workplace):
    """Whoever mends a file wants to know them all."""
    text = GOOD.replace("admin:", "admn:").replace("200GiB", "much").replace("10m", "soon")
    done = check(workplace, text)
    assert done.returncode == 1
    for line in (2, 5, 11):
        assert f":{line}:" in done.stderr or f"line {line}" in done.stderr, done.stderr


def test_serve_refuses_too(workplace):
    path = workplace.directory / "berth.yaml"
    path.write_text(GOOD.replace("admin:", "admn:"))
    done = run("serve", "--config", path)
    assert done.returncode == 1
    assert "admn" in done.stderr


def test_no_such_file(workplace):
    path = workplace.directory / "none.yaml"
    for command in ("check", "serve"):
        done = run(command, "--config", path)
        assert done.returncode != 0
        assert str(path) in done.stderr


def test_secrets_are_not_printed(workplace):
    text = GOOD + "    credentials: [{username: acme, password: planted-password}]\n"
    done = check(workplace, text)
    assert done.returncode == 0
    assert "acme" in done.stdout
    assert "planted-password" not in done.stdout + done.stderr


def test_defaults(workplace):
    """Without a file: the public registries."""
    done = run("check")
    assert done.returncode == 0
    for name in (
        "docker.io",
        "quay.io",
        "ghcr.io",
        "gcr.io",
        "registry.k8s.io",
        "public.ecr.aws",
        "mcr.microsoft.com",
        "registry.access.redhat.com",
        "registry.redhat.io",
        "registry.fedoraproject.org",
        "registry.gitlab.com",
        "nvcr.io",
        "us-docker.pkg.dev",
        "europe-docker.pkg.dev",
    ):
        assert name in done.stdout, name
    assert "127.0.0.1:5000" in done.stdout and "berth-data" in done.stdout


def test_the_file_may_be_named_without_a_flag(tmp_path):
    file = tmp_path / "berth.yaml"
    file.write_text(GOOD)
    assert run("check", str(file)).stdout == run("check", "--config", str(file)).stdout
    file.write_text(GOOD.replace("admin:", "admn:"))
    outcome = run("check", str(file))
    assert outcome.returncode == 1
    assert f"{file}:2:" in outcome.stderr
    assert run("check", str(file), "--config", str(file)).returncode == 64

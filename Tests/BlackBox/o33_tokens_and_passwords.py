"""Operators make what access is decided by: a password's line, a token that is shown once, and the answer to who may do what. What is
wrong with any of it is told by `berth check`, with its line."""

import os
import re
import stat
import subprocess

import pytest
from support.berth import binary, run

CONFIGURATION = """\
access:
  identities: {htpasswd: users, tokens: tokens.yaml}
  groups: {ops: [ann]}
  rules:
    - {who: anonymous, repositories: ["docker.io/**"], allow: [pull], from: [10.0.0.0/8]}
    - {who: ["group:ops"], repositories: ["**"], allow: [push, delete]}
    - {who: ["token:ci"], repositories: ["ghcr.io/acme/**"], allow: [pull]}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "berth.yaml").write_text(CONFIGURATION)
    (tmp_path / "tokens.yaml").write_text("[]\n")
    (tmp_path / "users").write_text(passwd("ann", "secret"))
    return tmp_path


def passwd(*arguments, status=0):
    *names, password = arguments
    done = subprocess.run([binary(), "passwd", *names], input=f"{password}\n", capture_output=True, text=True, timeout=60)
    assert done.returncode == status, done.stdout + done.stderr
    assert password not in done.stdout + done.stderr or not password
    return done.stdout if status == 0 else done.stderr


def hashes(text):
    return re.findall(r"sha256: ([0-9a-f]{64})$", text, re.M)


def command(folder, *arguments, status=0):
    done = run(*arguments, "--config", str(folder / "berth.yaml"))
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout if status in (0, 2) else done.stderr


def test_a_line_for_a_password_file(folder):
    assert re.fullmatch(r"ann:\$y\$j9T\$[./\w]{22}\$[./\w]{43}\n", passwd("ann", "secret"))
    assert re.fullmatch(r"ann:\$2b\$10\$[./\w]{53}\n", passwd("ann", "--bcrypt", "secret"))
    assert passwd("ann", "secret") != passwd("ann", "secret")
    assert "no password" in passwd("ann", "", status=1)
    assert "72 bytes" in passwd("ann", "--bcrypt", "x" * 73, status=1)
    for name in ("a:b", "a b", "anonymous", "a*"):
        passwd(name, "secret", status=64)
    assert command(folder, "check", "--quiet") == ""


def test_a_token_is_shown_once_and_only_its_hash_is_kept(folder):
    tokens = folder / "tokens.yaml"
    os.chmod(tokens, 0o640)
    first = command(folder, "token", "new", "ci", "--note", "nightly: builds").strip()
    assert re.fullmatch(r"berth_[0-9a-z]{32}", first)
    assert first not in tokens.read_text()
    second = command(folder, "token", "new", "ci", "--expires", "2999-01-31").strip()
    assert first != second
    assert "more than two secrets" in command(folder, "token", "new", "ci", status=1)
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o640, "who may read the file stays"
    listed = command(folder, "token", "list")
    assert "nightly: builds" in listed and "2999-01-31T00:00:00Z" in listed and listed.count("token:ci") == 2
    secret = hashes(tokens.read_text())[0][:8]
    assert secret in listed
    command(folder, "token", "revoke", "ci", "--secret", secret)
    assert len(hashes(tokens.read_text())) == 1
    command(folder, "token", "revoke", "ci")
    assert hashes(tokens.read_text()) == []
    assert run("token", "revoke", "ci", "--file", str(tokens)).returncode == 2
    assert not list(folder.glob("*berth-new*"))


def test_a_new_file_is_nobody_elses(tmp_path):
    path = tmp_path / "tokens.yaml"
    assert run("token", "new", "ci", "--for", "ann", "--expires", "never", "--file", str(path)).returncode == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "subject: ann\n" in path.read_text() and "expires" not in path.read_text()


def test_print_writes_nothing(tmp_path):
    done = run("token", "new", "ci", "--print", "--file", str(tmp_path / "absent" / "tokens.yaml"))
    assert done.returncode == 0, done.stderr
    token, entry = done.stdout.split("\n", 1)
    assert token.startswith("berth_") and "- id: ci\n" in entry and len(hashes(entry)) == 1
    assert list(tmp_path.iterdir()) == []


def test_who_may_do_what(folder):
    def explain(*arguments, status=0):
        return command(folder, "access", "explain", *arguments, status=status)

    ops = explain("ann", "quay.io/acme/app")
    assert re.search(r"^pull +yes +rule 2 ", ops, re.M) and re.search(r"^overwrite +no$", ops, re.M)
    inside = explain("anonymous", "docker.io/library/alpine", "--from", "10.1.2.3")
    assert re.search(r"^pull +yes +rule 1 ", inside, re.M) and re.search(r"^push +no$", inside, re.M)
    assert "from elsewhere: rule 1" in explain("anonymous", "docker.io/library/alpine", "--from", "192.0.2.1", status=2)
    assert "write docker.io/library/alpine" in explain("ann", "index.docker.io/library/alpine", status=64)


def test_check_reads_the_files(folder):
    (folder / "users").write_text("ann:$apr1$x$yyyyyyyyyyyyyyyyyyyyyy\n")
    problem = command(folder, "check", status=1)
    assert "berth.yaml:2:" in problem and "line 1: " in problem and "htpasswd -B" in problem
    (folder / "users").write_text(passwd("eve", "secret"))
    done = run("check", "--config", str(folder / "berth.yaml"))
    assert done.returncode == 0 and "the password file has no user 'ann'" in done.stderr

"""`berth check` reads what a configuration names: each certificate, key, authority, docker configuration and password file
that could not be used is told with its line and with the reason in words, before a client meets it. What Berth can run
with all the same, such as a certificate that has expired, is an error to `check` and a line in the log of `serve`."""

import json
import os
import re
import subprocess

import pytest
from support.berth import run
from support.certificates import Authority


@pytest.fixture
def files(workplace):
    """A folder with a certificate and its key, and what is wrong with others."""
    folder = workplace.directory / "files"
    authority = Authority(folder)
    good, other = authority.issue("localhost"), authority.issue("other.example")
    expired, ending = authority.issue("old.example", days=-1), authority.issue("soon.example", days=5)
    encrypted = folder / "encrypted.key"
    subprocess.run(
        ["openssl", "pkey", "-in", good.key_path, "-aes128", "-passout", "pass:x", "-out", encrypted], check=True
    )
    der = folder / "c.der"
    subprocess.run(["openssl", "x509", "-in", good.path, "-outform", "der", "-out", der], check=True)
    for name, text in {"empty": "", "word": "hunter2\n", "broken.json": '{"auths": [', "list.json": "[]"}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    return {
        "GOOD": good.path,
        "KEY": good.key_path,
        "OTHER": other.key_path,
        "EXPIRED": expired.path,
        "EXPIREDKEY": expired.key_path,
        "ENDING": ending.path,
        "ENDINGKEY": ending.key_path,
        "ENCRYPTED": encrypted,
        "DER": der,
        "ROOT": authority.path,
        **{name.upper().split(".")[0]: folder / name for name in ("empty", "word", "broken.json", "list.json")},
    }


def check(workplace, text, files, command="check"):
    for name in sorted(files, key=len, reverse=True):
        text = text.replace(f"@{name}@", json.dumps(str(files[name])))
    path = workplace.directory / "berth.yaml"
    path.write_text(text)
    path.chmod(0o600)
    return run(command, "--config", path, *(["--quiet"] if command == "check" else []))


TLS = "tls:\n  certificate: @{}@\n  key: @{}@\n"
CLIENT = "upstreams:\n  quay.io:\n    clientCertificate:\n      certificate: @{}@\n      key: @{}@\n"
ROOTS = "upstreams:\n  quay.io:\n    trustRoots: [@{}@]\n"
CREDENTIALS = "upstreams:\n  quay.io:\n    credentials:\n      - {}\n"

#: text, the line at fault, the file at fault, and the reason
BROKEN = {
    "another's key": (TLS.format("GOOD", "OTHER"), 3, "OTHER", "does not belong to the certificate in"),
    "swapped": (TLS.format("KEY", "GOOD"), 2, "KEY", "are the two files swapped?"),
    "a certificate as the key": (TLS.format("GOOD", "GOOD"), 3, "GOOD", "holds a certificate where the private key"),
    "encrypted": (TLS.format("GOOD", "ENCRYPTED"), 3, "ENCRYPTED", "the private key is encrypted"),
    "empty certificate": (TLS.format("EMPTY", "KEY"), 2, "EMPTY", "the file is empty"),
    "empty key": (TLS.format("GOOD", "EMPTY"), 3, "EMPTY", "the file is empty"),
    "DER": (TLS.format("DER", "KEY"), 2, "DER", "not a PEM file"),
    "a password": (TLS.format("GOOD", "WORD"), 3, "WORD", "not a PEM file"),
    "client certificate": (CLIENT.format("GOOD", "OTHER"), 5, "OTHER", "does not belong to the certificate in"),
    "authorities": (ROOTS.format("WORD"), 3, "WORD", "not a PEM file"),
    "a key as authority": (ROOTS.format("KEY"), 3, "KEY", "holds a private key where the certificate is expected"),
    "docker configuration": (CREDENTIALS.format("dockerConfig: @BROKEN@"), 4, "BROKEN", "JSON"),
    "docker list": (CREDENTIALS.format("dockerConfig: @LIST@"), 4, "LIST", "not a JSON object"),
    "no password": (CREDENTIALS.format("{username: a, passwordFile: @EMPTY@}"), 4, "EMPTY", "holds no password"),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("command", ["check", "serve"])
def test_what_cannot_be_used(workplace, files, case, command):
    text, line, file, reason = BROKEN[case]
    done = check(workplace, text, files, command)
    assert done.returncode == 1, done.stdout + done.stderr
    (told,) = done.stderr.splitlines()
    assert f"berth.yaml:{line}:" in told and str(files[file]) in told and reason in told


#: text, what is said, and whether `check` fails
DOUBTFUL = {
    "expired": (TLS.format("EXPIRED", "EXPIREDKEY"), "has expired", True),
    "ends soon": (TLS.format("ENDING", "ENDINGKEY"), r"expires in [45] days: renew it", False),
    "expired client certificate": (CLIENT.format("EXPIRED", "EXPIREDKEY"), "has expired", True),
    "helper": (CREDENTIALS.format("helper: nowhere-to-be-found"), "docker-credential-nowhere-to-be-found is in no", True),
    "good": (TLS.format("GOOD", "KEY") + ROOTS.format("ROOT"), None, False),
}


@pytest.mark.parametrize("case", DOUBTFUL)
def test_what_can_be_run_with(workplace, files, case):
    text, words, fails = DOUBTFUL[case]
    done = check(workplace, text, files)
    assert done.returncode == (1 if fails else 0), done.stderr
    if words is None:
        assert done.stderr == ""
        return
    (told,) = done.stderr.splitlines()
    assert re.search(words, told) and told.startswith("error: " if fails else "warning: ")


def test_serve_says_it_in_its_log(start_berth, files):
    berth = start_berth(
        {}, tls={"certificate": str(files["EXPIRED"]), "key": str(files["EXPIREDKEY"])}, log={"level": "warning"}
    )
    assert "has expired" in berth.log() and str(files["EXPIRED"]) in berth.log()


def test_a_password_that_everybody_can_read(workplace, files):
    file = files["WORD"]
    text = CREDENTIALS.format("{username: a, passwordFile: @WORD@}")
    assert check(workplace, text, files).stderr == ""
    os.chmod(file, 0o644)
    done = check(workplace, text, files)
    assert done.returncode == 0
    assert "everybody on this machine can read the password" in done.stderr and str(file) in done.stderr


@pytest.mark.parametrize(("address", "warns"), [("0.0.0.0:0", True), ("127.0.0.1:0", False), ("unix:/tmp/x.sock", False)])
def test_an_open_admin_listener(workplace, address, warns):
    """Whoever reaches it can replace what any tag stands for."""
    path = workplace.directory / "berth.yaml"
    path.write_text(f"admin: {address}\n")
    done = run("check", "--quiet", "--config", path)
    assert done.returncode == 0
    assert ("can give this Berth orders" in done.stderr) == warns
    assert ("can give this Berth orders" in run("check", "--quiet", "--admin", address).stderr) == warns


def test_a_byte_order_mark_is_no_mistake(workplace):
    path = workplace.directory / "berth.yaml"
    path.write_bytes(b"\xef\xbb\xbflisten: 127.0.0.1:5000\nstoer: {}\n")
    done = run("check", "--config", path)
    assert done.returncode == 1
    assert "berth.yaml:2:1: stoer: unknown key" in done.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pins: [nosuch.example/**]", "nosuch.example is no upstream that is known"),
        ("pins: [docker.io/Library/alpine]", "no capital letters"),
        ("pins: ['docker.io/library/alpine:Latest-*', 'ghcr.io/**', '*', alpine]", None),
        ("store: {capacity: 1kB}", "passed through without being kept"),
    ],
)
def test_what_can_do_nothing(workplace, text, words):
    path = workplace.directory / "berth.yaml"
    path.write_text(text + "\n")
    done = run("check", "--quiet", "--config", path)
    assert done.returncode == 0
    assert (words in done.stderr) if words else (done.stderr == "")

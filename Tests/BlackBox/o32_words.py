"""What goes wrong on the command line is told in words, with the address, file or name at fault: the text of a library, the
name of a type or the number of an error help nobody."""

import re
import socket
import threading

import pytest
from support.berth import run
from support.service import free_port

#: What no message may have.
LIBRARY = re.compile(r"NIO|BoringSSL|OPENSSL|errno|IOError|SocketAddressError|HTTPClient|sslError|Error\(|\berror \d")


@pytest.fixture
def port_that_hangs_up():
    """Closes each connection at once."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                listener.accept()[0].close()
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def told(*arguments, status):
    done = run(*arguments)
    assert done.returncode == status, done.stdout + done.stderr
    assert not LIBRARY.search(done.stderr), done.stderr
    return done.stderr


def test_nobody_listens():
    port = free_port()
    assert "connection refused" in told("stats", "--admin", f"127.0.0.1:{port}", status=69)
    assert "connection refused" in told("healthcheck", "--admin", f"127.0.0.1:{port}", status=1)


@pytest.mark.parametrize("command", ["stats", "healthcheck"])
def test_the_other_side_hangs_up(port_that_hangs_up, command):
    address = f"127.0.0.1:{port_that_hangs_up}"
    status = 69 if command == "stats" else 1
    assert address in told(command, "--admin", address, status=status)
    assert address in told(command, "--admin", f"https://{address}", status=status)


def test_tls_where_there_is_none(hub):
    berth = hub()
    told_text = told("stats", "--admin", f"https://127.0.0.1:{berth.admin_port}", status=69)
    assert "TLS" in told_text and "http://" in told_text


def test_a_socket_that_is_not_there(tmp_path):
    path = tmp_path / "none.sock"
    assert "there is no such socket" in told("stats", "--admin", f"unix:{path}", status=69)


def test_a_host_without_an_address(workplace):
    text = told("serve", "--listen", "nowhere.invalid:5000", "--store", workplace.directory / "s", status=1)
    assert "cannot listen on nowhere.invalid:5000: its host name does not resolve" in text
    assert "does not resolve" in told("stats", "--admin", "nowhere.invalid:5001", status=69)


def test_the_admin_port_is_taken(hub, workplace):
    taken = f"127.0.0.1:{hub().admin_port}"
    arguments = ("--listen", "127.0.0.1:0", "--store", workplace.directory / "other")
    text = told("serve", *arguments, "--admin", taken, status=1)
    assert f"cannot listen on {taken}" in text and "--admin or admin:" in text and "--listen" not in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serv"], "did you mean 'serve'?"),
        (["evcit", "x"], "did you mean 'evict'?"),
        (["frobnicate"], "'berth --help' lists the commands"),
        (["stats", "--admin", "junk"], "Usage: berth stats"),
        (["check", "--listen", "5000"], "Usage: berth check"),
        (["check", "--listen", "5000"], "write 127.0.0.1:5000 for this machine"),
        (["warm", "-f", "/nonexistent/list"], "/nonexistent/list"),
    ],
)
def test_wrong_usage(arguments, words):
    assert words in told(*arguments, status=64)


def test_a_directory_is_no_archive(tmp_path):
    assert f"{tmp_path} is a directory" in told("bundle", "verify", tmp_path, status=1)


def test_exporting_from_the_admin_port(hub, workplace):
    admin = f"127.0.0.1:{hub().admin_port}"
    text = told("bundle", "export", "app:1", "--from", admin, "--output", workplace.directory / "x.tar", status=69)
    assert f"what answers at {admin}" in text and "--from HOST:PORT" in text


def test_version():
    assert run("version").stdout == run("--version").stdout != ""


def test_completions_know_files():
    script = run("--generate-completion-script", "bash").stdout
    assert "--config" in script and re.search(r"compgen -f|_filedir|__berth_add_completions -f", script)

"""How a command finds the running Berth, and what it says when there is none."""

import http.server
import threading

import pytest
from support.berth import Berth, run
from support.commands import FAILED, NO_SERVER, USAGE, attempt
from support.service import free_port, listens

COMMANDS = [
    ["ls"], ["inspect", "app"], ["stats"], ["top"], ["pin", "app"], ["unpin", "app"], ["pins"], ["evict", "app"],
    ["refresh", "app"], ["scrub"], ["warm", "app"],
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_server(command):
    port = free_port()
    result = attempt(*command, "--admin", f"127.0.0.1:{port}")
    assert result.status == NO_SERVER and result.output == ""
    assert f"no Berth answers at 127.0.0.1:{port} (from --admin): connection refused" in result.errors
    assert "'admin' key" in result.errors and "--admin" in result.errors


class OnSocket(Berth):
    """A Berth that takes orders at a Unix socket."""

    def __init__(self, directory):
        super().__init__(directory, {"admin": f"unix:{directory}/admin.sock"})

    def is_ready(self):
        return listens(self.port) and "ready" in self.log()


def test_unix_socket(workplace):
    berth = workplace.watch(OnSocket(workplace.directory))
    berth.start()
    for arguments in (["--admin", berth.configuration["admin"]], ["--config", str(berth.config_path)]):
        result = attempt("pins", *arguments)
        assert result.status == 0, result
    assert berth.stop() == 0


def test_by_configuration_and_environment(hub):
    berth = hub()
    address = f"127.0.0.1:{berth.admin_port}"
    for arguments, environment in (
        (["--config", str(berth.config_path)], {}),
        (["--admin", address], {}),
        (["--admin", f"http://{address}/"], {}),
        ([], {"BERTH_ADMIN": address}),
        (["--admin", address], {"BERTH_ADMIN": "127.0.0.1:1"}),
    ):
        assert attempt("pins", *arguments, environment=environment).status == 0


def test_the_registrys_own_port(hub):
    result = attempt("ls", "--admin", f"127.0.0.1:{hub().port}")
    assert result.status == NO_SERVER and "is that the registry's own port?" in result.errors


def test_something_else():
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>")

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        result = attempt("ls", "--admin", f"127.0.0.1:{server.server_port}")
        server.shutdown()
    assert result.status == NO_SERVER and "does not look like a Berth admin listener" in result.errors


def test_mistaken_addresses(workplace):
    without_admin = workplace.directory / "plain.yaml"
    without_admin.write_text("listen: 127.0.0.1:5000\n")
    for arguments, status, complaint in (
        (["--admin", "nonsense"], USAGE, "expected HOST:PORT, http://HOST:PORT or unix:/path, found nonsense"),
        (["--admin", f"unix:{workplace.directory}/no.sock"], NO_SERVER, "there is no such socket"),
        (["--admin", "no.such.host.invalid:1"], NO_SERVER, "no.such.host.invalid"),
        (["--config", "/nowhere.yaml"], FAILED, "/nowhere.yaml: cannot be opened: No such file or directory"),
        (["--config", str(without_admin)], USAGE, "has no 'admin' key: that Berth takes no orders"),
    ):
        result = attempt("stats", *arguments)
        assert result.status == status and complaint in result.errors, result


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions(shell):
    script = run("--generate-completion-script", shell)
    assert script.returncode == 0
    for command in COMMANDS:
        assert command[0] in script.stdout

"""A service manager that opens Berth's sockets (sd_listen_fds(3)) keeps them over a restart: whoever connects while no Berth
runs is answered by the next one, and nobody is refused."""

import os
import socket

import pytest
from support.berth import Berth
from support.http import Connection

#: Passes its open descriptors from 3 on, as systemd does: under the process's own id.
PASS = 'export LISTEN_PID=$$; exec "$@"'


class Activated(Berth):
    """Berth with listening sockets of a service manager, which are this test's."""

    def __init__(self, directory, *listening):
        super().__init__(directory, {})
        self.listening = listening
        self.count = len(listening)

    def command(self):
        # Descriptors 3, 4, … of the shell are the sockets.
        moves = " ".join(f"{3 + number}<&{fd.fileno()}" for number, fd in enumerate(self.listening))
        return ["bash", "-c", f"exec {moves}; {PASS}", "manager", *super().command()]

    def environment(self):
        return {"LISTEN_FDS": str(self.count), "LISTEN_FDNAMES": "berth.socket"}

    def passed_descriptors(self):
        return [fd.fileno() for fd in self.listening]


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def activated(workplace, *listening):
    berth = Activated(workplace.directory, *listening)
    berth.port = listening[0].getsockname()[1]
    berth.configuration["listen"] = f"127.0.0.1:{berth.port}"
    return workplace.watch(berth)


def test_it_serves_what_was_passed(workplace, listening):
    berth = activated(workplace, listening)
    berth.start()
    assert berth.get("/v2/").status == 200


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_who_connects_between_two_berths_is_answered(workplace, listening, end):
    berth = activated(workplace, listening)
    berth.start()
    assert berth.get("/v2/").status == 200
    getattr(berth, end)()
    with Connection(berth.address) as client:
        client.send_request("GET", "/v2/")
        berth.start()
        assert client.read_response().status == 200


def test_it_also_opens_what_was_not_passed(workplace, listening):
    berth = activated(workplace, listening)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        other = probe.getsockname()[1]
    berth.configuration["listen"] = [f"127.0.0.1:{berth.port}", f"127.0.0.1:{other}"]
    berth.start()
    for port in (berth.port, other):
        with Connection(("127.0.0.1", port)) as client:
            client.send_request("GET", "/v2/")
            assert client.read_response().status == 200


def test_a_unix_socket(workplace):
    path = workplace.directory / "berth.socket"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        berth = workplace.watch(Activated(workplace.directory, server))
        berth.configuration["listen"] = [f"127.0.0.1:{berth.port}", f"unix:{path}"]
        berth.start()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            client.sendall(b"GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.recv(4096).startswith(b"HTTP/1.1 200")
        assert berth.stop() == 0
        assert path.exists()


def test_a_socket_that_no_listener_has_is_an_error(workplace, listening):
    berth = Activated(workplace.directory, listening)
    with pytest.raises(AssertionError, match="ended with 1"):
        workplace.watch(berth).start()
    port = listening.getsockname()[1]
    assert f"the service manager passed a socket at 127.0.0.1:{port}" in berth.log()
    assert "listen:" in berth.log()


@pytest.mark.parametrize("count", ["", "0", "-1", "65", "9999999999999999999", "x"])
def test_nonsense_is_passed_over(workplace, listening, count):
    berth = Activated(workplace.directory, listening)
    berth.count = count
    workplace.watch(berth).start()
    assert berth.get("/v2/").status == 200


def test_another_process_s_sockets_are_not_taken(workplace, listening):
    berth = Activated(workplace.directory, listening)
    berth.command = lambda: ["env", f"LISTEN_PID={os.getpid()}", *Berth.command(berth)]
    workplace.watch(berth).start()
    assert berth.get("/v2/").status == 200

"""Under systemd (Type=notify) Berth says READY=1 once all its listeners are open, and STOPPING=1 when it is told to end."""

import socket

import pytest
from support.berth import Berth
from support.service import listens


class Notified(Berth):
    """Berth as a service manager starts it."""

    def __init__(self, directory, socket_name):
        super().__init__(directory, {})
        self.socket_name = socket_name

    def environment(self):
        return {"NOTIFY_SOCKET": self.socket_name}


@pytest.fixture(params=["a path", "an abstract name"])
def manager(request, workplace):
    """The service manager's end: (socket, its name as NOTIFY_SOCKET has it)."""
    path = str(workplace.directory / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(path if request.param == "a path" else "\0" + path)
        receiver.settimeout(10)
        yield receiver, path if request.param == "a path" else "@" + path


def test_ready_then_stopping(workplace, manager):
    receiver, name = manager
    berth = workplace.watch(Notified(workplace.directory, name))
    berth.start()
    assert receiver.recv(4096) == b"READY=1"
    assert listens(berth.port) and listens(berth.admin_port)
    assert berth.stop() == 0
    assert receiver.recv(4096) == b"STOPPING=1"
    receiver.setblocking(False)
    with pytest.raises(BlockingIOError):
        receiver.recv(4096)


def test_not_ready_without_its_port(workplace, manager):
    receiver, name = manager
    with socket.create_server(("127.0.0.1", 0)) as taken:
        berth = Notified(workplace.directory, name)
        berth.configuration["listen"] = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(AssertionError, match="ended with 1"):
            workplace.watch(berth).start()
    receiver.setblocking(False)
    with pytest.raises(BlockingIOError):
        receiver.recv(4096)


@pytest.mark.parametrize("name", ["", "relative", "/nowhere/socket", "@" + "x" * 200, "vsock:2:1234"])
def test_serves_whatever_the_name(workplace, name):
    berth = workplace.watch(Notified(workplace.directory, name))
    berth.start()
    assert berth.get("/v2/").status == 200
    assert berth.stop() == 0

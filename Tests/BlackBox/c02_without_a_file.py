"""`berth serve` runs with no file at all: flags say where to listen and what to keep, and without those it listens on
127.0.0.1:5000 and keeps ./berth-data."""

import json

from support.berth import binary
from support.http import exchange
from support.service import Service, free_port, listens


class Bare(Service):
    """Berth started with nothing but these flags, in the scenario's directory."""

    def __init__(self, directory, port, *flags):
        super().__init__("bare", directory)
        self.port, self.flags = port, flags

    def command(self):
        return [str(binary()), "serve", *self.flags]

    def is_ready(self):
        return listens(self.port)


def test_flags(workplace):
    port, admin = free_port(), free_port()
    store = workplace.directory / "elsewhere"
    flags = ["--listen", f"127.0.0.1:{port}", "--admin", f"127.0.0.1:{admin}", "--store", str(store)]
    berth = workplace.watch(Bare(workplace.directory, port, *flags))
    berth.start()
    assert exchange(("127.0.0.1", port), "GET", "/v2/").status == 200
    assert exchange(("127.0.0.1", admin), "GET", "/healthz").status == 200
    assert store.is_dir()
    assert berth.stop() == 0


def test_nothing(workplace):
    assert not listens(5000), "something else uses port 5000, which this scenario is about"
    berth = workplace.watch(Bare(workplace.directory, 5000))
    berth.start()
    assert exchange(("127.0.0.1", 5000), "GET", "/v2/").status == 200
    answer = exchange(("127.0.0.1", 5000), "GET", "/v2/library/app/manifests/1?ns=unknown.example")
    for name in ("docker.io", "quay.io", "ghcr.io", "registry.k8s.io", "mcr.microsoft.com"):
        assert name in answer.body.decode()
    assert (workplace.directory / "berth-data").is_dir()
    assert berth.stop() == 0


def test_log_is_for_machines_too(workplace):
    port = free_port()
    flags = ["--listen", f"127.0.0.1:{port}", "--log-format", "json", "--log-level", "debug"]
    berth = workplace.watch(Bare(workplace.directory, port, *flags))
    berth.start()
    assert exchange(("127.0.0.1", port), "GET", "/v2/").status == 200
    assert berth.stop() == 0
    lines = [json.loads(line) for line in berth.log().splitlines()]
    assert any("ready" in json.dumps(line) for line in lines)
    assert any("/v2/" in json.dumps(line) for line in lines), "one line a request at debug"

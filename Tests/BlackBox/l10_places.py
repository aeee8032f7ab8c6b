"""When as many clients are connected as may be, whoever has left or is idle gives way to whoever comes: what is held is
served, and health is answered, whatever others leave open. The process may have few descriptors here, so that a few
hundred connections are many."""

import json
import select

import pytest
from support import images
from support.berth import Berth
from support.http import Connection, Truncated, exchange
from support.service import wait_until

IMAGE = images.single("l10")
DESCRIPTORS = 1_024


class Narrow(Berth):
    """May have as many descriptors as some service managers and shells allow."""

    def command(self):
        return ["prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}", *super().command()]


@pytest.fixture
def narrow(workplace, upstream):
    upstream.push(IMAGE, "library/app", "1")

    def start(**settings):
        berth = Narrow(workplace.directory, {"upstreams": {"docker.io": {"endpoints": [upstream.url]}}, **settings})
        workplace.watch(berth).start()
        assert berth.get(manifest()).body == IMAGE.manifest.data
        return berth

    return start


def manifest(reference=IMAGE.digest):
    return f"/v2/library/app/manifests/{reference}"


def places(berth):
    """How many connections it has room for: told in the log, and in the metrics."""
    count = int(berth.metric("berth_connections_limit"))
    assert f"connections={count}" in berth.log()
    return count


def test_idle_ones_give_way(narrow):
    berth = narrow()
    count = places(berth)
    assert count < DESCRIPTORS / 2
    idle = []
    for _ in range(count + 50):
        idle.append(berth.connect())
        assert idle[-1].request("GET", "/v2/").status == 200
    assert berth.get(manifest()).body == IMAGE.manifest.data
    assert berth.metric("berth_connections_shed_total") >= 51
    assert berth.readiness().status == 200, "nobody is turned away"
    idle[0].expect_end()
    assert idle[-1].request("GET", "/v2/").status == 200, "not the newest"
    for client in idle:
        client.close()


def test_silent_ones_give_way(narrow):
    berth = narrow()
    silent = [berth.connect() for _ in range(2 * places(berth))]
    for _ in range(20):
        assert berth.get(manifest()).body == IMAGE.manifest.data
    for client in silent:
        client.close()


def test_those_that_have_left_give_way(narrow, upstream):
    """They asked for what upstream does not tell, and closed their side."""
    berth = narrow()
    upstream.on("manifestGet", hold="told")
    for number in range(places(berth) + 100):
        client = berth.connect()
        client.send_request("GET", manifest(f"t{number}"))
        client.close()
    assert berth.get("/v2/").status == 200
    assert berth.get(manifest()).body == IMAGE.manifest.data
    # A client that is still there, and was the last to ask, gets its answer.
    with berth.connect() as waiting:
        waiting.send_request("GET", manifest("1"))
        waiting.end_sending()
        upstream.release("told")
        assert waiting.read_response().body == IMAGE.manifest.data


def first_answer(clients):
    """The answer of one that has any: which of them come last, the event loops decide. Some lose their places instead."""
    readable, _, _ = select.select([client.socket for client in clients], [], [], 0)
    for client in [client for client in clients if client.socket in readable]:
        try:
            return client.read_response()
        except Truncated:
            clients.remove(client)
            client.close()
    return None


def test_held_content_beside_those_that_wait(narrow, upstream):
    """They wait for upstream and have not left: some places are kept for what can be answered at once."""
    berth = narrow()
    upstream.on("manifestGet", hold="told")
    waiting = []
    for number in range(places(berth) + 20):
        waiting.append(berth.connect())
        waiting[-1].send_request("GET", manifest(f"t{number}"))
    refused = wait_until(lambda: first_answer(waiting), "somebody is refused")
    assert (refused.status, refused["Retry-After"]) == (503, "5")
    assert berth.get("/v2/").status == 200
    assert berth.get(manifest()).body == IMAGE.manifest.data
    upstream.release("told")
    for client in waiting:
        client.close()


def test_health_beside_unfinished_orders(narrow):
    berth = narrow()
    open_orders = []
    for _ in range(120):
        order = Connection(berth.admin_address)
        order.send(b"POST /api/v1/evict HTTP/1.1\r\nHost: 127.0.0.1\r\nBerth-Admin: 1\r\nContent-Length: 1000\r\n\r\n{")
        open_orders.append(order)
    for path in ("/healthz", "/readyz", "/metrics"):
        assert exchange(berth.admin_address, "GET", path).status == 200
    stats = exchange(berth.admin_address, "GET", "/api/v1/stats", [("Berth-Admin", "1")])
    assert json.loads(stats.body)["connections"] >= 0
    for order in open_orders:
        order.close()


def test_a_client_that_leaves_frees_its_place(narrow, upstream):
    berth = narrow()
    upstream.on("manifestGet", hold="told")
    clients = [berth.connect() for _ in range(20)]
    for number, client in enumerate(clients):
        client.send_request("GET", manifest(f"t{number}"))
    wait_until(lambda: berth.metric("berth_connections ") >= 20, "they are connected")
    for client in clients:
        client.reset()
    wait_until(lambda: berth.metric("berth_connections ") == 0, "their places are free")
    upstream.release("told")

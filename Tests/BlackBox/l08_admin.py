"""Health and metrics are served on the admin listener alone; content and metrics never meet on one port, and random
paths do not make metrics grow."""

import re

from support import images
from support.http import exchange

SAMPLE = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*(\{[^}]*\})? [-+0-9.eE]+(inf|Inf|NaN)?( [0-9]+)?")


def metrics(berth):
    answer = exchange(berth.admin_address, "GET", "/metrics")
    assert answer.status == 200
    assert answer["Content-Type"].startswith("text/plain")
    return answer.body.decode()


def test_health(hub, upstream):
    berth = hub()
    assert exchange(berth.admin_address, "GET", "/healthz").status == 200
    assert exchange(berth.admin_address, "HEAD", "/healthz").status == 200
    upstream.down()
    assert exchange(berth.admin_address, "GET", "/healthz").status == 200, "upstream's health is not ours"


def test_metrics_are_prometheus_text(hub, upstream):
    upstream.push(images.single("l08"), "library/app", "1")
    berth = hub()
    berth.get("/v2/app/manifests/1")
    lines = metrics(berth).splitlines()
    samples = [line for line in lines if line and not line.startswith("#")]
    assert samples
    for line in samples:
        assert SAMPLE.fullmatch(line), line


def test_ports_are_apart(hub):
    berth = hub()
    for target in ("/v2/", "/v2/library/app/manifests/1"):
        assert exchange(berth.admin_address, "GET", target).status == 404
    for target in ("/metrics", "/healthz"):
        assert berth.get(target).status == 404


def test_size_stays(hub):
    berth = hub()
    lines = []
    for count in (10, 2000):
        with berth.connect() as connection:
            for number in range(count):
                connection.request("GET", f"/v2/unknown.example/{number}/manifests/{number}?ns=random{number}")
                connection.request("GET", f"/random/{number}")
        lines.append(len(metrics(berth).splitlines()))
    assert lines[0] == lines[1]

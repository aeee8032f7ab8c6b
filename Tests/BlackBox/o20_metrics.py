"""`/metrics` as Prometheus wants it: promtool finds nothing, a real Prometheus scrapes it, and every name that the
dashboard, the alert rules and docs/operations.md use is there."""

import json
import re
import subprocess
import time
import urllib.parse
from pathlib import Path

import pytest
from support import images
from support.certificates import Authority
from support.commands import order
from support.http import exchange
from support.service import Service, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "deploy/grafana/berth.json"
RULES = ROOT / "deploy/prometheus/berth.rules.yaml"
NAME = re.compile(r"\b(?:berth|process)_[a-z_]+")
# Prometheus makes these of one histogram.
SERIES = re.compile(r"_(?:bucket|sum|count)$")
BERTHS_LIMIT = 2_000


class Prometheus(Service):
    """Debian's Prometheus (package prometheus), scraping one target every second with Berth's rules loaded."""

    def __init__(self, directory, target):
        super().__init__("prometheus", directory)
        self.port = free_port()
        self.address = ("127.0.0.1", self.port)
        (directory / "prometheus.yml").write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            f"rule_files: [{json.dumps(str(RULES))}]\n"
            f"scrape_configs: [{{job_name: berth, static_configs: [{{targets: ['{target}']}}]}}]\n"
        )

    def command(self):
        return [
            "prometheus",
            f"--config.file={self.directory}/prometheus.yml",
            f"--storage.tsdb.path={self.directory}/prometheus-data",
            f"--web.listen-address=127.0.0.1:{self.port}",
        ]

    def is_ready(self):
        try:
            return exchange(self.address, "GET", "/-/ready", timeout=5).status == 200
        except OSError:
            return False

    def api(self, path, **parameters):
        query = urllib.parse.urlencode(parameters)
        answer = exchange(self.address, "GET", f"/api/v1/{path}?{query}")
        assert answer.status == 200, answer
        return json.loads(answer.body)["data"]

    def query(self, expression):
        return self.api("query", query=expression)["result"]


def page(berth):
    answer = exchange(berth.admin_address, "GET", "/metrics")
    assert answer.status == 200
    return answer.body.decode()


def names(text):
    return {SERIES.sub("", name) for name in NAME.findall(text)}


def offered(berth):
    """The metrics that /metrics has."""
    return {line.split()[2] for line in page(berth).splitlines() if line.startswith("# TYPE ")}


@pytest.fixture
def busy(start_berth, upstream, workplace):
    """A Berth that has counted something of every kind."""
    upstream.settings(rateLimit={"limit": 100, "window": 21600})
    certificate = Authority(workplace.directory / "authority").issue("localhost")
    tls = {"certificate": str(certificate.path), "key": str(certificate.key_path)}
    port = free_port()
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url], "tagFreshness": "0s", "prefetch": "config"}},
        listen=[f"127.0.0.1:{port}", {"address": "127.0.0.1:0", "tls": tls}],
    )
    berth.port = port
    old, new = images.single("o20 old"), images.single("o20 new")
    upstream.push(old, "library/app", "1")
    order(berth, "warm", "app:1")
    upstream.push(new, "library/app", "1")
    assert berth.get("/v2/app/manifests/1").status == 200
    for _ in range(2):
        assert berth.get(f"/v2/app/blobs/{new.layers[0].digest}").status == 200
    wait_until(lambda: "berth_prefetched_bytes_total" in page(berth), "the configuration was fetched ahead")
    assert berth.get(f"/v2/app/blobs/{new.config.digest}").status == 200
    assert berth.get("/v2/app/manifests/none").status == 404
    wait_until(lambda: "berth_saved_bytes_total" in page(berth), "something was served from what is held")
    return berth


def test_promtool(busy):
    checked = subprocess.run(["promtool", "check", "metrics"], input=page(busy), capture_output=True, text=True)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_rules():
    checked = subprocess.run(["promtool", "check", "rules", str(RULES)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert "rules found" in checked.stdout


@pytest.mark.parametrize("file", [DASHBOARD, RULES], ids=lambda path: path.name)
def test_names_exist(busy, file):
    used = names(file.read_text())
    assert used, "it is about metrics"
    assert used <= offered(busy), f"not in /metrics: {sorted(used - offered(busy))}"


def test_all_are_documented(busy):
    documented = names((ROOT / "docs/operations.md").read_text())
    assert offered(busy) == documented, f"either way: {sorted(offered(busy) ^ documented)}"


def test_every_alert_is_documented():
    text = (ROOT / "docs/operations.md").read_text()
    for alert in re.findall(r"alert: (\w+)", RULES.read_text()):
        assert f"`{alert}`" in text, alert


def test_dashboard_is_whole():
    dashboard = json.loads(DASHBOARD.read_text())
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    for panel in dashboard["panels"]:
        assert panel["title"] and all(target["expr"] for target in panel["targets"])


def test_the_first_error_is_an_increase(hub):
    """A series that begins with 1 shows no increase to Prometheus: of upstreams that somebody expects to be used, what
    alerts look at is there from the start."""
    berth = hub()
    for kind in ("unreachable", "timed_out", "rate_limited", "denied", "resting"):
        assert f'berth_upstream_errors_total{{upstream="docker.io",kind="{kind}"}} 0' in page(berth)
    for kind in ("manifest_get", "blob_get"):
        assert f'berth_upstream_requests_total{{upstream="docker.io",kind="{kind}"}} 0' in page(berth)
    for result in ("stale", "failed"):
        assert f'berth_requests_total{{endpoint="manifest",upstream="docker.io",result="{result}"}} 0' in page(berth)
    assert 'upstream="quay.io"' not in page(berth), "nobody has named or asked it"
    assert "\nberth_ready 1\n" in page(berth)
    assert "docker.io" not in order(berth, "stats").output, "nothing was asked yet"


def test_certificates_say_how_long_they_are_good(start_berth, workplace):
    certificate = Authority(workplace.directory / "authority").issue("localhost", days=20)
    berth = start_berth({}, tls={"certificate": str(certificate.path), "key": str(certificate.key_path)})
    (line,) = [line for line in page(berth).splitlines() if line.startswith("berth_tls_certificate_not_after_seconds")]
    assert f'{{file="{certificate.path}"}}' in line
    assert 19 * 86400 < float(line.split()[1]) - time.time() <= 20 * 86400


def test_a_real_prometheus(workplace, busy):
    prometheus = workplace.watch(Prometheus(workplace.directory, f"127.0.0.1:{busy.admin_port}"))
    prometheus.start()

    def target():
        known = [each for each in prometheus.api("targets")["activeTargets"] if each["health"] != "unknown"]
        return known[0] if known else None

    scraped = wait_until(target, "a scrape")
    assert (scraped["health"], scraped["lastError"]) == ("up", "")
    wait_until(lambda: prometheus.query("berth_build_info"), "its series can be asked for")
    served = prometheus.query('berth_requests_total{endpoint="blob",result="miss",upstream="docker.io"}')
    assert served[0]["value"][1] == "1"
    # Every expression of the dashboard is one that Prometheus takes.
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for each in panel["targets"]:
            expression = each["expr"].replace("$instance", ".*").replace("$__rate_interval", "1m")
            prometheus.query(expression.replace("$__range", "1h"))
    # The rules are loaded and can be evaluated.
    wait_until(
        lambda: {rule["health"] for group in prometheus.api("rules")["groups"] for rule in group["rules"]} == {"ok"},
        "all rules are evaluated",
    )
    firing = [alert for alert in prometheus.api("alerts")["alerts"] if alert["state"] == "firing"]
    assert firing == [], "all is well"


def test_series_are_bounded(busy):
    """What clients send makes no series: names, tags, paths, hosts."""
    with busy.connect() as connection:
        for number in range(300):
            connection.request("GET", f"/v2/unknown{number}.example/x/manifests/{number}")
            connection.request("GET", f"/v2/app{number}/manifests/{number}?ns=host{number}.example")
    lines = [line for line in page(busy).splitlines() if not line.startswith("#")]
    assert len(lines) < BERTHS_LIMIT and not any("unknown" in line or "host1" in line for line in lines)

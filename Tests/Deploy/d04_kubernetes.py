"""The manifests are what kustomize makes of them, and valid by the published schemas, strictly."""

import re

import pytest
import yaml

from support.berth import run
from tools import beside_python, output_of


def rendered(deploy, variant):
    return output_of(beside_python("kubectl"), "kustomize", deploy / "kubernetes" / variant)


def documents(deploy, variant):
    return {f"{each['kind']}/{each['metadata']['name']}": each for each in yaml.safe_load_all(rendered(deploy, variant))}


def pod(document):
    return document["spec"]["template"]["spec"]


@pytest.mark.parametrize("variant", ["base", "daemonset"])
@pytest.mark.parametrize("version", ["1.31.0", "1.37.0"])
def test_schemas(deploy, workplace, variant, version):
    path = workplace.directory / "manifests.yaml"
    path.write_text(rendered(deploy, variant))
    output_of(beside_python("kubernetes-validate"), "--strict", "--kubernetes-version", version, path)


def test_one_for_the_cluster(deploy):
    made = documents(deploy, "base")
    assert {name.split("/")[0] for name in made} == {"Namespace", "ConfigMap", "Service", "StatefulSet", "NetworkPolicy"}
    labels = {"app.kubernetes.io/name": "berth"}
    stateful = made["StatefulSet/berth"]
    assert stateful["spec"]["selector"]["matchLabels"] == labels
    assert stateful["spec"]["template"]["metadata"]["labels"] == labels
    assert made["Service/berth"]["spec"]["selector"] == labels
    assert made["NetworkPolicy/berth"]["spec"]["podSelector"] == {"matchLabels": labels}
    assert stateful["spec"]["serviceName"] in {name.split("/")[1] for name in made if name.startswith("Service/")}


@pytest.mark.parametrize(("variant", "kind"), [("base", "StatefulSet"), ("daemonset", "DaemonSet")])
def test_the_pod_is_confined(deploy, variant, kind):
    spec = pod(documents(deploy, variant)[f"{kind}/berth"])
    (container,) = spec["containers"]
    assert spec["securityContext"]["runAsNonRoot"] and spec["securityContext"]["runAsUser"] != 0
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert not spec["automountServiceAccountToken"]


def test_one_on_each_node(deploy):
    made = documents(deploy, "daemonset")
    assert "StatefulSet/berth" not in made and "Service/berth" not in made
    daemon = made["DaemonSet/berth"]
    assert set(daemon["spec"]) == {"selector", "template", "updateStrategy"}
    (container,) = pod(daemon)["containers"]
    volumes = {each["name"] for each in pod(daemon)["volumes"]}
    assert {each["name"] for each in container["volumeMounts"]} == volumes == {"store", "config"}


@pytest.mark.parametrize("variant", ["base", "daemonset"])
def test_its_configuration_is_one(deploy, workplace, variant):
    """Read by Berth itself, and its ports are those that the pod has."""
    made = documents(deploy, variant)
    (configuration,) = (each for name, each in made.items() if name.startswith("ConfigMap/"))
    path = workplace.directory / "berth.yaml"
    path.write_text(configuration["data"]["berth.yaml"])
    checked = run("check", "--config", path)
    assert checked.returncode == 0, checked.stderr
    # Probes and Prometheus come from elsewhere; the network policy keeps others from it.
    assert [line for line in checked.stderr.splitlines() if ": admin: whoever reaches" not in line] == []
    (workload,) = (each for name, each in made.items() if name.split("/")[0] in ("StatefulSet", "DaemonSet"))
    (container,) = pod(workload)["containers"]
    shown = [int(port) for port in re.findall(r"0\.0\.0\.0:(\d+)", checked.stdout)]
    assert shown == [port["containerPort"] for port in container["ports"]]


def test_a_nodes_disk_is_left_to_the_node(deploy):
    """kubelet evicts pods when less than 10 or 15 % of its disk is free."""
    configuration = next(each for name, each in documents(deploy, "daemonset").items() if name.startswith("ConfigMap/"))
    store = yaml.safe_load(configuration["data"]["berth.yaml"])["store"]
    assert not store["capacity"].endswith("%") and int(store["keepFree"].removesuffix("%")) >= 20


def test_the_scrape_job_is_called_as_the_alerts_expect(deploy):
    monitor = documents(deploy, "monitoring")["ServiceMonitor/berth"]
    service = documents(deploy, "base")["Service/berth-admin"]
    assert service["metadata"]["labels"][monitor["spec"]["jobLabel"]] == "berth"


def test_prometheus_finds_the_admin_service(deploy):
    monitor = documents(deploy, "monitoring")["ServiceMonitor/berth"]
    service = documents(deploy, "base")["Service/berth-admin"]
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["metadata"]["namespace"] == service["metadata"]["namespace"]
    (endpoint,) = monitor["spec"]["endpoints"]
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}

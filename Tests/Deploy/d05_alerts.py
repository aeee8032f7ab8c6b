"""The alert rules fire for what they are for, and for nothing else: `promtool test rules` on series as Berth writes them."""

import re
import shutil
from pathlib import Path

import yaml

from tools import output_of

CASES = Path(__file__).with_suffix(".yaml")


def test_alerts_fire(deploy, workplace):
    shutil.copy(deploy / "prometheus/berth.rules.yaml", workplace.directory)
    shutil.copy(CASES, workplace.directory)
    output_of("promtool", "test", "rules", workplace.directory / CASES.name)


def test_what_the_cases_are_about_exists(deploy):
    """A case about an alert that is gone would test nothing."""
    rules = yaml.safe_load((deploy / "prometheus/berth.rules.yaml").read_text())
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}
    tried = set(re.findall(r"alertname: (\w+)", CASES.read_text()))
    assert tried <= alerts
    assert {"BerthDown", "BerthUpstreamInTrouble", "BerthRateLimited", "BerthKeepsNothing", "BerthNotReady"} <= tried

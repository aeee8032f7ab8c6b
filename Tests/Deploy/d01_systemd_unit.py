"""The unit is one that systemd takes, and leaves the service little to do harm with."""

import shutil

import pytest
from tools import output_of

# Of 100; what is left is the network, which is the service's purpose. Units without sandbox have about 96.
MOST_EXPOSED = 15


def root_with(deploy, directory):
    """A root directory that holds the unit and what it starts."""
    units = directory / "lib/systemd/system"
    units.mkdir(parents=True)
    for unit in ("berth.service", "berth.socket"):
        shutil.copy(deploy / "systemd" / unit, units)
    for program in ("usr/bin/berth", "bin/kill"):
        target = directory / program
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("#!/bin/sh\n")
        target.chmod(0o755)
    return units / "berth.service"


@pytest.mark.parametrize("unit", ["berth.service", "berth.socket"])
def test_systemd_understands_it(deploy, workplace, unit):
    unit = root_with(deploy, workplace.directory).with_name(unit)
    said = output_of("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", f"--root={workplace.directory}", unit)
    assert said == ""


def test_it_is_sandboxed(deploy, workplace):
    unit = root_with(deploy, workplace.directory)
    output_of("systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", unit)


def test_the_account_is_one_that_sysusers_makes(deploy, workplace):
    (workplace.directory / "etc").mkdir()
    output_of("systemd-sysusers", f"--root={workplace.directory}", deploy / "systemd/berth.sysusers.conf")
    assert "berth:" in (workplace.directory / "etc/passwd").read_text()

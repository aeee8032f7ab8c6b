"""SIGKILL before each of the calls by which the workload changes the store, and in the middle of each write."""

import pytest
from shim import Fault
from sweeping import Sweep


@pytest.mark.parametrize("one_by_one", [False, True], ids=["groups", "one by one"])
def test_before_each_call(workplace, upstream, faults, tally, one_by_one):
    sweep = Sweep(workplace, upstream, faults, tally, one_by_one=one_by_one)
    sweep.run(Fault(number, "kill") for number in sweep.numbers())


def test_in_each_write(workplace, upstream, faults, tally):
    sweep = Sweep(workplace, upstream, faults, tally)
    sweep.run(Fault(number, "torn") for number in sweep.numbers("pwrite", "writev"))

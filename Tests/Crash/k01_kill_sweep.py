"""SIGKILL before each of the calls by which the workload changes the store, and in the middle of each write."""

from shim import Fault
from sweeping import Sweep


def test_before_each_call(workplace, upstream, faults, tally):
    sweep = Sweep(workplace, upstream, faults, tally)
    sweep.run(Fault(number, "kill") for number in sweep.numbers())


def test_in_each_write(workplace, upstream, faults, tally):
    sweep = Sweep(workplace, upstream, faults, tally)
    sweep.run(Fault(number, "torn") for number in sweep.numbers("pwrite", "writev"))

"""Calls that fail, once or from then on: clients get their content all the same, as long as Berth lives, and the store is
sound afterwards."""

import errno

import pytest
from shim import Fault
from sweeping import Sweep


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC], ids=errno.errorcode.get)
def test_once(workplace, upstream, faults, tally, code):
    sweep = Sweep(workplace, upstream, faults, tally)
    sweep.run(Fault(number, str(code)) for number in sweep.numbers(step=3))


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EROFS], ids=errno.errorcode.get)
def test_from_then_on(workplace, upstream, faults, tally, code):
    sweep = Sweep(workplace, upstream, faults, tally)
    sweep.run(Fault(number, str(code), forever=True) for number in sweep.numbers(step=12))


def test_no_descriptors(workplace, upstream, faults, tally):
    sweep = Sweep(workplace, upstream, faults, tally)
    sweep.run(Fault(number, str(errno.EMFILE)) for number in sweep.numbers("openat"))


def test_short_writes(workplace, upstream, faults, tally):
    sweep = Sweep(workplace, upstream, faults, tally)
    sweep.run(Fault(number, "short") for number in sweep.numbers("pwrite", "writev", step=2))

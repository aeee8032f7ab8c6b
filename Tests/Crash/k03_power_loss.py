"""The power goes before one of the calls. Where loop mounts are allowed, the file system is shut down without writing its
log, mounted again, and has what was synced and nothing else. Everywhere, what was not synced is undone before the process
is killed: all of it, or by a seed that of some files and directories."""

import pytest
from loop_disk import LoopDisk
from shim import Fault
from sweeping import Sweep


@pytest.mark.parametrize("kind", ["ext4", "xfs"])
def test_before_calls(workplace, upstream, faults, tally, kind):
    trial = LoopDisk(workplace.directory / "trial", kind)
    if (done := trial.mount()).returncode != 0:
        pytest.skip(f"POWER LOSS ON {kind} IS NOT TESTED: loop mounts are not allowed here: {done.stderr.strip()}")
    trial.unmount()
    sweep = Sweep(workplace, upstream, faults, tally)

    def strike(fault):
        disk = LoopDisk(workplace.directory / f"disk-{fault.number}", kind)
        assert disk.mount().returncode == 0
        place = sweep.deploy(f"power-{fault.number}", store=disk.path / "store")
        (disk.path / "store").mkdir()
        try:
            place.go_through(faults, fault)
            assert "cannot shut the file system down" not in place.berth.log()
            disk.restore()
            place.check(upstream)
        finally:
            place.berth.clean_up()
            disk.unmount()
            disk.image.unlink()

    sweep.run((Fault(number, "power") for number in sweep.numbers(step=8)), strike)


@pytest.mark.parametrize("one_by_one", [False, True], ids=["groups", "one by one"])
@pytest.mark.parametrize("seed", [0, 1, 2], ids=["nothing unsynced lasts", "some lasts", "other lasts"])
def test_what_was_not_synced_is_undone(workplace, upstream, faults, tally, seed, one_by_one):
    sweep = Sweep(workplace, upstream, faults, tally, one_by_one=one_by_one)
    # The seeds take turns at the calls.
    sweep.run(Fault(number, "lose", seed=seed) for number in list(sweep.numbers())[seed::3])

"""The power goes before one of the calls: the file system is shut down without writing its log, mounted again, and has what
was synced and nothing else."""

import subprocess

import pytest
from shim import Fault
from sweeping import Sweep

MAKE = {"ext4": ["mkfs.ext4", "-q", "-F"], "xfs": ["mkfs.xfs", "-q", "-f"]}


class LoopDisk:
    """A file system in a file."""

    def __init__(self, directory, kind):
        directory.mkdir(parents=True)
        self.kind, self.image, self.path = kind, directory / "image", directory / "mounted"
        self.path.mkdir()
        with self.image.open("wb") as image:
            image.truncate(320 << 20)
        subprocess.run([*MAKE[kind], self.image], check=True)

    def mount(self):
        command = ["mount", "-t", self.kind, "-o", "loop", self.image, self.path]
        return subprocess.run(command, capture_output=True, text=True)

    def unmount(self):
        subprocess.run(["umount", self.path], check=True)

    def restore(self):
        """What a machine does when the power is back."""
        self.unmount()
        done = self.mount()
        assert done.returncode == 0, done.stderr


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

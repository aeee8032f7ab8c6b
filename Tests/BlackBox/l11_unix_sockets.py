"""A Unix socket is for its owner and group whatever the umask, stays with the process that listens there, is taken over
from one that was killed, and is gone after a graceful end."""

import os
import stat
import subprocess

import pytest
from support.berth import binary


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_mode(start_berth, umask, workplace):
    path = workplace.directory / "own.sock"
    before = os.umask(umask)
    try:
        berth = start_berth(listen=["127.0.0.1:0", f"unix:{path}"])
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    berth.stop()
    assert not path.exists()


def test_one_in_use_is_not_taken_over(start_berth, workplace, tmp_path):
    path = workplace.directory / "own.sock"
    start_berth(listen=["127.0.0.1:0", f"unix:{path}"])
    inode = path.stat().st_ino
    second = tmp_path / "second.yaml"
    second.write_text(f"listen: unix:{path}\nstore: {{path: {tmp_path / 'store'}}}\n")
    ended = subprocess.run([binary(), "serve", "--config", second], capture_output=True, text=True, timeout=30)
    assert ended.returncode == 1
    assert str(path) in ended.stderr and "another process listens there" in ended.stderr
    assert path.stat().st_ino == inode


def test_one_of_a_killed_process_is_taken_over(start_berth, workplace):
    path = workplace.directory / "own.sock"
    berth = start_berth(listen=["127.0.0.1:0", f"unix:{path}"])
    berth.kill()
    assert path.exists()
    berth.start()
    assert stat.S_ISSOCK(path.stat().st_mode)


def test_any_other_file_stays(workplace, tmp_path):
    path = workplace.directory / "precious"
    path.write_text("precious")
    configuration = tmp_path / "berth.yaml"
    configuration.write_text(f"listen: unix:{path}\nstore: {{path: {tmp_path / 'store'}}}\n")
    ended = subprocess.run([binary(), "serve", "--config", configuration], capture_output=True, text=True, timeout=30)
    assert ended.returncode == 1 and "no socket" in ended.stderr
    assert path.read_text() == "precious"

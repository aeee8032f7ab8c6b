"""Memory with passwords and private content is not left behind in core files, and junk that clients ask for does not fill
the log."""

from pathlib import Path


def test_no_core_files(hub):
    berth = hub()
    limits = Path(f"/proc/{berth.pid}/limits").read_text().splitlines()
    core = next(line for line in limits if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]


def test_junk_does_not_fill_the_log(start_berth, upstream):
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}}, log={"level": "info"})
    for number in range(300):
        assert berth.get(f"/v2/library/app/blobs/sha256:{number:064x}").status == 404
    assert sum("sha256:0000" in line for line in berth.log().splitlines()) < 200

"""A store belongs to one process: a second Berth on it ends at once and says why; the first goes on. After a kill, the
store can be opened again at once."""

from support.berth import Berth, run


def test_second_is_refused(workplace, hub):
    berth = hub()
    second = Berth(workplace.directory, {"store": {"path": str(berth.store)}}, name="second")
    second.command()
    ended = run("serve", "--config", second.config_path)
    assert ended.returncode != 0
    assert str(berth.store) in ended.stderr
    assert "another" in ended.stderr.lower() or "lock" in ended.stderr.lower() or "use" in ended.stderr.lower()
    assert berth.get("/v2/").status == 200
    berth.kill()
    berth.start()
    assert berth.get("/v2/").status == 200


def test_store_directory_is_made_private(hub):
    berth = hub()
    assert berth.store.is_dir()
    assert berth.store.stat().st_mode & 0o077 == 0, "0700: nobody else reads or plants anything there"


def test_port_in_use(workplace, hub):
    berth = hub()
    second = Berth(workplace.directory, {"listen": f"127.0.0.1:{berth.port}"}, name="second")
    second.command()
    ended = run("serve", "--config", second.config_path)
    assert ended.returncode != 0
    assert str(berth.port) in ended.stderr

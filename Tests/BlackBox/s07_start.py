"""A start takes no longer for what is held: shards are not walked before Berth is ready, whatever the last end was. A store
of another schema is refused, with what to do, and is left as it is."""

import shutil

import pytest
from support import images
from support.berth import Berth, run
from support.berth import upstream as upstream_section
from support.service import wait_until

BLOB = images.Content("", images.noise("s07", 300_000))
TARGET = f"/v2/library/app/blobs/{BLOB.digest}"
SHARDS = 256
#: How long it takes to read one directory, in microseconds: a walk of all would take minutes.
READ_DELAY = 500_000


class SlowToList(Berth):
    """A Berth whose every listing of a directory takes long, and is recorded."""

    @property
    def listings(self):
        return self.directory / "listings"

    def command(self):
        if shutil.which("strace") is None:
            pytest.fail("no strace: install it")
        watching = ["strace", "-D", "-f", "-y", "-qq", "-e", "trace=getdents64", "-o", str(self.listings)]
        return [*watching, "-e", f"inject=getdents64:delay_enter={READ_DELAY}", "--", *super().command()]

    def listed_shards(self):
        """The listings of directories of content so far."""
        content = f"<{self.store}/content"
        return [line for line in self.listings.read_text().splitlines() if content in line]


@pytest.fixture
def large(workplace, upstream):
    """A store with all shards that holds one blob, and a Berth that does not run."""
    upstream.push_blob(BLOB, "library/app")
    berth = workplace.watch(Berth(workplace.directory, {"upstreams": {"docker.io": upstream_section(upstream.url)}}))
    berth.start()
    assert berth.get(TARGET).body == BLOB.data
    wait_until(lambda: berth.metric("berth_store_contents") == 1, "kept")
    for number in range(SHARDS):
        (berth.store / "content" / "sha256" / f"{number:02x}").mkdir(exist_ok=True)
    return berth


def slow(workplace, berth):
    configuration = {key: berth.configuration[key] for key in ("upstreams", "store")}
    again = workplace.watch(SlowToList(workplace.directory, configuration, "again"))
    again.start()
    return again


def test_after_an_orderly_end(large, workplace, upstream):
    assert large.stop() == 0
    again = slow(workplace, large)
    assert again.get(TARGET).body == BLOB.data
    assert upstream.gets(BLOB.digest) == 1
    assert again.stop() == 0
    assert again.listed_shards() == [], "there is nothing to look for"


def test_after_a_kill(large, workplace, upstream):
    """Shards are looked through for what the kill left, behind requests."""
    large.kill()
    again = slow(workplace, large)
    assert again.get(TARGET).body == BLOB.data
    assert upstream.gets(BLOB.digest) == 1
    wait_until(again.listed_shards, "looked through behind requests")
    assert len(again.listed_shards()) < SHARDS, "which goes on"
    assert again.stop() == 0


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (7, ("newer Berth", "up to 3", "store of its own")),
        (1, ("no released version", "migrates the one before", "remove the directory, or choose another", "come again")),
    ],
    ids=["newer", "older"],
)
def test_another_schema_is_refused(hub, schema, said):
    """The index is what it was afterwards: the Berth that wrote it can go on with it."""
    berth = hub()
    assert berth.stop() == 0
    index = berth.store / "index" / "data.mdb"
    as_written = index.read_bytes()
    known = b"schema" + bytes([1]) + (3).to_bytes(4, "little")
    foreign = as_written.replace(known, known[:-4] + schema.to_bytes(4, "little"))
    assert foreign != as_written, "the schema's record is where it was looked for"
    index.write_bytes(foreign)
    ended = run("serve", "--config", berth.config_path)
    assert ended.returncode == 1, "neither a crash nor a start"
    for part in (str(berth.store), f"schema {schema}", *said):
        assert part in ended.stderr, ended.stderr
    assert index.read_bytes() == foreign
    assert not list(berth.store.glob("index.damaged-*"))
    checked = run("check", "--store", berth.store)
    assert checked.returncode == 1
    assert said[0] in checked.stderr
    index.write_bytes(as_written)
    berth.start()
    assert berth.get("/v2/").status == 200

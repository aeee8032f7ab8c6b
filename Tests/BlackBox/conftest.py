"""The real `berth` binary, between clients that count every byte and upstreams that do as they are told.

One scenario a file, named by class letter and number:
  a  authentication: at upstreams (a0…) and of clients (a1…)
                                      b  bundles                c  configuration
  f  security (ids of the threat list)
  g  grants                           l  listeners, life cycle  m  misses and downloads
  o  operations                       p  protocol               r  routes
  s  the store under pressure         t  tags                   u  upstream trouble
Scenarios share nothing: each starts its own Berth and upstream on free ports with a store of its own.
Run one: `pytest Tests/BlackBox/p03_blobs.py`. The directory of a failed one stays; the report says where.
"""

import pytest
from support.berth import Berth
from support.registry import DockerRegistry
from support.small_disk import SmallDisk
from support.upstream import Upstream


@pytest.fixture
def start_berth(workplace):
    """Starts a Berth with the given upstreams and further configuration.

    At the end of the scenario each one that was not stopped by it must still run, and end well on SIGTERM.
    """
    berths = []

    def start(upstreams=None, *, name="berth", **configuration):
        if upstreams is not None:
            configuration["upstreams"] = upstreams
        configuration.setdefault("log", {"level": "debug"})
        berth = workplace.watch(Berth(workplace.directory, configuration, name))
        berth.start()
        berths.append(berth)
        return berth

    yield start
    for berth in berths:
        if berth.was_ended_by_test:
            continue
        assert berth.is_alive, f"Berth ended by itself with {berth.process.returncode}:\n{berth.log_tail(lines=300)}"
        assert berth.stop() == 0, f"SIGTERM ended Berth with {berth.process.returncode}:\n{berth.log_tail(lines=300)}"


@pytest.fixture
def small_disk(workplace):
    """Mounts file systems of a given size; skips, saying so, where that is not allowed."""
    disks = []

    def mount(size, *, inodes=None):
        disks.append(SmallDisk(workplace.directory / f"disk-{len(disks)}", size, inodes=inodes))
        return disks[-1]

    yield mount
    for disk in disks:
        disk.unmount()


@pytest.fixture
def start_upstream(workplace):
    """Starts a scripted upstream."""

    def start(name="upstream", **options):
        return workplace.watch(Upstream(workplace.directory, name, **options))

    return start


@pytest.fixture
def upstream(start_upstream):
    """A scripted upstream that behaves until told otherwise."""
    return start_upstream()


@pytest.fixture
def registry(workplace):
    """Debian's docker-registry, empty."""
    registry = workplace.watch(DockerRegistry(workplace.directory))
    registry.start()
    return registry


@pytest.fixture
def hub(upstream, start_berth):
    """Starts the common case: a Berth whose docker.io is the scripted upstream, with these settings of the upstream."""

    def start(**settings):
        return start_berth({"docker.io": {"endpoints": [upstream.url], **settings}})

    return start

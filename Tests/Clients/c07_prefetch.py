"""Engines pull while Berth fetches ahead what they will ask for: nothing is sent twice, and nothing but what they want."""

import pytest
from engines.containerd import Containerd
from engines.containers_image import Podman
from engines.dockerd import Dockerd
from pulls import BerthMirror, cold_then_offline


@pytest.mark.parametrize("engine", [Containerd, Dockerd, Podman], ids=lambda engine: engine.__name__.lower())
def test_pulls(workplace, engine):
    mirror = BerthMirror(workplace, prefetch="layers")
    cold_then_offline(engine(workplace.directory / "engine", mirror.port), mirror)
    assert mirror.berth.metric("berth_prefetches_total") > 0
    brought, used = (mirror.berth.metric(f"berth_prefetched_{kind}_total") for kind in ("bytes", "used_bytes"))
    assert brought == used, "nothing was fetched for nobody"

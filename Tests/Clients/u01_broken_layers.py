"""skopeo 1.9 and podman 4.3 do not resume a layer whose connection breaks: they fail. Through Berth they pull an image of
which every layer breaks twice upstream, and notice nothing; upstream sends each byte once."""

import pytest
from engines.containers_image import Podman, Skopeo
from engines.engine import Reference
from support import berth, images
from support.upstream import Upstream

IMAGE = images.large("breaks on every layer", mebibytes=12, layers=4)
BREAKS = 2
SLACK = 1.02


@pytest.fixture
def upstream(workplace):
    upstream = workplace.watch(Upstream(workplace.directory))
    upstream.push(IMAGE, "library/breaks", "1.0")
    for layer in IMAGE.layers:
        cut = {"after": layer.size // 3, "how": "reset"}
        upstream.on("blobGet", reference=layer.digest, times=BREAKS, cut=cut)
    return upstream


@pytest.mark.parametrize("engine", [Skopeo, Podman])
def test_pulls(workplace, upstream, engine):
    mirror = workplace.watch(berth.Berth(workplace.directory, {"upstreams": {"docker.io": berth.upstream(upstream.url)}}))
    mirror.start()
    engine = engine(workplace.directory / "e", mirror.port)
    engine.start()
    try:
        reference = Reference("docker.io", "library/breaks", tag="1.0")
        engine.pull(reference, "linux/amd64")
        engine.check(reference, IMAGE)
    finally:
        engine.stop()
    for layer in IMAGE.layers:
        assert upstream.gets(layer.digest) == 1 + BREAKS, "each break was met by one request for the rest"
        assert upstream.bytes_of(layer.digest) <= layer.size * SLACK

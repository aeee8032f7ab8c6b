"""skopeo 1.9, mirrors by path prefix in registries.conf: copies images into directories, byte for byte,
cold and again with upstream stopped; then whole indexes, raw manifests and tag lists."""

from engines.containers_image import Skopeo
from pulls import assert_sent_once, cold_then_offline, step


def test_pulls(workplace, mirror):
    cold_then_offline(Skopeo(workplace.directory / "skopeo", mirror.port), mirror)


def test_copies_whole_indexes(workplace, mirror):
    skopeo = Skopeo(workplace.directory / "skopeo", mirror.port)
    for occasion in ("cold", "again, upstream stopped"):
        for kind in ("index", "list", "elsewhere"):
            image = mirror.published[kind]
            with step(f"{occasion}: {kind}"):
                skopeo.pull_all(image.by_tag())
                assert (skopeo.target(image.by_tag()) / "manifest.json").read_bytes() == image.what.manifest.data
                skopeo.check_contents(image.by_tag(), image.what.manifests[:-1] + image.what.blobs)
        assert_sent_once(mirror)
        mirror.stop_upstreams()


def test_inspects_and_lists(workplace, mirror):
    skopeo = Skopeo(workplace.directory / "skopeo", mirror.port)
    for occasion in ("cold", "again, upstream stopped"):
        for image in mirror.published.values():
            with step(f"{occasion}: {image.by_tag()}"):
                assert skopeo.inspect_raw(image.by_tag()) == image.what.manifest.data
        with step(occasion):
            hub = mirror.published["single"]
            assert skopeo.list_tags(hub.registry, hub.repository) == [hub.tag]
        mirror.stop_upstreams()

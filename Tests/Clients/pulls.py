"""The story of this suite: an engine pulls everything cold, forgets it, and pulls it again with upstream stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from engines.engine import Engine, Reference
from support import berth, images
from support.evidence import Workplace
from support.images import Image, Index
from support.registry import DockerRegistry

HUB, QUAY = "docker.io", "quay.io"


@dataclass(frozen=True)
class Published:
    """An image as it stands in an upstream."""

    registry: str
    repository: str
    what: Image | Index
    tag: str = "1.0"

    def by_tag(self) -> Reference:
        return Reference(self.registry, self.repository, tag=self.tag)

    def by_digest(self) -> Reference:
        return Reference(self.registry, self.repository, digest=self.what.digest)


def published() -> dict[str, Published]:
    """Every kind of image, each with content of its own, so that none warms another."""
    return {
        "single": Published(HUB, "library/single", images.single("single")),
        "single by digest": Published(HUB, "library/single-by-digest", images.single("single by digest")),
        "docker": Published(HUB, "library/docker", images.single("docker", docker=True)),
        "docker by digest": Published(HUB, "acme/docker-by-digest", images.single("docker by digest", docker=True)),
        "index": Published(HUB, "library/index", images.multi("index")),
        "index by digest": Published(HUB, "library/index-by-digest", images.multi("index by digest")),
        "list": Published(HUB, "acme/list", images.multi("list", docker=True)),
        "list by digest": Published(HUB, "acme/list-by-digest", images.multi("list by digest", docker=True)),
        "large": Published(HUB, "library/large", images.large()),
        "root filesystem": Published(HUB, "library/root", images.root_filesystem()),
        "elsewhere": Published(QUAY, "acme/elsewhere", images.multi("elsewhere")),
        "elsewhere by digest": Published(QUAY, "acme/by-digest", images.single("elsewhere by digest")),
    }


#: One of each form; for stories in which the kinds of images make no difference.
FEW = ("single", "docker by digest", "index", "elsewhere")


def only(kinds: tuple[str, ...], mirror: BerthMirror | PlainMirror) -> BerthMirror | PlainMirror:
    """The mirror, of whose images these alone are asked for."""
    mirror.published = {kind: mirror.published[kind] for kind in kinds}
    return mirror


class BerthMirror:
    """Berth before two docker-registries, which are what it knows as docker.io and quay.io."""

    def __init__(self, workplace: Workplace, **settings: object):
        self.published = published()
        self.upstreams = {
            name: workplace.watch(DockerRegistry(workplace.directory, f"registry-{name}")) for name in (HUB, QUAY)
        }
        for registry in self.upstreams.values():
            registry.start()
        for image in self.published.values():
            self.upstreams[image.registry].push(image.what, image.repository, image.tag)
        self.loaded = {name: len(registry.accesses()) for name, registry in self.upstreams.items()}
        self.berth = workplace.watch(
            berth.Berth(
                workplace.directory,
                {
                    "upstreams": {name: berth.upstream(registry.url) for name, registry in self.upstreams.items()},
                    **settings,
                },
            )
        )
        self.berth.start()
        self.port = self.berth.port

    def transfers(self) -> Counter[str]:
        """How often upstream sent each blob and manifest whole, since it was loaded."""
        return Counter(
            entry.target.split("?")[0]
            for name, registry in self.upstreams.items()
            for entry in registry.accesses()[self.loaded[name] :]
            if entry.method == "GET" and entry.status == 200 and "/sha256:" in entry.target
        )

    def stop_upstreams(self) -> None:
        for registry in self.upstreams.values():
            registry.stop()

    def requests(self) -> int:
        return sum(len(registry.accesses()) for registry in self.upstreams.values())


class PlainMirror:
    """docker-registry in Berth's place, holding every image under each name that an engine may ask for."""

    def __init__(self, workplace: Workplace):
        self.published = published()
        registry = workplace.watch(DockerRegistry(workplace.directory))
        registry.start()
        for image in self.published.values():
            registry.push(image.what, image.repository, image.tag)
            registry.push(image.what, f"{image.registry}/{image.repository}", image.tag)
        self.port = registry.port

    def transfers(self) -> Counter[str]:
        return Counter()

    def stop_upstreams(self) -> None:
        pass

    def requests(self) -> int:
        return 0


def pulls_of(engine: Engine, mirror: BerthMirror | PlainMirror) -> Iterator[tuple[Reference, str, Image]]:
    """(what to pull, which platform, what must come) for everything that this engine can be asked."""
    for kind, image in mirror.published.items():
        if image.registry not in engine.registries:
            continue
        by_digest = kind.endswith("by digest")
        platforms = engine.platforms if isinstance(image.what, Index) else ("linux/amd64",)
        # dockerd keeps one image for a digest reference, and refuses a second platform under it.
        for platform in platforms[-1:] if by_digest else platforms:
            yield image.by_digest() if by_digest else image.by_tag(), platform, image.what.for_platform(platform)


def pull_and_check(engine: Engine, mirror: BerthMirror | PlainMirror, occasion: str) -> None:
    for reference, platform, image in pulls_of(engine, mirror):
        with step(f"{occasion}: {reference} for {platform}"):
            engine.pull(reference, platform)
            engine.check(reference, image)


def cold_then_offline(engine: Engine, mirror: BerthMirror | PlainMirror) -> None:
    """The story."""
    engine.start()
    try:
        pull_and_check(engine, mirror, "cold")
        assert_sent_once(mirror)
        before = mirror.requests()
        engine.wipe()
        mirror.stop_upstreams()
        pull_and_check(engine, mirror, "again, upstream stopped")
        assert mirror.requests() == before
    finally:
        engine.stop()


def assert_sent_once(mirror: BerthMirror | PlainMirror) -> None:
    """Upstream sent no content twice, whatever the engine asked."""
    repeated = {target: times for target, times in mirror.transfers().items() if times > 1}
    assert not repeated, repeated


@contextmanager
def step(name: str) -> Iterator[None]:
    """Says in a failure how far the story had come."""
    try:
        yield
    except BaseException as failure:
        failure.add_note(f"while: {name}")
        raise

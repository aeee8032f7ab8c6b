"""Images made by the tests, byte for byte the same on each run.

Layers are real gzipped tars, so that engines unpack them; configurations carry true diff ids. Nothing is pulled from
anywhere: the root filesystem is Debian's static busybox.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import tarfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
OCI_EMPTY = "application/vnd.oci.empty.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"

MANIFEST_TYPES = (OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST)

BUSYBOX = Path("/bin/busybox")


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Content:
    """Bytes with a media type: a manifest, a configuration or a layer."""

    media_type: str
    data: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        return digest_of(self.data)

    @property
    def size(self) -> int:
        return len(self.data)

    def descriptor(self, **more: object) -> dict:
        return {"mediaType": self.media_type, "digest": self.digest, "size": self.size, **more}


@dataclass(frozen=True)
class Image:
    """A manifest with what it names. `files` are the paths and bytes that an unpacked image holds."""

    manifest: Content
    config: Content
    layers: tuple[Content, ...]
    files: dict[str, bytes] = field(default_factory=dict, repr=False, hash=False)

    @property
    def digest(self) -> str:
        return self.manifest.digest

    @property
    def blobs(self) -> tuple[Content, ...]:
        return (self.config, *self.layers)

    @property
    def manifests(self) -> tuple[Content, ...]:
        return (self.manifest,)

    @property
    def diff_ids(self) -> list[str]:
        return json.loads(self.config.data)["rootfs"]["diff_ids"]

    def for_platform(self, _: str) -> Image:
        return self


@dataclass(frozen=True)
class Index:
    """An image index or Docker manifest list: one image for each platform, such as `linux/arm64/v8`."""

    manifest: Content
    images: dict[str, Image] = field(hash=False)

    @property
    def digest(self) -> str:
        return self.manifest.digest

    @property
    def blobs(self) -> tuple[Content, ...]:
        return tuple(blob for image in self.images.values() for blob in image.blobs)

    @property
    def manifests(self) -> tuple[Content, ...]:
        """Children first, the order in which a registry takes them."""
        return (*(image.manifest for image in self.images.values()), self.manifest)

    def for_platform(self, platform: str) -> Image:
        return self.images[platform]


def json_content(media_type: str, document: dict) -> Content:
    # Indented and with a final newline: whoever parses and writes it again does not get the same digest.
    return Content(media_type, (json.dumps(document, indent=3) + "\n").encode())


def noise(seed: str, size: int) -> bytes:
    """Incompressible bytes that depend on the seed alone."""
    return random.Random(seed).randbytes(size)


@dataclass(frozen=True)
class _Layer:
    blob: Content
    diff_id: str
    files: dict[str, bytes] = field(hash=False)


def layer(files: dict[str, bytes], media_type: str = OCI_LAYER, executables: tuple[str, ...] = ()) -> _Layer:
    """A gzipped tar of these files, with their directories, owned by root, dated 1970."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for directory in sorted({str(parent) for name in files for parent in Path(name).parents} - {"."}):
            entry = tarfile.TarInfo(directory + "/")
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        for name, data in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o755 if name in executables else 0o644
            archive.addfile(entry, io.BytesIO(data))
    tar = raw.getvalue()
    return _Layer(Content(media_type, gzip.compress(tar, compresslevel=1, mtime=0)), digest_of(tar), dict(files))


def assemble(
    layers: list[_Layer], platform: str = "linux/amd64", docker: bool = False, command: str = "/bin/true"
) -> Image:
    """An image of these layers in OCI or Docker schema 2 types."""
    system, architecture, *variant = platform.split("/")
    config = json_content(
        DOCKER_CONFIG if docker else OCI_CONFIG,
        {
            "created": "1970-01-01T00:00:00Z",
            "architecture": architecture,
            **({"variant": variant[0]} if variant else {}),
            "os": system,
            "config": {"Cmd": [command]},
            "rootfs": {"type": "layers", "diff_ids": [each.diff_id for each in layers]},
            "history": [{"created": "1970-01-01T00:00:00Z", "created_by": "berth tests"} for _ in layers],
        },
    )
    manifest = json_content(
        DOCKER_MANIFEST if docker else OCI_MANIFEST,
        {
            "schemaVersion": 2,
            "mediaType": DOCKER_MANIFEST if docker else OCI_MANIFEST,
            "config": config.descriptor(),
            "layers": [each.blob.descriptor() for each in layers],
        },
    )
    files = {name: data for each in layers for name, data in each.files.items()}
    return Image(manifest, config, tuple(each.blob for each in layers), files)


@cache
def single(
    name: str, *, docker: bool = False, platform: str = "linux/amd64", sizes: tuple[int, ...] = (4096, 50_000)
) -> Image:
    """A small image of its own for each name: a file saying who it is, and layers of noise of these sizes."""
    media_type = DOCKER_LAYER if docker else OCI_LAYER
    who = f"{name} {platform} {'docker' if docker else 'oci'}\n".encode()
    layers = [layer({"etc/who": who}, media_type)]
    layers += [
        layer({f"data/{position}": noise(f"{name} {platform} {docker} {position}", size)}, media_type)
        for position, size in enumerate(sizes)
    ]
    return assemble(layers, platform, docker)


@cache
def multi(
    name: str, *, docker: bool = False, platforms: tuple[str, ...] = ("linux/amd64", "linux/arm64/v8", "linux/s390x")
) -> Index:
    """An index (or Docker list) of a `single` image for each platform."""
    images = {platform: single(name, docker=docker, platform=platform) for platform in platforms}
    children = []
    for platform, image in images.items():
        system, architecture, *variant = platform.split("/")
        described = {"os": system, "architecture": architecture, **({"variant": variant[0]} if variant else {})}
        children.append(image.manifest.descriptor(platform=described))
    media_type = DOCKER_LIST if docker else OCI_INDEX
    return Index(json_content(media_type, {"schemaVersion": 2, "mediaType": media_type, "manifests": children}), images)


@cache
def large(name: str = "large", mebibytes: int = 40, layers: int = 4) -> Image:
    """Some tens of MiB of noise in several layers."""
    return single(name, sizes=(mebibytes * 1024 * 1024 // layers,) * layers)


@cache
def root_filesystem() -> Image:
    """A root filesystem that runs: Debian's static busybox (package busybox-static)."""
    assert BUSYBOX.exists(), f"{BUSYBOX} is missing: apt-get install busybox-static"
    files = {
        "bin/busybox": BUSYBOX.read_bytes(),
        "etc/passwd": b"root:x:0:0:root:/:/bin/busybox\n",
        "etc/os-release": b'NAME="berth test"\nID=berthtest\n',
    }
    return assemble([layer(files, executables=("bin/busybox",))], command="/bin/busybox")


def artifact(subject: Content, artifact_type: str, text: str, *, by_config: bool = False, **annotations: str) -> Image:
    """A referrer: a manifest with `subject`. With `by_config` the type stands in config.mediaType alone."""
    payload = Content("text/plain", text.encode())
    config = Content(artifact_type if by_config else OCI_EMPTY, b"{}")
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        **({} if by_config else {"artifactType": artifact_type}),
        "config": config.descriptor(),
        "layers": [payload.descriptor()],
        "subject": subject.descriptor(),
        "annotations": annotations,
    }
    return Image(json_content(OCI_MANIFEST, document), config, (payload,))


def unwieldy_index(name: str) -> Content:
    """An index of 7 MB, more than kernels take from a server whose client does not read."""
    annotations = {"noise": noise(name, 3_500_000).hex()}
    return json_content(OCI_INDEX, {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [], "annotations": annotations})


def referrers_index(*artifacts: Image) -> Content:
    """What a registry answers to referrers, and what the fallback tag holds (distribution-spec §Listing Referrers)."""
    descriptors = []
    for each in artifacts:
        document = json.loads(each.manifest.data)
        kind = document.get("artifactType") or document["config"]["mediaType"]
        descriptors.append(each.manifest.descriptor(artifactType=kind, annotations=document["annotations"]))
    return json_content(OCI_INDEX, {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": descriptors})

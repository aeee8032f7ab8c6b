"""A manifest may name whatever its author likes. A public repository whose manifests, index, referrers list and fallback tag
name the contents of a private one is shown none of it, whichever way it is asked for and wherever the bytes are; and by what
the private repository's client fetches afterwards nothing is opened either."""

import json

import pytest
from support import images
from support.images import OCI_INDEX, OCI_MANIFEST, Content, json_content
from support.service import wait_until

SMALL = images.layer({"secret": b"small"})
LARGE = images.layer({"secret": images.noise("g04", 300_000)})
PRIVATE = images.assemble([SMALL, LARGE])
CHILD = PRIVATE.manifest
CONFIG = images.single("g04 public").config
FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
NONDISTRIBUTABLE = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
WAYS = {
    "GET": ("GET", []),
    "HEAD": ("HEAD", []),
    "range": ("GET", [("Range", "bytes=0-0")]),
    "suffix": ("GET", [("Range", "bytes=-1")]),
}
UPSTREAMS = {"docker.io": "acme", "other.example": "other.example/evil"}


def naming(*layers):
    """A manifest that names contents which its registry need not have."""
    return json_content(
        OCI_MANIFEST,
        {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": CONFIG.descriptor(), "layers": list(layers)},
    )


def as_type(content, media_type, **more):
    return Content(media_type, content.data).descriptor(**more)


MANIFESTS = {
    "layer": naming(*(blob.descriptor() for blob in PRIVATE.blobs)),
    "foreign": naming(*(as_type(blob, FOREIGN, urls=["https://example.invalid/x"]) for blob in PRIVATE.blobs)),
    "nondistributable": naming(*(as_type(blob, NONDISTRIBUTABLE) for blob in PRIVATE.blobs)),
    "manifest-as-layer": naming(CHILD.descriptor()),
    "index": json_content(
        OCI_INDEX, {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [CHILD.descriptor()]}
    ),
}
PUBLIC = images.single("g04 public")


@pytest.fixture(params=UPSTREAMS)
def world(request, start_berth, start_upstream):
    """A Berth; the registry with the private image; the public repository's registry and its name for clients."""
    hub, other = start_upstream("hub"), start_upstream("other")
    hub.push(PRIVATE, "acme/private", "1")
    theirs = {"docker.io": hub, "other.example": other}[request.param]
    theirs.push_blob(CONFIG, "evil/x")
    for tag, manifest in MANIFESTS.items():
        theirs.push_manifest(manifest, "evil/x", tag)
    fallback = json_content(
        OCI_INDEX,
        {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [blob.descriptor() for blob in (CHILD, *PRIVATE.blobs)]},
    )
    theirs.push(PUBLIC, "evil/x", "subject")
    theirs.push_manifest(fallback, "evil/x", PUBLIC.digest.replace(":", "-"))
    theirs.settings(referrers={"isEnabled": False})
    berth = start_berth({"docker.io": {"endpoints": [hub.url]}, "other.example": {"endpoints": [other.url]}})
    name = "/v2/evil/x" if request.param == "docker.io" else "/v2/other.example/evil/x"
    return berth, hub, theirs, name


def pull_private(berth):
    for target in ("manifests/1", f"manifests/{CHILD.digest}", *(f"blobs/{blob.digest}" for blob in PRIVATE.blobs)):
        assert berth.get(f"/v2/acme/private/{target}").status == 200


def pull_public(berth, name):
    for tag in MANIFESTS:
        assert berth.get(f"{name}/manifests/{tag}").status == 200
    assert berth.get(f"{name}/manifests/subject").status == 200
    listed = berth.get(f"{name}/referrers/{PUBLIC.digest}").json()["manifests"]
    assert CHILD.digest in {each["digest"] for each in listed}


def expect_closed(berth, name):
    for way, (method, fields) in WAYS.items():
        for blob in PRIVATE.blobs:
            assert berth.request(method, f"{name}/blobs/{blob.digest}", fields).status == 404, (way, blob)
        for kind in ("manifests", "blobs"):
            assert berth.request(method, f"{name}/{kind}/{CHILD.digest}", fields).status == 404, (way, kind)
    for kind, content in (("manifests", CHILD), *(("blobs", blob) for blob in PRIVATE.blobs)):
        conditional = [("If-None-Match", f'"{content.digest}"')]
        assert berth.request("GET", f"{name}/{kind}/{content.digest}", conditional).status == 404


def test_held_before(world):
    """In memory and on the disk, the manifests and the small blob lately served."""
    berth, _, theirs, name = world
    pull_private(berth)
    pull_public(berth, name)
    for _ in range(2):
        expect_closed(berth, name)
    assert theirs.counters().count("blobHead") > 0, "the repository's own registry was asked"
    pull_private(berth)


def test_held_afterwards(world):
    """What the public manifests name is brought later, by the private repository's client."""
    berth, _, _, name = world
    pull_public(berth, name)
    pull_private(berth)
    expect_closed(berth, name)


def test_from_the_disk(world, workplace):
    """A new process has nothing in memory."""
    berth, _, _, name = world
    pull_private(berth)
    pull_public(berth, name)
    wait_until(lambda: all(berth.holds(each.digest) for each in (CHILD, *PRIVATE.blobs)), "kept")
    assert berth.stop() == 0
    berth.start()
    expect_closed(berth, name)


def test_arriving(world):
    """A download that runs for the private repository is no way in, and what it brings neither."""
    berth, hub, _, name = world
    layer = PRIVATE.layers[1]
    hub.on("blobGet", repository="acme/private", reference=layer.digest, stall={"after": 100_000, "until": "go"})
    pull_public(berth, name)
    with berth.connect() as connection:
        connection.send_request("GET", f"/v2/acme/private/blobs/{layer.digest}")
        body = connection.body(connection.read_head())
        first = body.read(1000)
        for method, fields in WAYS.values():
            assert berth.request(method, f"{name}/blobs/{layer.digest}", fields).status == 404
        hub.release("go")
        assert first + body.rest() == layer.data
    assert berth.get(f"{name}/blobs/{layer.digest}").status == 404


def test_what_a_repository_has_fetched_itself_is_its_own(world):
    """Fetched through it, evicted for want of room or not: its own registry has it."""
    berth, _, theirs, name = world
    theirs.push(PRIVATE, "evil/x", "copy")
    assert berth.get(f"{name}/manifests/copy").body == CHILD.data
    for blob in PRIVATE.blobs:
        assert berth.get(f"{name}/blobs/{blob.digest}").body == blob.data
    pull_public(berth, name)
    theirs.down()
    for blob in PRIVATE.blobs:
        assert berth.get(f"{name}/blobs/{blob.digest}").body == blob.data
    assert berth.get(f"{name}/manifests/{CHILD.digest}").body == CHILD.data
    assert json.loads(CHILD.data)["layers"]

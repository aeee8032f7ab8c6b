"""Archives that mean harm, or mean nothing, are refused before anything of them is sent."""

import gzip
import io
import json
import tarfile

from support import images
from support.bundles import attempt_import, held, verify
from support.http import exchange

IMAGE = images.single("b02")
VERSION = ("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')


def blob_name(content):
    return f"blobs/sha256/{content.digest.removeprefix('sha256:')}"


def index(*descriptors):
    return ("index.json", json.dumps({"schemaVersion": 2, "manifests": list(descriptors)}).encode())


def named(name="docker.io/library/app:1", **more):
    annotations = {"org.opencontainers.image.ref.name": name}
    return {**IMAGE.manifest.descriptor(annotations=annotations), **more}


BLOBS = [(blob_name(content), content.data) for content in (IMAGE.manifest, *IMAGE.blobs)]
GOOD = [VERSION, index(named()), *BLOBS]


def special(name, kind, target=""):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


def tar(*parts):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for part in parts:
            if isinstance(part, tarfile.TarInfo):
                archive.addfile(part)
            else:
                entry = tarfile.TarInfo(part[0])
                entry.size = len(part[1])
                archive.addfile(entry, io.BytesIO(part[1]))
    return raw.getvalue()


def with_sizes(size):
    """The first blob's header claims another length."""
    raw = bytearray(tar(*GOOD))
    at = raw.index(BLOBS[0][0].encode())
    raw[at + 124 : at + 136] = size
    raw[at + 148 : at + 156] = b" " * 8
    raw[at + 148 : at + 156] = b"%06o\0 " % sum(raw[at : at + 512])
    return bytes(raw)


def changed(position):
    """One bit of a blob is not what its name says."""
    name, data = BLOBS[position]
    damaged = bytes([data[0] ^ 1]) + data[1:]
    return tar(*GOOD[: position + 2], (name, damaged), *GOOD[position + 3 :])


HOSTILE = {
    "absolute name": tar(*GOOD, ("/etc/cron.d/x", b"x")),
    "traversal": tar(*GOOD, ("blobs/sha256/../../../../etc/cron.d/x", b"x")),
    "stray file": tar(*GOOD, ("README", b"x")),
    "stray blob": tar(*GOOD, (blob_name(images.Content("", b"stray")), b"stray")),
    "symbolic link for a blob": tar(*GOOD[:-1], special(BLOBS[-1][0], tarfile.SYMTYPE, "/etc/shadow")),
    "hard link for a blob": tar(*GOOD[:-1], special(BLOBS[-1][0], tarfile.LNKTYPE, "oci-layout")),
    "link for the blobs": tar(special("blobs", tarfile.SYMTYPE, "/etc"), *GOOD),
    "device": tar(*GOOD, special("blobs/sha256/x", tarfile.CHRTYPE)),
    "pipe": tar(*GOOD, special("index.json", tarfile.FIFOTYPE)),
    "sparse file": tar(*GOOD[:-1], special(BLOBS[-1][0], tarfile.GNUTYPE_SPARSE)),
    "two blobs of one name": tar(*GOOD, BLOBS[-1]),
    "two indexes": tar(*GOOD, index(named("docker.io/library/other:1"))),
    "dots before a name": tar(*GOOD[:-1], ("././" + BLOBS[-1][0], BLOBS[-1][1])),
    "size beyond the end": with_sizes(b"77777777777\0"),
    "negative size": with_sizes(b"\xff" * 12),
    "size that is no number": with_sizes(b"12x45678901\0"),
    "size too small": with_sizes(b"00000000001\0"),
    "cut short": tar(*GOOD)[:-30_000],
    "no end marker": tar(*GOOD).rstrip(b"\0"),
    "data behind the end": tar(*GOOD) + tar(("oci-layout", b"{}")),
    "damaged manifest": changed(0),
    "damaged configuration": changed(1),
    "damaged layer": changed(3),
    "missing layer": tar(*GOOD[:-1]),
    "missing index": tar(VERSION, *BLOBS),
    "missing version": tar(*GOOD[1:]),
    "version of the future": tar(("oci-layout", b'{"imageLayoutVersion":"2.0.0"}'), *GOOD[1:]),
    "index that is no JSON": tar(VERSION, ("index.json", b"{"), *BLOBS),
    "index with a name twice": tar(VERSION, ("index.json", b'{"manifests":[],"manifests":[]}'), *BLOBS),
    "lying size in the index": tar(VERSION, index(named(size=IMAGE.manifest.size + 1)), *BLOBS),
    "lying media type": tar(VERSION, index(named(mediaType=images.OCI_INDEX)), *BLOBS),
    "name for two images": tar(
        VERSION,
        index(named(), named(digest=images.single("b02 other").digest)),
        *BLOBS,
    ),
    "name that is none": tar(VERSION, index(named("docker.io/../../etc:1")), *BLOBS),
    "image without a name": tar(VERSION, index(IMAGE.manifest.descriptor()), *BLOBS),
    "empty": b"",
    "not a tar": images.noise("b02", 20_480),
    "compressed": gzip.compress(tar(*GOOD)),
    "no images": tar(("README", b"hello")),
}


def test_the_honest_one_is_taken(hub, workplace):
    berth = hub()
    archive = workplace.directory / "good.tar"
    archive.write_bytes(tar(*GOOD))
    assert attempt_import(berth, archive).returncode == 0
    assert held(berth)


def test_each_is_refused_and_changes_nothing(hub, workplace):
    berth = hub()
    archive = workplace.directory / "hostile.tar"
    for kind, data in HOSTILE.items():
        archive.write_bytes(data)
        refused = attempt_import(berth, archive)
        assert refused.returncode == 1, (kind, refused)
        assert refused.stderr.startswith("berth: ") and len(refused.stderr) < 1000, (kind, refused.stderr)
        assert verify(archive).stderr == refused.stderr, kind
        assert held(berth) == set(), kind
    assert berth.get("/v2/library/app/manifests/1").status == 404


def test_a_server_believes_no_client(hub):
    """Whatever a client of the admin listener sends is verified there."""
    berth = hub()
    layer = IMAGE.layers[0]
    order = [("Berth-Admin", "1")]

    def put(digest, body):
        return exchange(berth.admin_address, "PUT", f"/api/v1/imports/content/{digest}", order, body)

    assert put(layer.digest, b"something else").status == 422
    assert put("sha256:short", b"x").status == 400
    assert exchange(berth.admin_address, "PUT", f"/api/v1/imports/content/{layer.digest}", (), b"x").status == 403
    image = {
        "repository": "docker.io/library/app",
        "tags": ["1"],
        "digest": IMAGE.digest,
        "mediaType": IMAGE.manifest.media_type,
    }

    def include():
        document = json.dumps({"images": [image]}).encode()
        return exchange(berth.admin_address, "POST", "/api/v1/imports/images", order, document).status

    assert include() == 409, "the manifest is not held"
    assert put(IMAGE.digest, IMAGE.manifest.data).status == 201
    assert include() == 409, "its layers are not"
    assert berth.get("/v2/library/app/manifests/1").status == 404
    for blob in IMAGE.blobs:
        assert put(blob.digest, blob.data).status == 201
    assert put(layer.digest, layer.data).status == 200, "held"
    assert include() == 201
    assert berth.get("/v2/library/app/manifests/1").body == IMAGE.manifest.data

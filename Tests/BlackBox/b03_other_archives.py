"""Sites move: what docker, skopeo and docker-registry have written is taken too."""

import io
import json
import shutil
import subprocess
import tarfile

import pytest

from support import images
from support.berth import run
from support.bundles import attempt_import, bring, held

IMAGE = images.single("b03")
MULTI = images.multi("b03 multi")
APP = "/v2/docker.io/library/app/manifests/1"


@pytest.fixture
def berth(start_berth):
    return start_berth({"docker.io": {"endpoints": ["http://127.0.0.1:9"]}})


def skopeo(registry, repository, target, *options):
    subprocess.run(
        ["skopeo", "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", *options]
        + [f"docker://127.0.0.1:{registry.port}/{repository}", target],
        check=True,
        capture_output=True,
    )


def check_layers(berth, manifest, image):
    """The layers unpacked, as such archives have them, are those of the image."""
    assert manifest["config"]["digest"] == image.config.digest
    assert [each["digest"] for each in manifest["layers"]] == image.diff_ids
    for each in (manifest["config"], *manifest["layers"]):
        body = berth.get(f"/v2/docker.io/library/app/blobs/{each['digest']}").body
        assert images.digest_of(body) == each["digest"] and len(body) == each["size"]


def test_skopeos_oci_archive(registry, berth, workplace):
    registry.push(IMAGE, "library/app", "1")
    archive = workplace.directory / "oci.tar"
    skopeo(registry, "library/app:1", f"oci-archive:{archive}:docker.io/library/app:1")
    bring(berth, archive)
    assert berth.get(APP).body == IMAGE.manifest.data


def test_skopeos_oci_archive_of_all_platforms_without_a_name(registry, berth, workplace):
    registry.push(MULTI, "library/app", "1")
    archive = workplace.directory / "oci.tar"
    skopeo(registry, "library/app:1", f"oci-archive:{archive}", "--all")
    refused = attempt_import(berth, archive)
    assert refused.returncode == 1 and "--name REGISTRY/REPOSITORY:TAG" in refused.stderr
    bring(berth, archive, "--name", "app:1")
    assert berth.get(APP).body == MULTI.manifest.data
    for image in MULTI.images.values():
        assert berth.get(f"/v2/docker.io/library/app/manifests/{image.digest}").body == image.manifest.data


def test_skopeos_docker_archive(registry, berth, workplace):
    registry.push(IMAGE, "library/app", "1")
    archive = workplace.directory / "docker.tar"
    skopeo(registry, "library/app:1", f"docker-archive:{archive}:docker.io/library/app:1")
    bring(berth, archive)
    first = berth.get(APP)
    check_layers(berth, first.json(), IMAGE)
    assert bring(berth, archive)["tagChanges"] == [], "the same archive gives the same manifest"


def test_docker_save_of_old(berth, workplace):
    """As Docker before 25 writes it: a directory for each layer, links between those that images share."""
    layers = [images.gzip.decompress(layer.data) for layer in IMAGE.layers]
    names = [f"{position:064x}" for position in range(len(layers) + 1)]
    archive = workplace.directory / "saved.tar"
    listing = {
        "Config": f"{IMAGE.config.digest.removeprefix('sha256:')}.json",
        "RepoTags": ["app:1"],
        "Layers": [f"{name}/layer.tar" for name in names[: len(layers)]],
    }
    with tarfile.open(archive, "w") as tar:

        def add(name, data):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))

        for name, layer in zip(names, layers, strict=False):
            directory = tarfile.TarInfo(f"{name}/")
            directory.type = tarfile.DIRTYPE
            tar.addfile(directory)
            add(f"{name}/VERSION", b"1.0")
            add(f"{name}/json", b"{}")
            add(f"{name}/layer.tar", layer)
        link = tarfile.TarInfo(f"{names[-1]}/layer.tar")
        link.type, link.linkname = tarfile.SYMTYPE, f"../{names[0]}/layer.tar"
        tar.addfile(link)
        shared = {**listing, "RepoTags": ["other:1"], "Layers": [f"{names[-1]}/layer.tar", *listing["Layers"][1:]]}
        add(listing["Config"], IMAGE.config.data)
        add("manifest.json", json.dumps([listing, shared]).encode())
        add("repositories", b"{}")
    bring(berth, archive)
    manifest = berth.get(APP)
    check_layers(berth, manifest.json(), IMAGE)
    assert berth.get("/v2/docker.io/library/other/manifests/1").body == manifest.body


def test_docker_archive_whose_layer_is_another(registry, berth, workplace):
    registry.push(IMAGE, "library/app", "1")
    archive, forged = workplace.directory / "docker.tar", workplace.directory / "forged.tar"
    skopeo(registry, "library/app:1", f"docker-archive:{archive}:app:1")
    with tarfile.open(archive) as source, tarfile.open(forged, "w") as target:
        for entry in source:
            data = source.extractfile(entry).read() if entry.isreg() else None
            if entry.name.endswith(".tar") and entry.isreg() and b"etc/who" in data:
                data = data.replace(b"b03 linux", b"b03 LINUX")
            target.addfile(entry, io.BytesIO(data) if data is not None else None)
    refused = attempt_import(berth, forged)
    assert refused.returncode == 1 and "refused" in refused.stderr
    assert held(berth) == set()


def import_registry(berth, directory, *options):
    return run("import-registry", directory, "--admin", f"127.0.0.1:{berth.admin_port}", "--json", *options)


def test_a_registrys_directory(registry, berth, workplace):
    registry.push(IMAGE, "library/app", "1", "latest")
    registry.push(MULTI, "acme/deep/er", "2")
    registry.stop()
    done = import_registry(berth, workplace.directory / "docker-registry-storage", "--upstream", "docker.io")
    assert done.returncode == 0, done.stderr
    for tag in ("1", "latest"):
        assert berth.get(f"/v2/docker.io/library/app/manifests/{tag}").body == IMAGE.manifest.data
    assert berth.get("/v2/docker.io/acme/deep/er/manifests/2").body == MULTI.manifest.data
    for image in (IMAGE, *MULTI.images.values()):
        repository = "library/app" if image is IMAGE else "acme/deep/er"
        assert berth.get(f"/v2/docker.io/{repository}/manifests/{image.digest}").body == image.manifest.data
        for blob in image.blobs:
            assert berth.get(f"/v2/docker.io/{repository}/blobs/{blob.digest}").body == blob.data


def test_a_registrys_directory_with_holes(registry, berth, workplace):
    """An image in part, and one whose bytes have rotted, are left out with a word; the rest comes in."""
    lost, rotten = images.single("b03 lost"), images.single("b03 rotten")
    registry.push(IMAGE, "library/app", "1")
    registry.push(lost, "library/lost", "1")
    registry.push(rotten, "library/rotten", "1")
    registry.stop()
    storage = workplace.directory / "docker-registry-storage"

    def data(content):
        encoded = content.digest.removeprefix("sha256:")
        return storage / "docker/registry/v2/blobs/sha256" / encoded[:2] / encoded / "data"

    shutil.rmtree(data(lost.layers[0]).parent)
    rot = bytearray(rotten.layers[1].data)
    rot[100] ^= 1
    data(rotten.layers[1]).write_bytes(rot)
    done = import_registry(berth, storage, "--upstream", "docker.io")
    assert done.returncode == 3, done
    assert "library/lost:1" in done.stderr and rotten.layers[1].digest in done.stderr
    assert berth.get(APP).body == IMAGE.manifest.data
    for name in ("lost", "rotten"):
        assert berth.get(f"/v2/docker.io/library/{name}/manifests/1").status >= 400


def test_no_registrys_directory(berth, workplace):
    done = import_registry(berth, workplace.directory, "--upstream", "docker.io")
    assert done.returncode == 1 and "it lacks docker/registry/v2/repositories" in done.stderr

"""Images go into a file at one site and out of it at another, whose upstreams cannot be reached."""

import json
import subprocess

import pytest

from support import images
from support.berth import run
from support.bundles import attempt_import, bring, export, files, held, names, verify
from support.http import exchange

SINGLE = images.single("b01")
MULTI = images.multi("b01 multi")
SIGNATURE = images.artifact(SINGLE.manifest, "application/vnd.example.signature", "signed")
NOWHERE = {"docker.io": {"endpoints": ["http://127.0.0.1:9"]}, "quay.io": {"endpoints": ["http://127.0.0.1:9"]}}


@pytest.fixture
def connected(start_upstream, start_berth):
    """The site with upstreams."""
    hub, quay = start_upstream("hub"), start_upstream("quay")
    hub.push(SINGLE, "library/app", "1")
    hub.push(SIGNATURE, "library/app")
    quay.push(MULTI, "acme/tool", "2")
    return start_berth({"docker.io": {"endpoints": [hub.url]}, "quay.io": {"endpoints": [quay.url]}}, name="connected")


@pytest.fixture
def isolated(start_berth):
    """The site without."""
    return start_berth(NOWHERE, name="isolated")


def check_served(berth, repository, image, reference):
    answer = berth.get(f"/v2/{repository}/manifests/{reference}", [("Accept", "*/*")])
    assert (answer.status, answer.body) == (200, image.manifest.data)
    assert answer["Content-Type"] == image.manifest.media_type
    for blob in image.blobs:
        assert berth.get(f"/v2/{repository}/blobs/{blob.digest}").body == blob.data


def test_round_trip(connected, isolated, workplace):
    bundle = workplace.directory / "site.tar"
    export(connected, bundle, "app:1", "quay.io/acme/tool:2", "--platform", "all")
    assert names(bundle) == {"docker.io/library/app:1", "quay.io/acme/tool:2"}
    assert verify(bundle).returncode == 0
    report = bring(isolated, bundle)
    assert (report["images"], report["held"], report["skipped"]) == (2, 0, [])
    for reference in ("1", SINGLE.digest):
        check_served(isolated, "docker.io/library/app", SINGLE, reference)
    for reference in ("2", MULTI.digest):
        check_served(isolated, "quay.io/acme/tool", MULTI, reference)
    for image in MULTI.images.values():
        check_served(isolated, "quay.io/acme/tool", image, image.digest)


def test_same_content_gives_same_bytes(connected, workplace):
    first, second = workplace.directory / "1.tar", workplace.directory / "2.tar"
    export(connected, first, "app:1", "quay.io/acme/tool:2", "--with-referrers")
    export(connected, second, "quay.io/acme/tool:2", "docker.io/library/app:1", "--with-referrers")
    assert first.read_bytes() == second.read_bytes()


def test_list_in_a_file(connected, workplace):
    listing = workplace.directory / "images.txt"
    listing.write_text("# our site\napp:1   # the app\n\nquay.io/acme/tool:2\n")
    bundle = workplace.directory / "site.tar"
    export(connected, bundle, "--file", listing)
    assert names(bundle) == {"docker.io/library/app:1", "quay.io/acme/tool:2"}


def test_one_platform(connected, isolated, workplace):
    """The index keeps its digest; what was left out is 404 there, or a failure to reach upstream, but never wrong."""
    bundle = workplace.directory / "site.tar"
    export(connected, bundle, "quay.io/acme/tool:2", "--platform", "linux/arm64")
    taken, left = MULTI.images["linux/arm64/v8"], MULTI.images["linux/s390x"]
    assert f"blobs/sha256/{left.digest.removeprefix('sha256:')}" not in files(bundle)
    bring(isolated, bundle)
    assert isolated.get("/v2/quay.io/acme/tool/manifests/2").body == MULTI.manifest.data
    check_served(isolated, "quay.io/acme/tool", taken, taken.digest)
    assert isolated.get(f"/v2/quay.io/acme/tool/manifests/{left.digest}").status >= 400


def test_referrers_travel(connected, isolated, workplace):
    bundle = workplace.directory / "site.tar"
    export(connected, bundle, "app:1", "--with-referrers")
    bring(isolated, bundle)
    (listed,) = isolated.get(f"/v2/docker.io/library/app/referrers/{SINGLE.digest}").json()["manifests"]
    assert listed["digest"] == SIGNATURE.digest
    check_served(isolated, "docker.io/library/app", SIGNATURE, SIGNATURE.digest)


def test_other_tools_read_it(connected, workplace):
    bundle = workplace.directory / "site.tar"
    export(connected, bundle, "app:1", "quay.io/acme/tool:2")
    archive = f"oci-archive:{bundle}:docker.io/library/app:1"
    raw = subprocess.run(["skopeo", "inspect", "--raw", archive], capture_output=True, check=True).stdout
    assert raw == SINGLE.manifest.data
    target = workplace.directory / "copied"
    subprocess.run(["skopeo", "--insecure-policy", "copy", archive, f"dir:{target}"], capture_output=True, check=True)
    assert (target / "manifest.json").read_bytes() == SINGLE.manifest.data


def test_increment(connected, isolated, workplace):
    """What an earlier bundle holds is left out, and missed where that was not imported."""
    older, newer = workplace.directory / "older.tar", workplace.directory / "newer.tar"
    export(connected, older, "app:1")
    said = json.loads(export(connected, newer, "app:1", "quay.io/acme/tool:2", "--since", older, "--json").stdout)
    assert said["leftOut"] == len(SINGLE.blobs)
    assert not {f"blobs/sha256/{blob.digest.removeprefix('sha256:')}" for blob in SINGLE.blobs} & set(files(newer))
    refused = attempt_import(isolated, newer)
    assert refused.returncode == 1 and "import that bundle first" in refused.stderr
    assert held(isolated) == set()
    bring(isolated, older)
    report = bring(isolated, newer)
    assert report["images"] == 2
    check_served(isolated, "docker.io/library/app", SINGLE, "1")
    assert isolated.get("/v2/quay.io/acme/tool/manifests/2").body == MULTI.manifest.data


def test_done_means_on_disk(connected, start_berth, workplace):
    bundle = workplace.directory / "site.tar"
    export(connected, bundle, "app:1")
    berth = start_berth(NOWHERE, name="isolated")
    bring(berth, bundle)
    berth.kill()
    berth.start()
    check_served(berth, "docker.io/library/app", SINGLE, "1")


def test_goes_on_where_it_was(connected, isolated, workplace):
    """A kill in the middle leaves whole contents and no names; the next attempt sends only the rest."""
    bundle = workplace.directory / "site.tar"
    export(connected, bundle, "app:1")
    first = SINGLE.layers[-1]
    sent = exchange(
        isolated.admin_address,
        "PUT",
        f"/api/v1/imports/content/{first.digest}",
        [("Berth-Admin", "1")],
        first.data,
    )
    assert sent.status == 201, sent
    isolated.kill()
    isolated.start()
    assert isolated.get("/v2/docker.io/library/app/manifests/1").status >= 400
    report = bring(isolated, bundle)
    assert (report["held"], report["sent"]) == (1, len(SINGLE.blobs))
    assert bring(isolated, bundle)["sent"] == 0
    check_served(isolated, "docker.io/library/app", SINGLE, "1")


def test_dry_run_says_what_would_change(connected, isolated, workplace):
    bundle = workplace.directory / "site.tar"
    export(connected, bundle, "app:1")
    said = bring(isolated, bundle, "--dry-run")
    assert said["tagChanges"] == [{"name": "docker.io/library/app:1", "old": None, "new": SINGLE.digest}]
    assert held(isolated) == set()
    assert isolated.get("/v2/docker.io/library/app/manifests/1").status >= 400
    bring(isolated, bundle)
    assert bring(isolated, bundle, "--dry-run")["tagChanges"] == []


def test_registry_that_is_not_configured(start_berth, upstream, isolated, workplace):
    upstream.push(SINGLE, "team/app", "1")
    connected = start_berth({"registry.corp.example": {"endpoints": [upstream.url]}}, name="connected")
    bundle = workplace.directory / "site.tar"
    export(connected, bundle, "registry.corp.example/team/app:1")
    refused = attempt_import(isolated, bundle)
    assert refused.returncode != 0 and "add it under upstreams" in refused.stderr
    assert held(isolated) == set()


def test_errors_say_what_to_do(connected, workplace):
    bundle = workplace.directory / "site.tar"
    source = f"127.0.0.1:{connected.port}"
    missing = run("bundle", "export", "--from", source, "--output", bundle, "docker.io/library/none:1")
    assert missing.returncode == 2 and "there is no docker.io/library/none:1" in missing.stderr
    assert not bundle.exists()
    export(connected, bundle, "app:1")
    nobody = run("bundle", "import", bundle, "--admin", "127.0.0.1:9")
    assert nobody.returncode == 69 and "no Berth answers at 127.0.0.1:9" in nobody.stderr
    absent = verify(workplace.directory / "absent.tar")
    assert absent.returncode == 1 and "No such file" in absent.stderr


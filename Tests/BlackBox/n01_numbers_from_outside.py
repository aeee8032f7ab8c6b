"""Numbers from outside that no content has: wherever one can come in, it is refused with what was found or cut to a bound,
and all that clients and operators can ask for afterwards is answered by a Berth that lives."""

import io
import json
import tarfile

import pytest
from support import images
from support.berth import run
from support.bundles import attempt_import, verify
from support.commands import attempt
from support.http import exchange

HUGE = 2**63 - 1
# As they stand in JSON.
NUMBERS = [str(HUGE), str(HUGE + 1), "-1", "-9223372036854775809", "1e19", "1E400", "1.5", '"12"', "null", "true", "[]"]
IMAGE = images.single("n01")


def descriptor(size, digest="sha256:" + "1" * 64, media_type=images.OCI_LAYER):
    return f'{{"mediaType":"{media_type}","digest":"{digest}","size":{size}}}'


def manifest(config=None, layers=(), **members):
    """An image's manifest, of descriptors as text."""
    more = "".join(f',"{name}":{value}' for name, value in members.items())
    config = config or json.dumps(IMAGE.blobs[0].descriptor())
    text = f'{{"schemaVersion":2,"mediaType":"{images.OCI_MANIFEST}","config":{config},"layers":[{",".join(layers)}]{more}}}'
    return images.Content(images.OCI_MANIFEST, text.encode())


def index(*children):
    text = f'{{"schemaVersion":2,"mediaType":"{images.OCI_INDEX}","manifests":[{",".join(children)}]}}'
    return images.Content(images.OCI_INDEX, text.encode())


def all_verbs(berth, name="docker.io/library/app:1"):
    """Every order that names an image, and those that name none. None of them may end the server, or itself in a trap."""
    orders = [
        ["ls"], ["ls", "--json"], ["inspect", name], ["inspect", name, "--json"], ["stats"], ["top"], ["warm", name],
        ["warm", name, "--platform", "all", "--with-referrers", "--json"], ["refresh", name], ["pin", name], ["pins"],
        ["evict", name, "--dry-run"], ["unpin", name], ["evict", name, "--dry-run", "--json"], ["scrub"], ["evict", name],
        ["ls"],
    ]  # fmt: skip
    for words in orders:
        result = attempt(*words, "--admin", f"127.0.0.1:{berth.admin_port}", timeout=60)
        assert 0 <= result.status <= 3, (words, result)
        assert "Fatal" not in result.errors and "overflow" not in result.errors, (words, result)
        assert berth.is_alive, (words, result)
    assert berth.get("/v2/").status == 200


PLACES = {
    "layer": lambda size: manifest(layers=[descriptor(size)]),
    "two layers": lambda size: manifest(layers=[descriptor(size), descriptor(size, "sha256:" + "2" * 64)]),
    "configuration": lambda size: manifest(config=descriptor(size, media_type="application/vnd.oci.image.config.v1+json")),
    "subject": lambda size: manifest(subject=descriptor(size)),
    "child": lambda size: index(descriptor(size, media_type=images.OCI_MANIFEST), json.dumps(IMAGE.manifest.descriptor())),
}


@pytest.mark.parametrize("place", PLACES)
def test_sizes_in_manifests(hub, upstream, place):
    berth = hub()
    for number, size in enumerate(NUMBERS):
        content = PLACES[place](size)
        upstream.push_manifest(content, "library/app", "1", f"t{number}")
        for reference in (f"t{number}", content.digest):
            answer = berth.get(f"/v2/app/manifests/{reference}")
            assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE"), (size, answer.body)
        # A number is named, so that whoever pushed it can be told; what is none is not.
        assert size in answer.body.decode() or not size.lstrip("-")[0].isdigit(), (size, answer.body)
        assert not berth.holds(content.digest)
    all_verbs(berth)


def test_the_largest_that_is_taken(hub, upstream):
    """A thousand layers of the largest size: sums that no disk has, and nothing that overflows."""
    berth = hub()
    layers = [descriptor(2**40, f"sha256:{number:064x}") for number in range(1_000)]
    upstream.push_manifest(manifest(layers=layers), "library/app", "1")
    assert berth.get("/v2/app/manifests/1").status == 200
    all_verbs(berth)


def test_sizes_in_referrers(hub, upstream):
    berth = hub()
    upstream.push(IMAGE, "library/app", "1")
    for number, size in enumerate(NUMBERS):
        body = index(descriptor(size, media_type=images.OCI_MANIFEST)).data.decode()
        rule = upstream.on(
            "referrers", status=200, headers={"Content-Type": images.OCI_INDEX}, body=body, first=True
        )
        subject = f"sha256:{number:064x}"
        answer = berth.get(f"/v2/app/referrers/{subject}")
        assert answer.status == 502, (size, answer.status, answer.body)
        upstream.remove_rule(rule)
    all_verbs(berth)


def test_lifetimes_of_tokens(start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.require_token()
    for number in NUMBERS:
        upstream.on(
            "token",
            status=200,
            headers={"Content-Type": "application/json"},
            body=(f'{{"token":"x","expires_in":{number}}}'),
            times=1,
        )
        berth = start_berth(
            {
                "docker.io": {
                    "endpoints": [upstream.url],
                    "tokenOrigins": [upstream.urls["token"]],
                    "allowPrivateAddresses": True,
                }
            },
            name=f"berth{NUMBERS.index(number)}",
        )
        assert berth.get("/v2/app/manifests/1").status in (200, 401, 403, 502)
        assert berth.get("/v2/").status == 200


FIELDS = {
    "Retry-After": lambda number: number,
    "RateLimit-Limit": lambda number: f"{number};w={number}",
    "RateLimit-Remaining": lambda number: f"{number};w={number}",
    "Content-Range": lambda number: f"bytes {number}-{number}/{number}",
    "Link": lambda number: f'</v2/library/app/tags/list?n={number}&last=x>; rel="next"',
    "Age": lambda number: number,
}


@pytest.mark.parametrize("field", FIELDS)
def test_fields_of_answers(hub, upstream, field):
    berth = hub()
    upstream.push(IMAGE, "library/app", "1")
    for number in (HUGE, HUGE + 1, -1, "1e19", "9" * 60, ""):
        for status in (200, 206, 416, 429):
            action = {} if status == 200 else {"status": status}
            upstream.on(headers={field: FIELDS[field](str(number))}, **action, first=True, times=3)
            for target in ("manifests/1", f"blobs/{IMAGE.layers[0].digest}", "tags/list", f"referrers/{IMAGE.digest}"):
                assert berth.get(f"/v2/app/{target}", timeout=60).status in (200, 404, 429, 500, 502, 503, 504)
            upstream.remove_rules()
    all_verbs(berth)


def test_fields_of_requests(hub, upstream):
    berth = hub()
    upstream.push(IMAGE, "library/app", "1")
    blob = f"/v2/app/blobs/{IMAGE.layers[0].digest}"
    assert berth.get(blob).status == 200
    for number in (HUGE, HUGE + 1, -1, "1e19", "1.5", "9" * 60, ""):
        for value in (f"bytes={number}-", f"bytes=-{number}", f"bytes=0-{number}", f"bytes={number}-{number}"):
            assert berth.get(blob, [("Range", value)]).status in (200, 206, 400, 416)
        assert berth.get(f"/v2/app/tags/list?n={number}&last=x").status in (200, 400, 404)
        assert berth.request("PUT", blob, [("Content-Length", str(number))]).status in (400, 404, 405, 413)
    all_verbs(berth)


def test_parameters_of_orders(hub):
    berth = hub()
    for number in (*NUMBERS, "0"):
        for path, name in (("scrub", "bytesPerSecond"), ("images", "limit"), ("warm", "job"), ("warm/cancel", "job")):
            for method, target, body in (
                ("POST", f"/api/v1/{path}", f'{{"{name}":{number}}}'.encode()),
                ("GET", f"/api/v1/{path}?{name}={number.strip(chr(34))}", b""),
            ):
                fields = [("Berth-Admin", "1"), ("Content-Length", str(len(body)))]
                answer = exchange(berth.admin_address, method, target, fields, body)
                assert answer.status in (200, 400, 404, 405, 409), (target, body, answer)
    assert berth.get("/v2/").status == 200


def archive(content):
    """An OCI layout of one manifest."""
    files = {
        "oci-layout": b'{"imageLayoutVersion":"1.0.0"}',
        "index.json": json.dumps(
            {
                "schemaVersion": 2,
                "manifests": [
                    content.descriptor(annotations={"org.opencontainers.image.ref.name": "docker.io/library/app:1"})
                ],
            }
        ).encode(),
        f"blobs/sha256/{content.digest.removeprefix('sha256:')}": content.data,
        **{f"blobs/sha256/{blob.digest.removeprefix('sha256:')}": blob.data for blob in IMAGE.blobs[:1]},
    }
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return raw.getvalue()


@pytest.mark.parametrize("place", PLACES)
def test_sizes_in_archives(hub, workplace, place):
    berth = hub()
    path = workplace.directory / "bundle.tar"
    for size in NUMBERS:
        path.write_bytes(archive(PLACES[place](size)))
        for done in (verify(path), attempt_import(berth, path)):
            assert done.returncode == 1, (size, done)
            assert "size of a descriptor" in done.stderr, done.stderr
    all_verbs(berth)


KEYS = [
    ("store", "capacity"), ("store", "keepFree"), ("store", "highWater"), ("store", "lowWater"), ("tagFreshness",),
    ("downloads", "maxConcurrent"), ("upstreams", "docker.io", "tagFreshness"), ("upstreams", "docker.io", "maxStale"),
    ("upstreams", "docker.io", "patience"), ("upstreams", "docker.io", "maxConcurrentTransfers"),
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=".".join)
def test_configuration(workplace, key):
    path = workplace.directory / "berth.yaml"
    for number in (HUGE, HUGE + 1, -1, "1e19", "1.5", "9" * 60, f"{HUGE}s", f"{HUGE}d", f"{HUGE}PiB", f"{HUGE}ms1d"):
        lines = [f"{'  ' * depth}{name}:" for depth, name in enumerate(key)]
        path.write_text("\n".join(lines) + f" {number}\n")
        checked = run("check", "--config", path)
        assert checked.returncode in (0, 1), (number, checked)
        if checked.returncode:
            assert f"berth.yaml:{len(key)}:" in checked.stderr, checked.stderr

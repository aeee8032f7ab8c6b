"""Documents that two readers could understand differently are neither served nor kept: index and image
at once (CVE-2021-41190), a type that contradicts the header, duplicate keys, bottomless nesting, trailing data."""

import json

import pytest
from support import images

IMAGE = images.single("f30")
CHILD = IMAGE.manifest.descriptor()
BASE = json.loads(IMAGE.manifest.data)
LAYER = json.dumps(BASE["layers"][0])

BAD = {
    "manifests and layers": (images.OCI_MANIFEST, json.dumps({**BASE, "manifests": [CHILD]})),
    "index with config": (
        images.OCI_INDEX,
        json.dumps({"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": [CHILD], "config": BASE["config"]}),
    ),
    "header says index": (images.OCI_INDEX, json.dumps(BASE)),
    "header says docker": (images.DOCKER_MANIFEST, json.dumps(BASE)),
    "untyped, header says index": (images.OCI_INDEX, json.dumps({k: v for k, v in BASE.items() if k != "mediaType"})),
    "duplicate layers": (images.OCI_MANIFEST, json.dumps(BASE)[:-1] + f', "layers": [{LAYER}]}}'),
    "duplicate by escape": (images.OCI_MANIFEST, json.dumps(BASE)[:-1] + f', "l\\u0061yers": [{LAYER}]}}'),
    "trailing data": (images.OCI_MANIFEST, json.dumps(BASE) + '{"schemaVersion": 2}'),
    "deep": (images.OCI_MANIFEST, json.dumps(BASE)[:-1] + ', "x": ' + "[" * 100_000 + "]" * 100_000 + "}"),
    "not JSON": (images.OCI_MANIFEST, "<html></html>"),
    "cut": (images.OCI_MANIFEST, json.dumps(BASE)[:-5]),
    "empty": (images.OCI_MANIFEST, ""),
    "no UTF-8": (images.OCI_MANIFEST, json.dumps(BASE).replace("schemaVersion", "schema\udcffVersion", 1)),
    "a list": (images.OCI_MANIFEST, "[]"),
    "bad digest": (images.OCI_MANIFEST, json.dumps(BASE).replace(IMAGE.layers[0].digest, "sha256:../../etc/passwd")),
    "NaN": (images.OCI_MANIFEST, json.dumps(BASE)[:-1] + ', "x": NaN}'),
}


@pytest.mark.parametrize("case", BAD)
def test_refused(hub, upstream, case):
    media_type, text = BAD[case]
    manifest = images.Content(media_type, text.encode(errors="surrogateescape"))
    upstream.push_manifest(manifest, "library/app", "1")
    berth = hub()
    for reference in ("1", manifest.digest):
        answer = berth.get(f"/v2/app/manifests/{reference}")
        assert (answer.status, answer.error_code()) == (502, "UNAVAILABLE"), answer.body[:300]
        assert berth.head(f"/v2/app/manifests/{reference}").status == 502
    assert not berth.holds(manifest.digest)


GOOD = {
    "untyped image": (images.OCI_MANIFEST, json.dumps({k: v for k, v in BASE.items() if k != "mediaType"})),
    "unknown members": (images.OCI_MANIFEST, json.dumps({**BASE, "org.example": {"x": [1, 2.5e3, None, True]}})),
    "byte order is kept": (images.OCI_MANIFEST, json.dumps(BASE, indent=7, sort_keys=True) + "\n\n"),
    "type with parameters": (images.OCI_MANIFEST + "; charset=utf-8", json.dumps(BASE)),
    "unicode": (images.OCI_MANIFEST, json.dumps({**BASE, "annotations": {"k": "ü €😀 \u2028"}}, ensure_ascii=False)),
    "index that holds itself not": (
        images.OCI_INDEX,
        json.dumps({"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": []}),
    ),
}


@pytest.mark.parametrize("case", GOOD)
def test_served_verbatim(hub, upstream, case):
    media_type, text = GOOD[case]
    data = text.encode()
    upstream.manifest("library/app", data, "1", media_type=media_type)
    answer = hub().get("/v2/app/manifests/1")
    assert (answer.status, answer.body) == (200, data)
    assert answer["Content-Type"] == media_type.split(";")[0]

"""What a client writes into names, tags and ns never comes back as a header line or as anything but JSON text."""

import json
from urllib.parse import quote

import pytest

EVIL = ["a\r\nX-Injected: 1", 'a"b', "a\\b", "<script>", "a\x00b", "a\nb", "\u2028", "\x1b[31m", "a\tb"]


@pytest.mark.parametrize("text", EVIL, ids=repr)
def test_everywhere(hub, upstream, text):
    berth = hub()
    written = quote(text, safe="")
    for target in (
        f"/v2/{written}/app/manifests/1",
        f"/v2/library/{written}/manifests/1",
        f"/v2/library/app/manifests/{written}",
        f"/v2/library/app/blobs/sha256:{written}",
        f"/v2/library/app/tags/list?last={written}",
        f"/v2/library/app/tags/list?n={written}",
        f"/v2/library/app/manifests/1?ns={written}",
        f"/v2/library/app/referrers/{written}",
        f"/{written}/v2/library/app/manifests/1",
        f"/{written}",
    ):
        answer = berth.get(target)
        assert answer.status in (400, 404), target
        assert not any("injected" in name.lower() for name, _ in answer.fields)
        assert set(json.loads(answer.body)) == {"errors"}
        assert b"\x1b" not in answer.body

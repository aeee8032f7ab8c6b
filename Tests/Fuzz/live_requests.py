"""Damaged requests to the registry and to the admin listener of a Berth that runs, some pipelined, some cut short."""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from live_support import Stranger, Watch, check_answers, damaged, main, talk
from support import images
from support.berth import Berth
from support.upstream import Upstream

IMAGE = images.single("fuzz", sizes=(2_000, 70_000))
ORDERS = [
    ("GET", "images?pattern=*&limit=10", b""), ("GET", "stats", b""), ("GET", "live", b""), ("GET", "pins", b""),
    ("GET", "image?name=app:1", b""), ("POST", "pin", b'{"pattern":"app:*"}'), ("POST", "unpin", b'{"pattern":"app:*"}'),
    ("POST", "evict", b'{"pattern":"app:*","trial":true}'), ("POST", "warm", b'{"names":["app:1"],"platforms":["all"]}'),
    ("GET", "warm?job=1", b""), ("POST", "refresh", b'{"name":"app:1"}'), ("POST", "scrub", b'{"bytesPerSecond":1000000}'),
    ("POST", "imports/preview", json.dumps({"images": [], "contents": [IMAGE.digest]}).encode()),
    ("PUT", f"imports/content/{IMAGE.digest}", IMAGE.manifest.data),
]  # fmt: skip


def registry_request(dice: random.Random, stranger: int) -> tuple[str, bytes]:
    content = dice.choice((IMAGE.manifest, *IMAGE.blobs))
    path = dice.choice(
        [f"/v2/app/blobs/{content.digest}", f"/v2/library/app/manifests/{IMAGE.digest}", "/v2/app/manifests/1", "/v2/",
         f"/v2/app/referrers/{IMAGE.digest}?artifactType=a%2Fb", "/v2/app/tags/list?n=5&last=x", "/v2/app/blobs/uploads/",
         f"/docker.io/v2/library/app/blobs/{content.digest}", f"/v2/127.0.0.1:{stranger}/x/manifests/1?ns=docker.io"]
    )  # fmt: skip
    method = dice.choice(("GET", "GET", "GET", "HEAD", "POST", "OPTIONS"))
    fields = [f"Host: {dice.choice(('127.0.0.1', 'localhost', f'127.0.0.1:{stranger}', 'docker.io'))}"]
    for field in ("Range: bytes=5-99", f'If-None-Match: "{IMAGE.digest}"', "Accept: */*", "Content-Length: 3",
                  "Transfer-Encoding: chunked", "Connection: Upgrade", "Upgrade: h2c", "Expect: 100-continue"):  # fmt: skip
        if dice.random() < 0.15:
            fields.append(field)
    return method, f"{method} {path} HTTP/1.1\r\n".encode() + "\r\n".join(fields).encode() + b"\r\n\r\n"


def admin_request(dice: random.Random) -> bytes:
    method, path, body = dice.choice(ORDERS)
    head = f"{method} /api/v1/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nBerth-Admin: 1\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def fuzz(dice: random.Random, deadline: float, directory: Path) -> str:
    upstream, stranger = Upstream(directory), Stranger()
    upstream.push(IMAGE, "library/app", "1")
    berth = Berth(directory, {"upstreams": {"docker.io": {"endpoints": [upstream.url]}}, "log": {"level": "warning"}})
    berth.start()
    try:
        for content in IMAGE.blobs:
            berth.get(f"/v2/app/blobs/{content.digest}")
        watch, count = Watch(berth), 0

        def once(seed: int) -> int:
            dice = random.Random(seed)
            if dice.random() < 0.3:
                answers = check_answers(talk(berth.admin_address, damaged(admin_request(dice), dice)))
            else:
                requests = [registry_request(dice, stranger.port)[1] for _ in range(dice.choice((1, 1, 3)))]
                data = damaged(b"".join(requests), dice)
                # A HEAD among damaged requests cannot be told from a GET: its answer's bytes are not taken apart.
                received = talk(berth.address, data)
                answers = 0 if b"HEAD" in data.upper() else check_answers(received)
            return answers

        with ThreadPoolExecutor(8) as pool:
            while time.monotonic() < deadline:
                count += sum(pool.map(once, [dice.randrange(1 << 48) for _ in range(200)]))
                watch.check()
        stranger.check()
        watch.check_at_rest()
        return f"{count} answers to damaged requests, all well-formed"
    finally:
        berth.kill() if not berth.is_alive else berth.stop()
        upstream.stop()


if __name__ == "__main__":
    main(fuzz)

"""Damaged answers of upstreams, in the clear and over TLS, of registries, token services and redirect targets."""

import random
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

from live_support import NUMBERS, Stranger, Watch, check_answers, damaged, main, talk
from support import images
from support.berth import Berth
from support.certificates import Authority

IMAGES = [images.single(f"fuzz {number}", sizes=(2_000, 70_000)) for number in range(8)]
CONTENTS = {content.digest: content for image in IMAGES for content in (image.manifest, *image.blobs)}
STATUSES = [b"200 OK", b"206 Partial Content", b"301 x", b"307 x", b"401 x", b"403 x", b"404 x", b"416 x", b"429 x",
            b"500 x", b"503 x", b"000 x", b"099 x", b"100 Continue", b"101 x", b"204 x", b"304 x", b"600 x", b"999 x"]  # fmt: skip


class Trickster(ThreadingTCPServer):
    """Answers each request with something like an answer."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, seed: int, stranger: int, certificate=None):
        self.seed, self.stranger, self.count = seed, stranger, 0
        super().__init__(("127.0.0.1", 0), Answer)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.path, certificate.key_path)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def handle_error(self, request, client_address):
        pass  # Berth hangs up on most of this.

    def answer(self, method: str, path: str) -> bytes:
        self.count += 1
        dice = random.Random(self.seed + self.count)
        digest = path.rsplit("/", 1)[-1].split("?")[0]
        content = CONTENTS.get(digest)
        kind = content.media_type if content else "application/json"
        body = content.data if content else self._document(path, dice)
        fields = [f"Content-Type: {kind}", f"Docker-Content-Digest: {digest}" if content else "X: y"]
        if dice.random() < 0.5:
            return self._whole(b"200 OK", fields, body, method)
        for field in (
            f"Location: http://127.0.0.1:{self.stranger}/{digest}", f"Location: /v2/library/app/blobs/{digest}",
            f'WWW-Authenticate: Bearer realm="http://127.0.0.1:{self.stranger}/token",service="s",scope="repository:a:pull"',
            f'Link: <http://127.0.0.1:{self.stranger}/next>; rel="next"', 'Link: </v2/library/app/tags/list?last=a>; rel="next"',
            f"Retry-After: {dice.choice(NUMBERS).decode()}", f"RateLimit-Remaining: {dice.choice(NUMBERS).decode()};w=1",
            f"Content-Range: bytes 0-{dice.choice(NUMBERS).decode()}/{len(body)}", "Content-Encoding: gzip",
            f"Content-Length: {dice.choice(NUMBERS).decode()}", "Transfer-Encoding: chunked", "Connection: close",
        ):  # fmt: skip
            if dice.random() < 0.2:
                fields.append(field)
        return damaged(self._whole(dice.choice(STATUSES), fields, body, method), dice)

    def _document(self, path: str, dice: random.Random) -> bytes:
        if "tags/list" in path:
            return b'{"name":"app","tags":["1","2"]}'
        if "referrers" in path:
            return images.referrers_index().data
        if "token" in path:
            return b'{"token":"t","expires_in":' + (dice.choice(NUMBERS) or b"1") + b"}"
        return dice.choice(IMAGES).manifest.data

    def _whole(self, status: bytes, fields: list[str], body: bytes, method: str) -> bytes:
        head = b"HTTP/1.1 " + status + b"\r\n" + "\r\n".join(fields).encode()
        return head + f"\r\nContent-Length: {len(body)}\r\n\r\n".encode() + (b"" if method == "HEAD" else body)


class Answer(StreamRequestHandler):
    timeout = 20

    def handle(self):
        while line := self.rfile.readline(1 << 14):
            while self.rfile.readline(1 << 14) not in (b"\r\n", b"\n", b""):
                pass
            method, path = (line.decode(errors="replace").split(" ") + ["", ""])[:2]
            self.wfile.write(self.server.answer(method, path))


def fuzz(dice: random.Random, deadline: float, directory: Path) -> str:
    authority, stranger = Authority(directory / "authority"), Stranger()
    clear = Trickster(dice.randrange(1 << 32), stranger.port)
    secret = Trickster(dice.randrange(1 << 32), stranger.port, authority.issue("127.0.0.1"))
    timeouts = {"firstByte": "1s", "read": "1s", "document": "1s", "connect": "1s"}
    berth = Berth(
        directory,
        {
            "upstreams": {
                "docker.io": {"endpoints": [f"http://127.0.0.1:{clear.port}"], "timeouts": timeouts, "patience": "0s"},
                "tls.example": {
                    "endpoints": [f"https://127.0.0.1:{secret.port}"], "trustRoots": [str(authority.path)],
                    "timeouts": timeouts, "patience": "0s",
                },
            },
            "log": {"level": "error"},
        },
    )  # fmt: skip
    berth.start()
    try:
        watch, count = Watch(berth), 0
        digests = {digest: content.data for digest, content in CONTENTS.items()}

        def once(seed: int) -> int:
            dice = random.Random(seed)
            upstream = dice.choice(("library", "tls.example"))
            image = dice.choice(IMAGES)
            content = dice.choice((image.manifest, *image.blobs))
            what = dice.choice(
                [f"blobs/{content.digest}", f"manifests/{image.digest}", "manifests/1", "tags/list", f"referrers/{image.digest}",
                 f"blobs/sha256:{dice.randrange(1 << 200):064x}"]
            )  # fmt: skip
            # Another repository each time: what is held must not answer for all.
            target = f"/v2/{upstream}/app{dice.randrange(500)}/{what}"
            request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            return check_answers(talk(berth.address, request.encode(), timeout=30), digests=digests)

        with ThreadPoolExecutor(16) as pool:
            while time.monotonic() < deadline:
                count += sum(pool.map(once, [dice.randrange(1 << 48) for _ in range(64)]))
                watch.check()
                stranger.check()
        watch.check_at_rest()
        return f"{count} whole answers after {clear.count} damaged ones in the clear and {secret.count} over TLS"
    finally:
        berth.kill() if not berth.is_alive else berth.stop()


if __name__ == "__main__":
    main(fuzz)

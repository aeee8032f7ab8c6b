"""What the scenarios of upstream trouble (class u) share: a Berth with one image held and one that is not, short
timeouts, and a watch on how long a client waits."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from . import images
from .berth import Berth
from .http import Response
from .service import free_port, wait_until
from .upstream import Upstream

#: The timeouts of a Berth in trouble, short enough to be waited for.
SOON = {"connect": "500ms", "tls": "500ms", "firstByte": "700ms", "read": "500ms", "document": "1200ms"}
#: As long as a client may wait when nothing has to time out: the machine may be busy, no timeout at its default fits in.
AT_ONCE = 3.0
#: As long as a client may wait when one of the timeouts above, or `revalidationPatience` (1 s), has to pass.
AFTER_ONE_TIMEOUT = 4.0

KINDS = ["manifestGet", "manifestHead", "blobGet", "blobHead", "tagsList", "referrers"]
MANIFEST_KINDS = ["manifestGet", "manifestHead"]

HELD = images.single("held before the trouble")
MISSING = images.single("asked for in trouble")

#: What can be asked of an image that is not held.
MISSES = {
    "blob": f"/v2/missing/blobs/{MISSING.layers[0].digest}",
    "tag": "/v2/missing/manifests/1",
    "manifest": f"/v2/missing/manifests/{MISSING.digest}",
    "tag list": "/v2/missing/tags/list",
    "referrers": f"/v2/missing/referrers/{MISSING.digest}",
}


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What stands inside takes no longer."""
    started = time.monotonic()
    yield
    took = time.monotonic() - started
    assert took <= seconds, f"took {took:.2f} s, more than {seconds:g} s"


@dataclass
class Scene:
    """A Berth before a scripted upstream, with `HELD` held and its tag past its freshness; `MISSING` is upstream only."""

    berth: Berth
    upstream: Upstream

    def misses(self, status: int, code: str, seconds: float = AT_ONCE, asked: tuple[str, ...] = tuple(MISSES)) -> None:
        """Each miss fails so, in time, and tells in JSON which upstream is in trouble."""
        for what in asked:
            with within(seconds):
                answer = self.berth.get(MISSES[what], timeout=60)
            assert (answer.status, answer.error_code()) == (status, code), (what, answer)
            assert "docker.io" in answer.body.decode() or status in (403, 404), (what, answer.body)

    def serves_what_it_holds(self, seconds: float = AT_ONCE) -> None:
        """Digests as if nothing were the matter, without asking; the tag as last seen, with a warning, in time."""
        before = len(self.upstream.requests())
        assert self.berth.get(f"/v2/held/manifests/{HELD.digest}").body == HELD.manifest.data
        for blob in HELD.blobs:
            answer = self.berth.get(f"/v2/held/blobs/{blob.digest}")
            assert (answer.status, answer.body, answer.get("Warning")) == (200, blob.data, None)
        assert len(self.upstream.requests()) == before, "what is held by digest costs no request"
        for method in ("GET", "HEAD"):
            with within(seconds):
                check_stale(self.berth.request(method, "/v2/held/manifests/1"), method)

    def recovers(self) -> None:
        """Once the trouble is over, nothing of it is left: no warning, no error remembered."""
        for what, target in MISSES.items():
            assert self.berth.get(target).status == 200, what
        answer = self.berth.get("/v2/held/manifests/1")
        assert (answer.status, answer.get("Warning")) == (200, None)


def check_stale(answer: Response, method: str = "GET") -> None:
    """The held tag's last good answer, with a warning that says so (distribution-spec §Warnings)."""
    assert answer.status == 200, answer
    assert answer.body == (HELD.manifest.data if method == "GET" else b"")
    assert answer["Docker-Content-Digest"] == HELD.digest
    assert answer["Warning"].startswith('299 - "'), answer.fields


def fill(upstream: Upstream) -> None:
    """Both images stand in the upstream."""
    upstream.push(HELD, "library/held", "1")
    upstream.push(MISSING, "library/missing", "1")


def scene(start_berth, upstream: Upstream, **settings: object) -> Scene:
    """Starts Berth with these settings of its docker.io laid over the usual ones, and pulls `HELD`."""
    fill(upstream)
    docker_io = {"endpoints": [upstream.url], "tagFreshness": "0s", "timeouts": SOON, **settings}
    berth = start_berth({"docker.io": docker_io})
    pull_held(berth)
    upstream.reset()
    return Scene(berth, upstream)


def pull_held(berth: Berth) -> None:
    """Pulled again if need be: on a busy machine even a healthy upstream may be slower than `SOON`."""
    contents = {f"blobs/{blob.digest}": blob for blob in HELD.blobs}
    for path, content in {"manifests/1": HELD.manifest, **contents}.items():
        wait_until(lambda: berth.get(f"/v2/held/{path}").body == content.data, f"{path} held")


class Deaf:
    """A port where nothing is ever said: its backlog is full, so that the kernel drops what asks to connect."""

    def __init__(self) -> None:
        self.port = free_port()
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", self.port))
        self._listener.listen(0)
        self._waiting = [socket.socket() for _ in range(3)]
        for each in self._waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", self.port))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # For support.evidence

    def clean_up(self) -> None:
        for each in (*self._waiting, self._listener):
            each.close()

    def testimony(self) -> tuple[str, str]:
        """A heading, and nothing."""
        return f"deaf port {self.port}", ""

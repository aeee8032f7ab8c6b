"""One Berth with one store that goes through a workload, may die on the way, and is checked."""

from __future__ import annotations

import http.client
import json
from pathlib import Path

from shim import Fault
from support import images
from support.berth import Berth, run
from support.berth import upstream as upstream_section
from support.http import Truncated, exchange
from support.service import wait_until
from support.upstream import Upstream

PINNED = images.single("crash-pinned")
SECOND = images.single("crash-second")
BLOB = images.Content("", images.noise("crash", 300_000))
CONTENTS = [PINNED.manifest, *PINNED.blobs, SECOND.manifest, *SECOND.blobs, BLOB]
PATTERN = "docker.io/library/app:pinned"

#: How a connection to a process that dies ends.
DEATHS = (OSError, Truncated, http.client.HTTPException, AssertionError)


def fill(upstream: Upstream) -> None:
    upstream.push(PINNED, "library/app", "pinned")
    upstream.push(SECOND, "library/app", "second")
    upstream.push_blob(BLOB, "library/app")


def blob_target(content: images.Content) -> str:
    return f"/v2/library/app/blobs/{content.digest}"


class FaultyBerth(Berth):
    """A Berth that is started under a fault."""

    fault = Fault()
    library: Path | None = None

    def environment(self) -> dict[str, str]:
        if self.library is None:
            return {}
        return self.fault.environment(self.library, self.store, self.directory / "calls")


class Deployment:
    """A directory with a store, the Berth on it, and what that has acknowledged."""

    def __init__(self, directory: Path, upstream: Upstream, *, store: Path | None = None):
        directory.mkdir(parents=True, exist_ok=True)
        configuration = {
            "upstreams": {"docker.io": upstream_section(upstream.url)},
            "store": {"path": str(store or directory / "store"), "keepFree": 0},
            "log": {"level": "debug"},
        }
        self.berth = FaultyBerth(directory, configuration)
        self.was_ready = False
        self.is_pinned = False
        self.wrong: list[str] = []

    # The workload

    def go_through(self, library: Path, fault: Fault) -> None:
        """Starts Berth under the fault and does the whole workload, as far as Berth lives."""
        self.berth.library, self.berth.fault = library, fault
        try:
            self.berth.start()
            self.was_ready = True
            self.work()
            self.berth.stop()
        except DEATHS:
            pass
        finally:
            self.berth.kill()
            self.berth.library = None

    def work(self) -> None:
        """Pulls, pins, evicts and pulls again."""
        self.pull(PINNED, "pinned")
        self.settle()
        if self.order("pin", {"pattern": PATTERN}):
            self.is_pinned = self.holds_all(PINNED)
        self.pull(SECOND, "second")
        self.get(blob_target(BLOB), BLOB.data)
        self.settle()
        self.order("evict", {"patterns": ["docker.io/library/app:second"]})
        self.get(blob_target(BLOB), BLOB.data)

    def pull(self, image: images.Image, tag: str) -> None:
        self.get(f"/v2/library/app/manifests/{tag}", image.manifest.data)
        for blob in image.blobs:
            self.get(blob_target(blob), blob.data)

    def get(self, target: str, expected: bytes) -> None:
        """A body that comes whole must be the right one; a process that lives serves it."""
        answer = self.berth.get(target, timeout=20)
        if answer.status != 200 or answer.body != expected:
            self.wrong.append(f"{target}: {answer.status}, {len(answer.body)} bytes: {answer.body[:200]!r}")

    def settle(self) -> None:
        """Waits until no download runs any more."""
        wait_until(lambda: not self.berth.is_alive or self.berth.metric("berth_downloads_running") == 0, "downloads over")

    def order(self, what: str, body: dict) -> bool:
        fields = [("Content-Type", "application/json")]
        answer = exchange(self.berth.admin_address, "POST", f"/api/v1/{what}", fields, json.dumps(body).encode())
        return answer.status == 200

    def holds_all(self, image: images.Image) -> bool:
        """Whether the pin covers everything: keeping may have failed, which is no fault while upstream is there."""
        answer = exchange(self.berth.admin_address, "GET", "/api/v1/pins")
        (pin,) = [each for each in answer.json()["pins"] if each["pattern"] == PATTERN]
        listed = all(self.berth.holds(content.digest) for content in (image.manifest, *image.blobs))
        return listed and pin["contents"] == len(image.blobs) + 1

    # Afterwards

    def check(self, upstream: Upstream) -> None:
        """Whatever happened: the store is sound, starts, keeps what was acknowledged, and serves nothing wrong."""
        assert not self.wrong, self.wrong
        # A store whose index was not made yet when the process was killed cannot be inspected, and holds nothing.
        if self.was_ready:
            inspect(self.berth.store)
        else:
            assert not any(path.is_file() for path in (self.berth.store / "content").rglob("*"))
        self.berth.start()
        if self.is_pinned:
            before = len(upstream.requests("blobGet")) + len(upstream.requests("manifestGet"))
            self.get(f"/v2/library/app/manifests/{PINNED.digest}", PINNED.manifest.data)
            for blob in PINNED.blobs:
                self.get(blob_target(blob), blob.data)
            after = len(upstream.requests("blobGet")) + len(upstream.requests("manifestGet"))
            assert after == before, "what is pinned is held"
            pins = exchange(self.berth.admin_address, "GET", "/api/v1/pins").json()["pins"]
            assert [pin["pattern"] for pin in pins] == [PATTERN], pins
        self.work()
        assert not self.wrong, self.wrong
        assert self.berth.stop() == 0
        inspect(self.berth.store)


def inspect(store: Path) -> None:
    """Index and files agree, and all bytes are what their digests say."""
    done = run("check", "--store", store, "--hash", timeout=60)
    assert done.returncode == 0, done.stderr

"""Runs the client programs and reads their results."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..origin import Origin

_HERE = Path(__file__).parent
_GRACE = 20
"""Seconds that a client gets beyond its own deadline."""

MANIFEST_ACCEPT = ", ".join(
    f"application/vnd.{kind}+json"
    for kind in (
        "oci.image.index.v1",
        "oci.image.manifest.v1",
        "docker.distribution.manifest.list.v2",
        "docker.distribution.manifest.v2",
    )
)


class ClientError(Exception):
    """A client failed, or was answered with something else than was asked for."""


@dataclass(frozen=True)
class Bodies:
    """What downloads came to. Times are seconds."""

    wall: float
    cpu: float
    requests: list[dict]

    @property
    def bytes(self) -> int:
        return sum(each["bytes"] for each in self.requests)

    def values(self, key: str) -> list[float]:
        return [each[key] for each in self.requests]


@dataclass(frozen=True)
class Requests:
    """What many small requests came to. Times are seconds."""

    wall: float
    count: int
    bytes: int
    errors: int
    p50: float
    p99: float
    longest: float
    cpu: float = 0.0


def download(origin: Origin, requests: Sequence[dict], *, timeout: float, processes: int = 1) -> Bodies:
    """Downloads all at once and checks that each came whole, with status 200."""
    bodies = finish_download(start_download(origin, requests, timeout=timeout, processes=processes), timeout)
    for request, result in zip(requests, _in_order(bodies, processes), strict=True):
        if result["error"] or result["status"] != 200:
            raise ClientError(f"GET {request['path']}: status {result['status']}, {result['error']}")
    return bodies


def start_download(origin: Origin, requests: Sequence[dict], *, timeout: float, processes: int = 1) -> subprocess.Popen:
    """The same, while something else is done; `finish_download` has its result."""
    return _start(
        "body_client.py",
        {
            "host": origin.host,
            "port": origin.port,
            "tls": origin.tls,
            "timeout": timeout,
            "processes": processes,
            "headers": {"Accept": MANIFEST_ACCEPT},
            "requests": list(requests),
        },
    )


def finish_download(client: subprocess.Popen, timeout: float) -> Bodies:
    """Waits for a client's end. Whether its downloads succeeded is for the caller to look at."""
    return Bodies(**json.loads(_finish(client, timeout)))


def request(origin: Origin, paths: Sequence[str] | Path, *, timeout: float, **order: object) -> Requests:
    """Asks the paths, each once, or for `seconds`; see request_client.py for what else can be ordered."""
    return finish_request(start_request(origin, paths, timeout=timeout, **order), timeout)


def start_request(origin: Origin, paths: Sequence[str] | Path, *, timeout: float, **order: object) -> subprocess.Popen:
    """The same, while something else is done; `finish_request` has its result."""
    where = {"paths_file": str(paths)} if isinstance(paths, Path) else {"paths": list(paths)}
    return _start(
        "request_client.py",
        {
            "host": origin.host,
            "port": origin.port,
            "timeout": timeout,
            "headers": {"Accept": MANIFEST_ACCEPT},
            **where,
            **order,
        },
    )


def finish_request(client: subprocess.Popen, timeout: float) -> Requests:
    """Waits for a client's end; raises ClientError if an answer was not 200."""
    return read_request_result(_finish(client, timeout))


def start_attack(
    origin: Origin, kind: str, path: str, repository: str, *, connections: int, rate: float
) -> subprocess.Popen:
    """Begins an attack, of those in attack_client.py, and returns when it is in full swing. It goes on until it is killed."""
    where = {"host": origin.host, "port": origin.port, "path": path, "repository": repository}
    attacker = _start("attack_client.py", {"kind": kind, "connections": connections, "rate": rate, **where})
    assert attacker.stdout is not None
    if not attacker.stdout.readline():
        raise ClientError(_finish(attacker, 0) or f"{kind} did not begin")
    return attacker


def read_request_result(line: str) -> Requests:
    """The line of JSON that request_client.py prints."""
    result = json.loads(line)
    if result["errors"]:
        raise ClientError(f"{result['errors']} of {result['count']} requests failed: {result['first_error']}")
    latencies = result["latencies"]
    return Requests(
        wall=result["wall"],
        count=result["count"],
        bytes=result["bytes"],
        errors=0,
        p50=latencies["p50"],
        p99=latencies["p99"],
        longest=latencies["max"],
        cpu=result["cpu"],
    )


def wrk(origin: Origin, path: str, *, connections: int, seconds: float) -> Requests:
    """GETs one path as fast as it is answered, over keep-alive connections."""
    program = shutil.which("wrk")
    if program is None:
        raise ClientError("wrk is not installed")
    threads = min(2, connections)
    command = [program, f"-t{threads}", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s"]
    command += ["--header", f"Accept: {MANIFEST_ACCEPT}", "--script", str(_HERE / "report.lua"), origin.url + path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + _GRACE)
    if done.returncode != 0:
        raise ClientError(f"wrk: {done.stderr.strip() or done.stdout.strip()}")
    result = json.loads(done.stdout.strip().splitlines()[-1])
    if result["errors"] or not result["count"]:
        raise ClientError(f"wrk: {result['errors']} errors, {result['count']} answers at {path}")
    return Requests(
        wall=result["wall"],
        count=result["count"],
        bytes=result["bytes"],
        errors=0,
        p50=result["p50"],
        p99=result["p99"],
        longest=result["max"],
    )


def evict(path: str) -> None:
    """Drops a file's clean pages from the page cache."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def _start(program: str, order: dict) -> subprocess.Popen:
    client = subprocess.Popen(
        [sys.executable, str(_HERE / program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert client.stdin is not None
    client.stdin.write(json.dumps(order))
    client.stdin.close()
    client.stdin = None
    return client


def _finish(client: subprocess.Popen, timeout: float) -> str:
    try:
        output, errors = client.communicate(timeout=timeout + _GRACE)
    except subprocess.TimeoutExpired:
        client.kill()
        client.communicate()
        raise ClientError(f"a client did not end within {timeout + _GRACE:g} s") from None
    if client.returncode != 0:
        raise ClientError(errors.strip())
    return output


def _in_order(bodies: Bodies, processes: int) -> list[dict]:
    """The results in the order of the requests, which the processes took in turn."""
    count = len(bodies.requests)
    processes = min(processes, count)
    order = [number for first in range(processes) for number in range(first, count, processes)]
    return [result for _, result in sorted(zip(order, bodies.requests, strict=True), key=lambda pair: pair[0])]

"""Who does something to Berth while a round runs: clients, attackers, an upstream in trouble, operators, a full disk.

Each is a function that does one thing, again and again until the round is over. Clients are the judges: whatever they
receive whole must be right, and whatever fails must fail in a way that a client can understand.
"""

from __future__ import annotations

import hashlib
import signal
import socket
import struct
import time

from support.berth import yaml
from support.http import Truncated

#: What an upstream in trouble, a full disk or a busy Berth may cost a client.
HONEST_FAILURES = {429, 502, 503, 504}


def reader(world, name):
    """Pulls images, whole or in ranges, and looks at every byte."""
    chance = world.chance(name)
    while world.running.is_set():
        image = chance.choice(world.published)
        try:
            with world.berth.connect(timeout=40) as client:
                pull(world, client, image, chance)
        except Truncated:
            world.count("cut short")
        except OSError as error:
            # A kill in mid-answer resets connections; a Berth that lives does not refuse any.
            world.count("connection lost")
            if isinstance(error, TimeoutError) and not world.is_down.is_set() and world.running.is_set():
                world.violation(f"no answer within 40 s: {image.repository}:{image.tag}")
            time.sleep(0.02)


def pull(world, client, image, chance):
    prefix = f"/v2/{image.repository}"
    judge(world, client, f"{prefix}/manifests/{image.tag}", image.image.manifest, chance)
    for blob in image.image.blobs:
        if not world.running.is_set():
            return
        judge(world, client, f"{prefix}/blobs/{blob.digest}", blob, chance)


def judge(world, client, target, content, chance):
    """One request; what comes whole must be the content, or the part of it that was asked for."""
    fields, expected, status = [], content.data, 200
    if "/blobs/" in target and content.size > 1 and chance.random() < 0.3:
        first = chance.randrange(content.size)
        last = chance.randrange(first, content.size)
        fields, expected, status = [("Range", f"bytes={first}-{last}")], content.data[first : last + 1], 206
    answer = client.request("GET", target, fields)
    world.count(str(answer.status))
    if answer.status == 200 and status == 206:
        expected, status = content.data, 200
    if answer.status == status and answer.body == expected:
        return
    if answer.status == 206 and len(answer.body) == len(expected):
        # Part of a body that was not verified when it was sent may be wrong: security.md says so. A whole may not.
        return world.count("unverified range")
    if answer.status not in HONEST_FAILURES:
        found = hashlib.sha256(answer.body).hexdigest()[:12]
        world.violation(f"{target} {fields}: {answer.status} with {len(answer.body)} bytes {found}: {answer.body[:80]!r}")


def upstream_trouble(world, name):
    """One kind of trouble after another, and peace in between."""
    chance = world.chance(name)
    kinds = [
        {"status": 503},
        {"delay": 400},
        {"cut": {"after": 100_000, "how": "reset"}},
        {"cut": {"after": 3_000, "how": "close"}},
        {"flipByte": 40},
        {"throttle": 300_000},
        {"stall": {"after": 50_000, "milliseconds": 1_500}},
        {"status": 429, "headers": {"Retry-After": "1"}},
        {"lengthError": 7},
        {"extraBytes": 10},
    ]
    while world.running.is_set():
        kind = chance.choice(["manifestGet", "blobGet", "manifestHead", "blobHead"])
        world.upstream.on(kind, times=chance.randrange(1, 30), **chance.choice(kinds))
        pause(world, chance.uniform(0.3, 1.5))
        world.upstream.remove_rules()
        if chance.random() < 0.1:
            world.upstream.down()
            pause(world, 0.7)
            world.upstream.up()
        pause(world, chance.uniform(0.1, 0.8))
    world.upstream.remove_rules()


def operator(world, name):
    """Reloads, evicts, scrubs, and asks for metrics."""
    chance = world.chance(name)
    levels = ["info", "notice", "debug"]
    while world.running.is_set():
        try:
            match chance.randrange(4):
                case 0:
                    world.berth.configuration["log"] = {"level": chance.choice(levels)}
                    world.berth.config_path.write_text(yaml(world.berth.configuration))
                    if not world.is_down.is_set():
                        world.berth.process.send_signal(signal.SIGHUP)
                case 1:
                    world.berth.metric("berth_")
                case 2:
                    ask_admin(world, "GET", "/api/v1/images")
                case 3:
                    ask_admin(world, "GET", "/readyz")
        except (OSError, Truncated):
            world.count("admin lost")
        pause(world, chance.uniform(0.2, 1))


def ask_admin(world, method, target):
    from support.http import exchange

    status = exchange(world.berth.admin_address, method, target).status
    if status >= 500 and status not in HONEST_FAILURES:
        world.violation(f"admin {method} {target}: {status}")


def full_disk(world, disk):
    def act(world, name):
        chance = world.chance(name)
        while world.running.is_set():
            pause(world, chance.uniform(3, 8))
            disk.fill()
            pause(world, chance.uniform(0.5, 2))
            disk.relieve()

    return act


def killer(world, name):
    """kill -9 in the middle of things. The round starts Berth again: a process ends with the thread that started it."""
    chance = world.chance(name)
    while world.running.is_set():
        pause(world, chance.uniform(3, 12))
        if not world.running.is_set():
            return
        world.is_down.set()
        world.berth.kill()


def half_closers(world, name):
    """Ask for something that is not held, and leave."""
    chance = world.chance(name)
    while world.running.is_set():
        attack(world, request(f"/v2/library/app/blobs/sha256:{chance.randbytes(32).hex()}"))
        time.sleep(0.005)


def pipeliners(world, name):
    """Ask a thousand times and read nothing."""
    while world.running.is_set():
        sockets = [opened(world) for _ in range(20)]
        for each in filter(None, sockets):
            each.settimeout(0.2)
            for target in ("/v2/", "/v2/library/app/tags/list", "/v2/nothing/here/manifests/1"):
                try:
                    each.sendall(request(target) * 300)
                except OSError:
                    break
        pause(world, 1)
        for each in filter(None, sockets):
            each.close()


def noise(world, name):
    """Bytes that are no HTTP, headers that never end, resets in the middle of things."""
    chance = world.chance(name)
    while world.running.is_set():
        match chance.randrange(4):
            case 0:
                attack(world, chance.randbytes(chance.randrange(1, 4096)))
            case 1:
                attack(world, b"GET /v2/ HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * chance.randrange(300))
            case 2:
                attack(world, request("/v2/library/app/manifests/v1"), reset=True)
            case 3:
                attack(world, b"PUT /v2/library/app/manifests/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\nx")
        time.sleep(0.01)


def request(target):
    return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def opened(world):
    try:
        return socket.create_connection(world.berth.address, timeout=2)
    except OSError:
        return None


def attack(world, data, reset=False):
    client = opened(world)
    if client is None:
        return
    try:
        client.sendall(data)
        if reset:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass
    finally:
        client.close()


def pause(world, seconds):
    """As long, or until the round is over."""
    deadline = time.monotonic() + seconds
    while world.running.is_set() and time.monotonic() < deadline:
        time.sleep(0.05)

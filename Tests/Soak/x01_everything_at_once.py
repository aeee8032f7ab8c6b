"""Clients, attackers, an upstream in trouble, a full disk, reloads and kills at once, in rounds. After each round all is quiet:
then descriptors and memory must have come back, everything can be pulled, and at last the store is in order.

The figures of each round are printed at the end (docs/security.md shows those of the last whole run).
"""

import json
import threading
import time

import actors
from support.berth import Berth, run
from support.berth import upstream as settings
from support.service import wait_until
from world import MIB, World, publish

ROUND_SECONDS = 45
#: What a quiet Berth may hold more than right after its start: idle connections to upstream, files of its store.
SPARE_DESCRIPTORS = 80
MOST_RESIDENT = 192 * MIB
#: Freed memory goes back to the system when two looks, five seconds apart, have found that a peak is over.
GIVING_BACK_SECONDS = 11
#: Kills come in one round of so many, and a restart at the end: between them a process grows old enough for leaks to show.
CYCLE = 6


def test_everything_at_once(workplace, upstream, disk, request):
    minutes, seed = request.config.getoption("--minutes"), request.config.getoption("--seed")
    berth = workplace.watch(
        Berth(
            workplace.directory,
            {
                "upstreams": {"docker.io": settings(upstream.url)},
                "store": {"path": str(disk.path / "store"), "capacity": "48MiB", "keepFree": "4MiB"},
                "log": {"level": "info"},
            },
        )
    )
    berth.start()
    world = World(berth, upstream, publish(upstream), seed)
    deadline, number, rounds = time.monotonic() + 60 * minutes, 0, []
    at_start = berth.open_descriptors()
    while time.monotonic() < deadline or number < 3:
        play(world, disk, min(ROUND_SECONDS, minutes * 60 / 3), has_kills=number % CYCLE == 1)
        rounds.append(look(world, at_start, number))
        print(json.dumps(rounds[-1]), flush=True)
        assert not world.violations, "\n".join(world.violations[:20])
        if number % CYCLE == CYCLE - 1:
            restart(world)
        number += 1
    whole_pull(world)
    assert berth.stop() == 0
    done = run("check", "--store", berth.store, "--hash", timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    print(json.dumps({"rounds": len(rounds), "outcomes": dict(world.outcomes)}))


def play(world, disk, seconds, *, has_kills):
    """One round of everything."""
    cast = [actors.reader] * 8
    cast += [actors.upstream_trouble, actors.operator, actors.full_disk(world, disk)]
    cast += [actors.half_closers, actors.pipeliners, actors.noise]
    if has_kills:
        cast.append(actors.killer)
    world.running.set()
    threads = [threading.Thread(target=act, args=(world, f"{act.__name__} {n}")) for n, act in enumerate(cast)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        start_again(world)
        time.sleep(0.05)
    world.running.clear()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "an actor found no end"
    start_again(world)
    disk.relieve()
    world.upstream.remove_rules()


def start_again(world):
    """After a kill."""
    if world.is_down.is_set() and not world.berth.is_alive:
        world.berth.start()
        world.is_down.clear()


def look(world, at_start, number):
    """When all have gone, what is left of them."""
    berth = world.berth
    assert berth.is_alive, f"Berth ended by itself with {berth.process.returncode}"
    wait_until(
        lambda: berth.open_descriptors() <= at_start + SPARE_DESCRIPTORS,
        f"descriptors come back to {at_start}: {berth.open_descriptors()}",
        timeout=150,
    )
    wait_until(lambda: berth.readiness().status == 200, "ready again", timeout=60)
    time.sleep(GIVING_BACK_SECONDS)
    resident = berth.resident_bytes()
    assert resident < MOST_RESIDENT, f"{resident / MIB:.0f} MiB are resident when all is quiet"
    return {
        "round": number,
        "descriptors": berth.open_descriptors(),
        "resident_mib": round(resident / MIB, 1),
        "store_contents": berth.metric("berth_store_contents"),
    }


def restart(world):
    world.is_down.set()
    assert world.berth.stop() == 0
    world.berth.start()
    world.is_down.clear()


def whole_pull(world):
    """With upstream well again, every image is had whole."""
    for image in world.published:
        for content, kind in [(image.image.manifest, "manifests"), *((blob, "blobs") for blob in image.image.blobs)]:
            target = f"/v2/{image.repository}/{kind}/{content.digest}"
            wait_until(lambda target=target, content=content: is_whole(world, target, content), f"{target} is had", timeout=60)


def is_whole(world, target, content):
    """Whether a content is had; not while the circuit breaker still leaves upstream alone for its trouble before."""
    answer = world.berth.get(target, timeout=60)
    if answer.status in actors.HONEST_FAILURES:
        return False
    assert (answer.status, answer.body) == (200, content.data), (target, answer.status, answer.body[:200])
    return True

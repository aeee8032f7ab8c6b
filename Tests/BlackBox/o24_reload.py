"""SIGHUP reads the configuration again: what can change takes effect, what cannot is said, and a file with errors leaves
the old one in force."""

import signal

from support import images
from support.berth import upstream as settings
from support.berth import yaml
from support.commands import answer
from support.service import wait_until


def reload(berth, expected, text=None, **changes):
    """Changes the file, tells Berth, and waits for its line in the log."""
    berth.configuration.update(changes)
    berth.config_path.write_text(yaml(berth.configuration) if text is None else text)
    before = berth.log().count(expected)
    berth.process.send_signal(signal.SIGHUP)
    wait_until(lambda: berth.log().count(expected) > before, f"the log says {expected!r}")


def test_another_upstream(start_upstream, start_berth):
    one, two = start_upstream("one"), start_upstream("two")
    image = images.single("o24")
    two.push(image, "acme/app", "1")
    berth = start_berth({"docker.io": settings(one.url)})
    assert berth.get("/v2/corp.example/acme/app/manifests/1").status == 404
    reload(
        berth,
        "the configuration is reloaded changed=upstreams",
        upstreams={"docker.io": settings(one.url), "corp.example": settings(two.url)},
    )
    assert berth.get("/v2/corp.example/acme/app/manifests/1").body == image.manifest.data


def test_the_log_level(hub):
    berth = hub()
    reload(berth, "reloaded changed=log.level", log={"level": "notice"})
    lines = len(berth.log().splitlines())
    assert berth.get("/v2/").status == 200
    reload(berth, "reloaded changed=log.level", log={"level": "debug"})
    assert not [line for line in berth.log().splitlines()[lines:] if " path=/v2/ " in line]
    assert berth.get("/v2/").status == 200
    wait_until(lambda: " path=/v2/ " in "\n".join(berth.log().splitlines()[lines:]), "requests are logged again")


def test_the_capacity(hub):
    berth = hub()
    reload(berth, "the configuration is reloaded changed=store", store={**berth.configuration["store"], "capacity": "123MB"})
    assert answer(berth, "stats")["store"]["capacityBytes"] == 123_000_000


def test_what_needs_a_restart(hub):
    berth = hub()
    reload(berth, "keys=listen", listen="127.0.0.1:1")
    assert "take effect when Berth is started again" in berth.log()
    assert berth.get("/v2/").status == 200, "it listens where it did"
    reload(berth, 'changed="nothing"' if 'changed="nothing"' in berth.log() else "changed=nothing")


def test_a_file_with_errors(hub, upstream):
    berth = hub()
    upstream.push(images.single("o24 errors"), "library/app", "1")
    reload(berth, "the configuration is not reloaded: the old one stays in force", text="lissten: 127.0.0.1:1\n")
    assert "lissten" in berth.log() and "did you mean 'listen'" in berth.log()
    assert berth.get("/v2/app/manifests/1").status == 200
    reload(berth, "not reloaded", text="warm: [{images: [UPPER]}]\n")
    assert "warm[0].images[0]" in berth.log()
    berth.config_path.unlink()
    berth.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "No such file" in berth.log(), "the file is gone")
    assert berth.get("/v2/app/manifests/1").status == 200
    reload(berth, "the configuration is reloaded")


def test_downloads_go_on(hub, upstream):
    berth = hub()
    digest = upstream.generated_blob(3_000_000, 24, "library/app")
    upstream.on("blobGet", reference=digest, stall={"after": 1_000_000, "until": "rest"})
    with berth.connect() as client:
        client.send_request("GET", f"/v2/app/blobs/{digest}")
        upstream.await_requests("blobGet", stage="stalled")
        reload(berth, "the configuration is reloaded", upstreams={"docker.io": settings("http://127.0.0.1:1")})
        upstream.release("rest")
    wait_until(lambda: berth.holds(digest), "the transfer ends as it began")

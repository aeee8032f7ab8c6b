"""What a pull asks for next is fetched ahead, if the configuration says so: the image's configuration when a client is sent
a manifest that came from upstream, and the layers behind the first one that it asks for; each once, behind clients' own
requests, and only into room that there is."""

import json

import pytest
from support import images
from support.parallel import results, together
from support.service import wait_until

IMAGE = images.single("m14", sizes=(20_000, 30_000))
FIRST, LAST = IMAGE.layers[0], IMAGE.layers[-1]
MANIFEST = "/v2/app/manifests/1"


def held(berth, image=IMAGE):
    return {blob.digest for blob in image.blobs if berth.holds(blob.digest)}


def everything(image=IMAGE):
    return {blob.digest for blob in image.blobs}


def asked(upstream):
    return {request.reference for request in upstream.requests("blobGet")}


def begin(berth, image=IMAGE, name="app", layer=0):
    """A pull as far as its manifest and one layer."""
    assert berth.get(f"/v2/{name}/manifests/1").body == image.manifest.data
    assert berth.get(f"/v2/{name}/blobs/{image.layers[layer].digest}").body == image.layers[layer].data


def begins_nothing(berth):
    """Nothing is begun ahead; a request that has to ask upstream shows that there was time for it."""
    other = images.Content("", images.noise("m14 other", 1_000))
    before = berth.metric("berth_prefetches_total")
    assert berth.get(f"/v2/app/blobs/{other.digest}").status == 404
    assert berth.metric("berth_prefetches_total") == before


@pytest.mark.parametrize("settings", [{}, {"prefetch": "none"}])
def test_not_by_default(hub, upstream, settings):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub(**settings)
    begin(berth)
    begins_nothing(berth)
    assert asked(upstream) & everything() == {FIRST.digest}


def test_layers(hub, upstream):
    """Begun before any client asked; clients that come then share the transfers, or find the content held."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.on("blobGet", reference=LAST.digest, stall={"after": 10_000, "until": "asked"})
    berth = hub(prefetch="layers")
    assert berth.get(MANIFEST).body == IMAGE.manifest.data
    wait_until(lambda: held(berth) == {IMAGE.config.digest}, "the configuration is held")
    begins_nothing(berth)
    begin(berth)
    upstream.await_requests("blobGet", reference=LAST.digest, stage="stalled")
    wait_until(lambda: held(berth) == everything() - {LAST.digest}, "all but the stalled one are held")
    with berth.connect() as client:
        client.send_request("GET", f"/v2/app/blobs/{LAST.digest}")
        upstream.release("asked")
        head = client.read_head()
        assert head.status == 200
        assert client.body(head).rest() == LAST.data
    for blob in IMAGE.blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data
        counted = upstream.counters().digest(blob.digest)
        assert (counted.gets, counted.heads, counted.bytes) == (1, 0, blob.size)


def test_configuration_alone(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub(prefetch="config")
    begin(berth)
    wait_until(lambda: held(berth) == {IMAGE.config.digest, FIRST.digest}, "the configuration is held")
    begins_nothing(berth)
    assert berth.metric("berth_prefetches_total") == 1


def test_for_all_upstreams_but_one(start_berth, start_upstream):
    one, other = start_upstream("one"), start_upstream("other")
    for each in (one, other):
        each.push(IMAGE, "acme/app", "1")
    quiet = images.single("m14 quiet")
    other.push(quiet, "acme/quiet", "1")
    berth = start_berth(
        {"one.example": {"endpoints": [one.url]}, "other.example": {"endpoints": [other.url], "prefetch": "none"}},
        prefetch="layers",
    )
    begin(berth, quiet, "other.example/acme/quiet")
    begin(berth, IMAGE, "one.example/acme/app")
    wait_until(lambda: held(berth) == everything(), "all is held")
    assert asked(other) == {quiet.layers[0].digest}


def test_head_is_no_pull_but_the_get_after_it_is(hub, upstream):
    """containerd and dockerd resolve a tag by HEAD, which brings the manifest, and get it by digest."""
    upstream.push(IMAGE, "library/app", "1")
    berth = hub(prefetch="layers")
    assert berth.head(MANIFEST).status == 200
    assert berth.get(MANIFEST, [("If-None-Match", f'"{IMAGE.digest}"')]).status == 304
    begins_nothing(berth)
    assert berth.get(f"/v2/app/manifests/{IMAGE.digest}", [("Range", "bytes=0-")]).status == 206
    wait_until(lambda: held(berth) == {IMAGE.config.digest}, "the configuration is held")
    assert berth.head(f"/v2/app/blobs/{FIRST.digest}").status == 200
    begins_nothing(berth)
    assert berth.get(f"/v2/app/blobs/{FIRST.digest}", [("Range", "bytes=0-")]).status == 206
    wait_until(lambda: held(berth) == everything(), "all is held")
    assert upstream.counters().count("manifestGet") == 1


def test_manifest_that_is_held_is_no_reason(hub, upstream):
    """What a client that had the layers left aside is not fetched for the next one, or after a restart."""
    upstream.push(IMAGE, "library/app", "1")
    berth = hub()
    assert berth.get(MANIFEST).status == 200
    berth.stop()
    berth.configuration["prefetch"] = "layers"
    berth.start()
    begin(berth)
    begins_nothing(berth)


def test_index_is_no_reason_but_its_child_is(hub, upstream):
    multi = images.multi("m14")
    child = multi.images["linux/arm64/v8"]
    upstream.push(multi, "library/app", "1")
    berth = hub(prefetch="layers")
    assert berth.get(MANIFEST).body == multi.manifest.data
    begins_nothing(berth)
    assert berth.get(f"/v2/app/manifests/{child.digest}").status == 200
    assert berth.get(f"/v2/app/blobs/{child.layers[0].digest}").status == 200
    wait_until(lambda: held(berth, child) == everything(child), "the chosen platform is held")
    assert asked(upstream) & everything(multi) == everything(child)


def test_base_that_the_client_has_is_left_aside(hub, upstream):
    """Layers that lie before the first one that is asked for are not fetched until somebody asks for them."""
    upstream.push(IMAGE, "library/app", "1")
    berth = hub(prefetch="layers")
    begin(berth, layer=1)
    without_base = everything() - {FIRST.digest}
    wait_until(lambda: held(berth) == without_base, "what lies behind is held")
    begins_nothing(berth)
    assert berth.get(f"/v2/app/blobs/{FIRST.digest}").body == FIRST.data
    assert upstream.counters().digest(FIRST.digest).gets == 1


def test_what_is_held_is_not_fetched_again(hub, upstream):
    """A base that Berth holds for another repository crosses once, and asking for it is a pull like any other."""
    upstream.push(IMAGE, "library/app", "1")
    upstream.push(IMAGE, "library/base", "1")
    berth = hub(prefetch="layers")
    for layer in (FIRST, LAST):
        assert berth.get(f"/v2/base/blobs/{layer.digest}").body == layer.data
    begin(berth)
    wait_until(lambda: held(berth) == everything(), "all is held")
    for layer in IMAGE.layers:
        assert upstream.counters().digest(layer.digest).gets == 1


def test_foreign_layer_is_left_aside(hub, upstream):
    """Registries need not have it; its URL is never followed."""
    document = json.loads(IMAGE.manifest.data)
    document["layers"][1].update(
        mediaType="application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", urls=["http://127.0.0.1:1/x"]
    )
    image = images.Image(images.json_content(images.OCI_MANIFEST, document), IMAGE.config, IMAGE.layers)
    upstream.push(image, "library/app", "1")
    berth = hub(prefetch="layers")
    begin(berth, image)
    wanted = everything() - {IMAGE.layers[1].digest}
    wait_until(lambda: held(berth) == wanted, "the rest is held")
    assert asked(upstream) == wanted


def test_no_room_is_made_for_it(upstream, start_berth):
    """What would need something else to go is not fetched ahead, and what is held stays."""
    other = images.single("m14 other", sizes=(40_000,))
    upstream.push(other, "library/other", "1")
    upstream.push(IMAGE, "library/app", "1")
    berth = start_berth({"docker.io": {"endpoints": [upstream.url]}}, prefetch="layers", store={"capacity": "82kB"})
    begin(berth, other, "other")
    wait_until(lambda: held(berth, other) == everything(other), "the first image is held")
    begin(berth)
    fits = everything() - {LAST.digest}
    wait_until(lambda: held(berth) == fits, "what fits is held")
    assert asked(upstream) == everything(other) | fits
    assert berth.metric("berth_store_evictions_total") == 0


def test_what_waits_while_the_store_fills_is_given_up(upstream, start_berth):
    upstream.push(IMAGE, "library/app", "1")
    other = images.Content("", images.noise("m14 filling", 40_000))
    upstream.push_blob(other, "library/other")
    upstream.on("blobGet", reference=IMAGE.config.digest, hold="config")
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url], "maxConcurrentTransfers": 4}},
        prefetch="layers",
        store={"capacity": "82kB"},
    )
    begin(berth)
    wait_until(lambda: berth.metric("berth_downloads_waiting") == 2, "the layers behind wait for a place")
    assert berth.get(f"/v2/other/blobs/{other.digest}").body == other.data
    wait_until(lambda: berth.holds(other.digest), "other content takes the room")
    upstream.release("config")
    wait_until(lambda: berth.metric('berth_downloads_total{upstream="docker.io",result="failed"}') == 1, "given up")
    wait_until(lambda: held(berth) == everything() - {LAST.digest}, "what fits is held")
    assert LAST.digest not in asked(upstream)
    assert berth.metric("berth_store_evictions_total") == 0
    assert berth.get(f"/v2/app/blobs/{LAST.digest}").body == LAST.data


def test_not_while_the_store_takes_nothing(upstream, start_berth, small_disk):
    disk = small_disk(16 << 20)
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url]}}, prefetch="layers", store={"path": str(disk.path / "store")}
    )
    upstream.push(IMAGE, "library/app", "1")
    disk.fill()
    begin(berth)
    begins_nothing(berth)
    for blob in IMAGE.blobs:
        assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data


def test_given_up_when_it_cannot_be_kept(upstream, start_berth, small_disk):
    """What arrives for nobody and cannot be kept is of no use; a client's own request is passed through."""
    disk = small_disk(16 << 20)
    image = images.single("m14 large", sizes=(4_000_000,))
    upstream.push(image, "library/app", "1")
    upstream.on("blobGet", reference=image.layers[-1].digest, times=1, stall={"after": 1_000_000, "until": "full"})
    berth = start_berth(
        {"docker.io": {"endpoints": [upstream.url]}}, prefetch="layers", store={"path": str(disk.path / "store")}
    )
    begin(berth, image)
    upstream.await_requests("blobGet", reference=image.layers[-1].digest, stage="stalled")
    disk.fill()
    upstream.release("full")
    wait_until(lambda: berth.metric('berth_downloads_total{upstream="docker.io",result="failed"}') == 1, "given up")
    assert berth.get(f"/v2/app/blobs/{image.layers[-1].digest}").body == image.layers[-1].data
    wait_until(lambda: berth.metric("berth_prefetched_bytes_total") == image.config.size, "the configuration counted")


def test_client_that_leaves_does_no_harm(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    upstream.on("blobGet", hold="all")
    berth = hub(prefetch="layers")
    assert berth.get(MANIFEST).status == 200
    with berth.connect() as client:
        client.send_request("GET", f"/v2/app/blobs/{FIRST.digest}")
        upstream.await_requests("blobGet", len(IMAGE.blobs), stage="held")
    upstream.release("all")
    wait_until(lambda: held(berth) == everything(), "all is held")
    upstream.down()
    assert berth.get(f"/v2/app/blobs/{LAST.digest}").body == LAST.data


def test_client_goes_first(hub, upstream):
    """Three quarters of the places are left to clients; one that wants what waits takes it along."""
    image = images.single("m14 many", sizes=(20_000,) * 6)
    upstream.push(image, "library/app", "1")
    other = images.Content("", images.noise("m14 in between", 5_000))
    upstream.push_blob(other, "library/other")
    upstream.on("blobGet", reference=image.config.digest, hold="config")
    berth = hub(prefetch="layers", maxConcurrentTransfers=4)
    assert berth.get(MANIFEST).status == 200
    upstream.await_requests("blobGet", stage="held")
    assert berth.get(f"/v2/other/blobs/{other.digest}").body == other.data
    for layer in (image.layers[0], image.layers[-1]):
        assert berth.get(f"/v2/app/blobs/{layer.digest}").body == layer.data
    assert asked(upstream) == {image.config.digest, other.digest, image.layers[0].digest, image.layers[-1].digest}
    upstream.release("config")
    wait_until(lambda: held(berth, image) == everything(image), "the rest is fetched too")
    assert upstream.counters().count("blobGet") == len(image.blobs) + 1


@pytest.mark.parametrize("places", [1, 3])
def test_few_places_are_for_clients(hub, upstream, places):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub(prefetch="layers", maxConcurrentTransfers=places)
    begin(berth)
    begins_nothing(berth)


def test_many_clients_are_one_reason(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub(prefetch="layers")

    def pull(_):
        assert berth.get(MANIFEST).status == 200
        for blob in IMAGE.blobs:
            assert berth.get(f"/v2/app/blobs/{blob.digest}").body == blob.data

    results(together(20, pull))
    for blob in IMAGE.blobs:
        assert upstream.counters().digest(blob.digest).gets == 1


def test_failure_is_the_next_clients_to_see(hub, upstream):
    """What cannot be fetched ahead is asked for again by whoever wants it, and told truly."""
    upstream.push(IMAGE, "library/app", "1")
    gone, broken = IMAGE.layers[1], IMAGE.layers[2]
    upstream.on("blobGet", reference=gone.digest, status=404)
    upstream.on("blobGet", reference=broken.digest, times=1, flipByte=0)
    berth = hub(prefetch="layers")
    begin(berth)
    wait_until(lambda: berth.metric('berth_downloads_total{upstream="docker.io",result="failed"}') == 2, "two fail")
    assert berth.get(f"/v2/app/blobs/{gone.digest}").status == 404
    assert berth.get(f"/v2/app/blobs/{broken.digest}").body == broken.data


def test_what_is_counted(hub, upstream):
    upstream.push(IMAGE, "library/app", "1")
    berth = hub(prefetch="layers")
    begin(berth)
    ahead = everything() - {FIRST.digest}
    brought = sum(blob.size for blob in IMAGE.blobs) - FIRST.size
    wait_until(lambda: berth.metric("berth_prefetched_bytes_total") == brought, "all is counted")
    assert berth.metric("berth_prefetches_total") == len(ahead)
    assert berth.metric("berth_prefetched_used_bytes_total") == 0
    for _ in range(2):
        berth.get(f"/v2/app/blobs/{LAST.digest}")
        assert berth.metric("berth_prefetched_used_bytes_total") == LAST.size

"""SIGTERM while a tag is being confirmed behind its stale answer: the request that nobody waits for any more ends with the
process, which ends in order."""

import pytest
from support.service import wait_until
from support.trouble import check_stale, scene


@pytest.mark.parametrize("asked", [1, 2], ids=["waiting for its turn", "asking again"])
def test_confirmation_under_way(start_berth, upstream, asked):
    """One that began during the end made a client on event loops that were gone by then: a trap in debug builds."""
    place = scene(start_berth, upstream)
    upstream.on(["manifestHead"], status=429, headers={"Retry-After": "1"})
    check_stale(place.berth.get("/v2/held/manifests/1"))
    wait_until(lambda: len(upstream.requests()) >= asked, "upstream asked")
    assert place.berth.stop() == 0
    assert " stopped" in place.berth.log().rstrip().splitlines()[-1]

"""A disk that fails under the index alone: what is held is served, `/readyz` says why nobody should come, and the process
ends so that its supervisor starts it again; then all is as before."""

import errno

from deployment import FaultyBerth, blob_target, inspect
from shim import Fault
from support import images
from support.berth import upstream as upstream_section
from support.service import wait_until

HELD, MISSED = (images.Content("", images.noise(f"k05-{name}", 300_000)) for name in ("held", "missed"))
#: `EX_TEMPFAIL`: a supervisor starts it again.
TRY_AGAIN = 75


class UnderTheIndex(FaultyBerth):
    def environment(self):
        if self.library is None:
            return {}
        return self.fault.environment(self.library, self.store / "index", self.directory / "calls")


def test_index_failure(workplace, upstream, faults):
    for blob in (HELD, MISSED):
        upstream.push_blob(blob, "library/app")
    configuration = {"upstreams": {"docker.io": upstream_section(upstream.url)}, "log": {"level": "debug"}}
    berth = workplace.watch(UnderTheIndex(workplace.directory, configuration))
    mark = workplace.directory / "fails"
    berth.library, berth.fault = faults, Fault(kind=str(errno.EIO), while_exists=mark)
    berth.start()
    assert berth.get(blob_target(HELD)).body == HELD.data
    wait_until(lambda: berth.metric("berth_store_contents") == 1, "held")
    mark.touch()
    assert berth.get(blob_target(MISSED)).body == MISSED.data, "a client gets what upstream has"
    wait_until(lambda: berth.readiness().status == 503, "not ready")
    assert berth.readiness().body.decode().startswith("index: it failed and takes no writes any more")
    assert berth.get(blob_target(HELD)).body == HELD.data
    assert berth.wait_ended() == TRY_AGAIN
    assert "the index failed: nothing new is kept" in berth.log()
    mark.unlink()
    berth.start()
    fetched = upstream.gets(HELD.digest)
    assert berth.get(blob_target(HELD)).body == HELD.data
    assert upstream.gets(HELD.digest) == fetched
    assert berth.readiness().status == 200
    assert berth.stop() == 0
    inspect(berth.store)

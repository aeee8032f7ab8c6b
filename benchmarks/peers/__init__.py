"""The servers that are measured. Each is one file; `ALL` has them in the order of the report."""

from __future__ import annotations

from .berth import Berth, BerthPrefetchConfig, BerthPrefetchLayers
from .direct import Direct
from .distribution import Distribution
from .drayage import Drayage
from .nginx_cache import NginxCache, NginxCacheThreads
from .nginx_static import NginxStatic
from .peer import Peer
from .zot import Zot

ALL: tuple[type[Peer], ...] = (
    Berth,
    BerthPrefetchConfig,
    BerthPrefetchLayers,
    NginxCache,
    NginxCacheThreads,
    NginxStatic,
    Distribution,
    Drayage,
    Zot,
    Direct,
)

__all__ = ["ALL", "Berth", "Peer"]

"""What is measured. Each workload is one file; `ALL` has them in the order of the report."""

from __future__ import annotations

from harness.workload import Workload

from .attacks import Attacks
from .churn import Churn
from .cold_blob import ColdBlob
from .cold_disk import ColdDisk
from .cold_small import ColdSmall
from .growth import Growth
from .herd import Herd
from .image_pull import ImagePull
from .latency import Latency
from .memory import Memory
from .prefetch import Prefetching
from .store import StoreSize
from .warm_blob import WarmBlob
from .warm_requests import WarmRequests
from .warm_tls import WarmTLS

ALL: tuple[type[Workload], ...] = (
    WarmRequests,
    WarmBlob,
    WarmTLS,
    Growth,
    ColdBlob,
    ColdSmall,
    Latency,
    Herd,
    ImagePull,
    Prefetching,
    ColdDisk,
    Memory,
    Churn,
    Attacks,
    StoreSize,
)

__all__ = ["ALL", "Workload"]

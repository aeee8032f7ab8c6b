"""The engines that pull images. Each pull begins with nothing held."""

from __future__ import annotations

from .containerd import Containerd
from .engine import Engine
from .skopeo import Skopeo
from .three_at_once import ThreeAtOnce

ENGINES: tuple[type[Engine], ...] = (Skopeo, Containerd)

__all__ = ["ENGINES", "Engine", "ThreeAtOnce"]

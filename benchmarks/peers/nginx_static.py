"""nginx serving the same bytes as files: the practical limit of a machine. Nothing is fetched; the files are put there."""

from __future__ import annotations

import shutil
import urllib.request
from collections.abc import Iterable

from .nginx import Nginx

_COPY_BYTES = 1 << 20


class NginxStatic(Nginx):
    name = "nginx-static"
    title = "nginx, static files"
    is_cache = False

    def locations(self) -> str:
        return f"    root {self.store};\n    location / {{ }}"

    def place(self, paths: Iterable[str]) -> None:
        """Copies what the upstream answers to where nginx serves it."""
        for path in paths:
            file = self.store / path.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            with urllib.request.urlopen(self.upstream.url + path, timeout=120) as answer, file.open("wb") as copy:
                shutil.copyfileobj(answer, copy, _COPY_BYTES)

"""nginx as a caching proxy: one fetch for all who wait (lock), sendfile from its cache. It verifies nothing."""

from __future__ import annotations

from .nginx import Nginx

_UNBOUNDED = "500g"


class NginxCache(Nginx):
    name = "nginx-cache"
    title = "nginx proxy_cache"
    uses_threads = False

    def http_settings(self) -> str:
        return f"""\
  {"aio threads;" if self.uses_threads else ""}
  proxy_cache_path {self.store} levels=1:2 keys_zone=registry:64m max_size={self.capacity or _UNBOUNDED} inactive=60d use_temp_path=off;
  upstream registry {{
    server {self.upstream.origin.host}:{self.upstream.origin.port};
    keepalive 64;
    keepalive_requests 1000000;
  }}"""

    def locations(self) -> str:
        shared = """\
      proxy_pass http://registry;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_cache registry;
      proxy_cache_key $uri;
      proxy_cache_lock on;
      proxy_cache_lock_timeout 880s;
      proxy_cache_lock_age 880s;
      proxy_cache_use_stale error timeout http_500 http_502 http_503 http_504 http_429;
      proxy_buffers 64 64k;
      proxy_buffer_size 64k;
      proxy_busy_buffers_size 2m;
      proxy_read_timeout 900s;"""
        return f"""\
    location ~ "^/v2/.+/(blobs|manifests)/sha(256|512):" {{
{shared}
      proxy_cache_valid 200 60d;
    }}
    location /v2/ {{
{shared}
      proxy_cache_valid 200 10m;
    }}"""


class NginxCacheThreads(NginxCache):
    """Reads the disk on threads, so that an event loop does not wait for it."""

    name = "nginx-cache-aio"
    title = "nginx proxy_cache, aio threads"
    uses_threads = True
    is_optional = True

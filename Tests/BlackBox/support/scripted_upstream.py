"""Drives `scripted-upstream`: starts it, fills it, scripts it, and reads what it saw.

    with ScriptedUpstream(binary) as upstream:
        image = upstream.image("library/app", "1.0", layers=[(10_000_000, 1)])
        upstream.on("blobGet", reference=image.layers[0], times=1, cut={"after": 5_000_000, "how": "reset"})
        ...
        assert upstream.counters().digest(image.layers[0]).gets == 2

What rules and settings there are, and what they mean, is in docs/scripted-upstream.md; their names are the same here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from .scripted_process import AwaitTimeout, ControlError, ScriptedProcess
from .scripted_records import JSON, Counters, DigestCounters, Image, Layer, PlatformImage, Referrer, Request, snake

__all__ = [
    "AwaitTimeout",
    "ControlError",
    "Counters",
    "DigestCounters",
    "Image",
    "Layer",
    "PlatformImage",
    "Referrer",
    "Request",
    "ScriptedUpstream",
]


class ScriptedUpstream(ScriptedProcess):
    """A running `scripted-upstream`, and everything that it can be told and asked."""

    # Contents

    def blob(self, data: bytes, *repositories: str, algorithm: str = "sha256") -> str:
        """Adds a blob to the repositories, or to every one if none is given. Returns its digest."""
        query = [*(("repository", name) for name in repositories), ("algorithm", algorithm)]
        return self.call("PUT", "/blobs", query, data, "application/octet-stream")["digest"]

    def generated_blob(self, size: int, seed: int = 0, *repositories: str) -> str:
        """Adds a blob of noise to the repositories, or to every one if none is given. Returns its digest."""
        return self._put_blob({"generate": {"size": size, "seed": seed}}, repositories)

    def file_blob(self, path: str | Path, *repositories: str) -> str:
        """Adds a file as a blob to the repositories, or to every one if none is given. Returns its digest."""
        return self._put_blob({"file": str(path)}, repositories)

    def _put_blob(self, order: dict[str, JSON], repositories: Sequence[str]) -> str:
        if repositories:
            order["repositories"] = list(repositories)
        return self.call("PUT", "/blobs", body=order)["digest"]

    def remove_blob(self, digest: str, repository: str | None = None) -> None:
        """Takes a blob away from a repository, or altogether."""
        self.call("DELETE", f"/blobs/{digest}", [("repository", repository)] if repository else [])

    def manifest(
        self,
        repository: str,
        body: bytes | JSON,
        *tags: str,
        media_type: str = "application/vnd.oci.image.manifest.v1+json",
        algorithm: str = "sha256",
    ) -> str:
        """Adds a manifest, verbatim if it is bytes, and points tags at it. Returns its digest."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        query = [("repository", repository), *(("tag", tag) for tag in tags), ("algorithm", algorithm)]
        return self.call("PUT", "/manifests", query, data, media_type)["digest"]

    def remove_manifest(self, repository: str, reference: str) -> None:
        """Takes away a tag, or a manifest with all its tags."""
        self.call("DELETE", f"/manifests/{quote(reference)}", [("repository", repository)])

    def image(
        self,
        repository: str,
        tag: str | None = "latest",
        *,
        layers: Iterable[Layer | tuple[int, int]] = ((1_000, 1),),
        platforms: Sequence[str] = ("linux/amd64",),
        schema: str = "oci",
        referrers: Iterable[Referrer] = (),
    ) -> Image:
        """Makes an image; its blobs belong to its repository alone. Several platforms make an index."""
        order: dict[str, JSON] = {
            "repository": repository,
            "layers": [_recipe(layer) for layer in layers],
            "platforms": list(platforms),
            "schema": schema,
            "referrers": [
                {
                    "artifactType": referrer.artifact_type,
                    "annotations": dict(referrer.annotations),
                    "layer": _recipe(referrer.layer),
                }
                for referrer in referrers
            ],
        }
        if tag is not None:
            order["tag"] = tag
        made = self.call("POST", "/images", body=order)
        return Image(
            repository=repository,
            tag=tag,
            digest=made["digest"],
            index=made.get("index"),
            manifests=[PlatformImage(**each) for each in made["manifests"]],
            referrers=made["referrers"],
        )

    def layout(self, directory: str | Path, repository: str) -> dict[str, str]:
        """Adds an OCI image layout. Returns the digest of each tag."""
        return self.call("POST", "/layouts", body={"directory": str(directory), "repository": repository})["tags"]

    # Script

    def on(
        self,
        kind: str | Sequence[str] | None = None,
        *,
        repository: str | None = None,
        reference: str | None = None,
        origin: str | None = None,
        method: str | None = None,
        range: bool | None = None,
        authentication: str | None = None,
        times: int | None = None,
        skip: int = 0,
        first: bool = False,
        **action: JSON,
    ) -> int:
        """Adds a rule: what matches is treated as `action` says. Returns the rule's id."""
        match = {
            "kind": kind if kind is None or isinstance(kind, str) else list(kind),
            "repository": repository,
            "reference": reference,
            "origin": origin,
            "method": method,
            "range": range,
            "authentication": authentication,
        }
        rule: dict[str, JSON] = {
            "match": {key: value for key, value in match.items() if value is not None},
            "skip": skip,
            "action": action,
        }
        if times is not None:
            rule["times"] = times
        return self.call("POST", "/rules", [("first", "true")] if first else [], rule)["id"]

    def redirect_blobs(self, **redirect: JSON) -> int:
        """Answers every blob request with a redirect to a signed link on the storage origin."""
        return self.on(["blobGet", "blobHead"], redirect={"to": "storage", **redirect})

    def rules(self) -> list[JSON]:
        """The rules in force, with `matched` and `applied` counts."""
        return self.call("GET", "/rules")

    def remove_rule(self, id: int) -> None:
        """Takes a rule away."""
        self.call("DELETE", f"/rules/{id}")

    def remove_rules(self) -> None:
        """Takes all rules and connection faults away."""
        self.call("DELETE", "/rules")

    def release(self, gate: str, *, once: bool = False) -> int:
        """Opens a gate for those who wait and, unless `once`, for those to come. Returns how many waited."""
        return self.call("POST", "/release", body={"id": gate, "once": once})["released"]

    def fault(self, kind: str, *, origin: str = "registry", times: int | None = None) -> None:
        """Makes the next connections `close`, `reset` or meet `silence`, before any request."""
        order: dict[str, JSON] = {"kind": kind, "origin": origin}
        if times is not None:
            order["times"] = times
        self.call("POST", "/faults", body=order)

    # Requests

    def requests(self, kind: str | Sequence[str] | None = None, **filter: JSON) -> list[Request]:
        """The requests since the last reset, in order; see `await_requests` for the filter."""
        records = self.call("GET", "/requests", _filter(kind, filter))
        return [
            Request(**{snake(key): _pairs(value) if key == "headers" else value for key, value in record.items()})
            for record in records
        ]

    def counters(self) -> Counters:
        """The sums over the requests since the last reset."""
        return Counters(self.call("GET", "/counters"))

    def await_requests(
        self, kind: str | Sequence[str] | None = None, count: int = 1, *, timeout: float = 20, **filter: JSON
    ) -> Counters:
        """Waits until `count` requests have been seen since the last reset.

        `filter` may have `stage` (started, held, stalled, finished), `repository`, `reference`, `origin`, `status`.
        Raises AwaitTimeout.
        """
        query = [*_filter(kind, filter), ("count", str(count)), ("timeout", str(timeout))]
        return Counters(self.call("GET", "/await", query, patience=timeout + 10))

    def reset(self, *what: str) -> None:
        """Forgets requests and sums; or any of requests, rules, gates, settings, tokens, pulls, contents."""
        self.call("POST", "/reset", body={"what": list(what) or ["requests"]})

    # Settings

    def settings(self, **sections: JSON) -> None:
        """Replaces sections of the settings: access, tokenService, rateLimit, referrers, tags, …"""
        self.call("PUT", "/settings", body=sections)

    def require_token(
        self, repositories: str = "*", *, users: Mapping[str, str] | None = None, **service: JSON
    ) -> None:
        """Asks for tokens: of everyone, or with `users`, of those who show a password to the token service."""
        policy = {
            "scheme": "token",
            "repositories": repositories,
            "users": dict(users or {}),
            "requiresCredentials": users is not None,
        }
        self.settings(access=[policy], tokenService=service)

    def require_basic(self, users: Mapping[str, str], repositories: str = "*") -> None:
        """Asks for a user and password."""
        self.settings(access=[{"scheme": "basic", "repositories": repositories, "users": dict(users)}])

    def revoke_tokens(self, token: str | None = None) -> int:
        """Takes back a token, or all. Returns how many."""
        return self.call("POST", "/tokens/revoke", body={"token": token} if token else {})["revoked"]

    def remaining_pulls(self, remaining: int, credential: str = "") -> None:
        """Sets how many pulls a credential has left under the rate limit; the empty one is the anonymous."""
        self.call("POST", "/ratelimit", body={"remaining": remaining, "credential": credential})

    # Listeners

    def down(self, origin: str = "registry", *, connections: bool = True) -> None:
        """Stops listening, so that connecting is refused; closes the connections too unless told otherwise."""
        self.call("POST", "/down", body={"origin": origin, "connections": connections})

    def up(self, origin: str = "registry") -> None:
        """Listens again, at the same port."""
        self.call("POST", "/up", body={"origin": origin})

    def use_certificate(self, certificate: str | Path, key: str | Path, origin: str = "registry") -> None:
        """Shows another certificate to the connections to come."""
        order = {"origin": origin, "certificateFile": str(certificate), "keyFile": str(key)}
        self.call("POST", "/tls", body=order)


def _recipe(layer: Layer | tuple[int, int]) -> dict[str, int]:
    size, seed = (layer.size, layer.seed) if isinstance(layer, Layer) else layer
    return {"size": size, "seed": seed}


def _filter(kind: str | Sequence[str] | None, filter: Mapping[str, JSON]) -> list[tuple[str, str]]:
    kinds = [] if kind is None else [kind] if isinstance(kind, str) else list(kind)
    return [*(("kind", each) for each in kinds), *((key, str(value)) for key, value in filter.items())]


def _pairs(headers: list[list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers]

"""Users, machine tokens and rules for a Berth that asks who its clients are, and what they show it."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from pathlib import Path
from urllib.parse import urlencode

from .http import Fields, Response, exchange

# A rule for each of the two kinds of names that the scenarios use: everybody's, and those of one user.
PUBLIC = {"who": ["anonymous"], "repositories": ["docker.io/public/**"], "allow": ["pull"]}
ANNS = {"who": ["ann"], "repositories": ["docker.io/private/**"], "allow": ["pull"]}
PASSWORDS = {"ann": "right-1", "bob": "right-2"}

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def htpasswd(directory: Path, users: dict[str, str] | None = None) -> str:
    """Writes a password file; returns its path."""
    lines = []
    for name, password in (PASSWORDS if users is None else users).items():
        made = subprocess.run(
            ["openssl", "passwd", "-6", "-salt", "saltysalt", password], capture_output=True, text=True, check=True
        )
        lines.append(f"{name}:{made.stdout.strip()}")
    path = directory / "users.htpasswd"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def machine_token(seed: str) -> str:
    """A machine token as `berth token new` makes them, but not by chance."""
    chance = "".join(_ALPHABET[byte & 31] for byte in hashlib.sha256(seed.encode()).digest()[:26])
    check = "".join(_ALPHABET[byte & 31] for byte in hashlib.sha256(chance.encode()).digest()[:6])
    return f"berth_{chance}{check}"


def token_file(directory: Path, subjects: dict[str, str]) -> str:
    """Writes a file of machine tokens, each of the seed that is its id, for a user; returns its path."""
    entries = [
        {"id": seed, "sha256": hashlib.sha256(machine_token(seed).encode()).hexdigest(), "subject": subject}
        for seed, subject in subjects.items()
    ]
    path = directory / "tokens.yaml"
    path.write_text(json.dumps(entries))
    return str(path)


def section(directory: Path, *rules: dict, tokens: dict[str, str] | None = None, **more: object) -> dict:
    """The section `access` with these rules, or with everybody's and ann's."""
    identities = {"htpasswd": htpasswd(directory)}
    if tokens:
        identities["tokens"] = token_file(directory, tokens)
    return {"identities": identities, "rules": list(rules) or [PUBLIC, ANNS], **more}


def basic(user: str, password: str | None = None) -> list[tuple[str, str]]:
    """What a client sends that knows a password; by default the user's own."""
    pair = f"{user}:{PASSWORDS[user] if password is None else password}"
    return [("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")]


def bearer(token: str) -> list[tuple[str, str]]:
    return [("Authorization", f"Bearer {token}")]


def ask_for_token(berth, *scopes: str, fields: Fields = (), **parameters: str) -> Response:
    query = urlencode([("service", "berth"), *parameters.items(), *(("scope", scope) for scope in scopes)])
    return exchange(berth.address, "GET", f"/v2/token?{query}", fields)


def token(berth, *scopes: str, fields: Fields = ()) -> str:
    """A short token that covers these scopes."""
    answer = ask_for_token(berth, *scopes, fields=fields)
    assert answer.status == 200, answer
    return answer.json()["token"]


def pull_scope(name: str) -> str:
    return f"repository:{name}:pull"

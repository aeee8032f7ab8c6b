"""What the live fuzzers have in common: how they are started, how bytes are damaged, and what must hold of a Berth meanwhile
and afterwards."""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "BlackBox"))

from support.berth import Berth  # noqa: E402

NUMBERS = [b"0", b"-1", b"1", b"9223372036854775807", b"9223372036854775808", b"1e19", b"1.5", b"00", b"+5", b"0x10", b""]
TOKENS = [b"\r\n", b"\n", b"\0", b":", b" ", b"\t", b",", b";", b"=", b'"', b"/", b"//", b"..", b"%00", b"%2f", b"%", b"\xff"]
MAX_RESIDENT_GROWTH = 256 << 20
MAX_DESCRIPTOR_GROWTH = 16


def damaged(data: bytes, dice: random.Random) -> bytes:
    """The bytes with some of them changed, or numbers in them replaced."""
    out = bytearray(data)
    for _ in range(dice.choice((0, 1, 1, 2, 4))):
        place = dice.randrange(len(out) + 1)
        match dice.randrange(7):
            case 0 if place < len(out):
                out[place] = dice.randrange(256)
            case 1:
                del out[place : place + dice.randint(1, 16)]
            case 2:
                out[place:place] = dice.choice(TOKENS) * dice.choice((1, 1, 2, 50))
            case 3:
                start = dice.randrange(len(out) + 1)
                out[place:place] = out[start : start + dice.randint(1, 64)]
            case 4:
                out[place:place] = dice.randbytes(dice.randint(1, 8))
            case _:
                found = list(re.finditer(rb"\d+", bytes(out)))
                if found:
                    number = dice.choice(found)
                    out[number.start() : number.end()] = dice.choice(NUMBERS)
    return bytes(out)


class Broken(Exception):
    """A promise that was not kept."""


def check_answers(data: bytes, methods: list[str] | None = None, digests: dict[str, bytes] | None = None) -> int:
    """Takes apart what came over one connection; returns how many whole answers it was. The last one may be cut short.

    A whole 200 to a request for a digest must have that digest: of such answers `digests` has the bytes by
    `Docker-Content-Digest`."""
    count = 0
    while data:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return count
        lines = data[:end].split(b"\r\n")
        status = re.fullmatch(rb"HTTP/1\.1 ([1-5]\d\d) [ -~]*", lines[0])
        if not status:
            raise Broken(f"no status line: {lines[0]!r}")
        code, fields = int(status.group(1)), {}
        for line in lines[1:]:
            field = re.fullmatch(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\t -~\x80-\xff]*)", line)
            if not field:
                raise Broken(f"no header field: {line!r}")
            fields[field.group(1).lower()] = field.group(2)
        rest = data[end + 4 :]
        method = methods[count] if methods and count < len(methods) else "GET"
        bodiless = method == "HEAD" or code < 200 or code in (204, 304)
        if b"transfer-encoding" in fields:
            raise Broken("an answer in chunks")
        length = 0 if bodiless else int(fields.get(b"content-length", b"-1"))
        if length < 0:
            raise Broken(f"an answer without a length: {lines!r}")
        if len(rest) < length:
            return count
        named = fields.get(b"docker-content-digest", b"").decode()
        if code == 200 and not bodiless and named.startswith("sha256:"):
            found = "sha256:" + hashlib.sha256(rest[:length]).hexdigest()
            if found != named:
                raise Broken(f"an answer for {named} has the digest {found}")
            if digests is not None and named in digests and digests[named] != rest[:length]:
                raise Broken(f"wrong bytes for {named}")
        data, count = rest[length:], count + 1
    return count


def talk(address: tuple, data: bytes, timeout: float = 5) -> bytes:
    """Sends bytes, says that no more come, and reads to the end."""
    received = b""
    try:
        with socket.create_connection(address, timeout=timeout) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(1 << 16):
                received += piece
    except OSError:
        pass
    return received


class Watch:
    """A Berth whose end, descriptors and memory are watched."""

    def __init__(self, berth: Berth):
        self.berth = berth
        self.descriptors, self.resident = berth.open_descriptors(), berth.resident_bytes()

    def check(self) -> None:
        if not self.berth.is_alive:
            raise Broken(f"the process has ended with {self.berth.process.returncode}:\n{self.berth.log_tail(lines=40)}")

    def check_at_rest(self) -> None:
        self.check()
        deadline = time.monotonic() + 90
        while self.berth.open_descriptors() > self.descriptors + MAX_DESCRIPTOR_GROWTH:
            if time.monotonic() > deadline:
                raise Broken(f"{self.berth.open_descriptors()} descriptors, {self.descriptors} before")
            time.sleep(0.2)
        if self.berth.resident_bytes() > self.resident + MAX_RESIDENT_GROWTH:
            raise Broken(f"{self.berth.resident_bytes()} bytes resident, {self.resident} before")
        if self.berth.get("/v2/").status != 200:
            raise Broken("it does not serve any more")


class Stranger:
    """A listener at an address that no configuration names: nobody may ever come."""

    def __init__(self):
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            self.visits += 1
            connection.close()

    def check(self) -> None:
        if self.visits:
            raise Broken(f"{self.visits} connections to an address that nobody configured")


def main(fuzz: Callable[[random.Random, float, Path], str]) -> None:
    """Runs a fuzzer as a program: --seconds, --seed. Ends with 1 when something did not hold."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    arguments = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="berth-fuzz-"))
    print(f"{Path(sys.argv[0]).name}: seed {arguments.seed}, in {directory}", flush=True)
    try:
        print(fuzz(random.Random(arguments.seed), time.monotonic() + arguments.seconds, directory))
    except Broken as broken:
        print(f"error: {broken}", file=sys.stderr)
        sys.exit(1)

"""docs/operations.md is whole: every line that Berth logs at warning or above stands there with what to do, and every
command for operators."""

import re
from pathlib import Path

from support.berth import run

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/operations.md").read_text()
# `log.warning("…"`, `log.error(` with the text on the next line, and `log.log(level: … .warning, "…"`.
CALL = re.compile(
    r'\blog\.(?:(?:warning|error|critical)\(\s*|log\(\s*level:[^"]*?\.(?:warning|error|critical),\s*)"((?:\\.|[^"\\])*)"'
)


def logged():
    """The texts of all warnings and errors in the sources of what ships."""
    texts = set()
    for path in (ROOT / "Sources").rglob("*.swift"):
        if "ScriptedUpstream" not in path.parts:
            texts |= set(CALL.findall(path.read_text()))
    return texts


def documented():
    section = PAGE[PAGE.index("## Log lines") :]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)) - {"FILE:LINE:COLUMN: KEY: …"}


def test_every_warning_is_documented():
    # A text that is made at run time is a complaint about the configuration, which has a row of its own.
    fixed = {text for text in logged() if "\\(" not in text}
    assert len(fixed) > 20, "the sources are read"
    assert fixed == documented(), f"either way: {sorted(fixed ^ documented())}"


def test_every_command_is_documented():
    subcommands = run("--help").stdout.split("SUBCOMMANDS:")[1]
    listed = set(re.findall(r"^  ([a-z-]+) ", subcommands, re.MULTILINE))
    here = {"ls", "inspect", "stats", "top", "warm", "refresh", "pin", "unpin", "pins", "evict", "scrub"}
    assert here <= listed
    for command in here:
        assert re.search(rf"`(?:berth )?{command}[ `]", PAGE), command

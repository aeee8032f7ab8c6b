"""docs/compatibility.md says what was tried: each test that it names is there and tries that engine, and each test with
real engines stands on it."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/compatibility.md").read_text()
COLUMNS = ["engine", "version", "mirror", "by name", "TLS", "lazy", "partial", "login", "push"]


def rows():
    lines = [line.strip("| \n").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    assert lines[0] == COLUMNS
    return lines[1:]


def tests():
    """The files of Tests/Clients by the ids that the page gives them."""
    return {path.name.split("_")[0]: path for path in (ROOT / "Tests/Clients").glob("[a-z][0-9][0-9]_*.py")}


def test_each_cell_is_tried_or_says_that_it_is_not():
    known = tests()
    for row in rows():
        assert len(row) == len(COLUMNS), row
        for cell in row[2:]:
            named = re.findall(r"`(\w+)`", cell)
            assert cell in ("not tried", "no") or (named and " ".join(f"`{name}`" for name in named) == cell), (row, cell)
            for name in named:
                program = row[0].split()[0].strip(",").lower()
                assert program in known[name].read_text().lower(), f"{name} does not try {program}"


def test_versions_are_those_that_tests_say():
    known = tests()
    for engine, version, mirror, *_ in rows():
        for name in re.findall(r"`(c0[1-6])`", mirror):
            assert version in known[name].read_text().split('"""')[1], f"{name} is about {engine} {version}"


def test_each_test_stands_on_the_page():
    assert set(tests()) <= set(re.findall(r"`([a-z]\d\d)`", PAGE)), "a test that nobody knows of"

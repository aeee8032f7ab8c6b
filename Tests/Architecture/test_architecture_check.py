"""The check finds what it is there for: a fault is planted in a copy of the tree, and the check names it."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from folders import Module
from swift_source import SwiftFile

ROOT = Path(__file__).resolve().parents[2]
SIDE = "struct {0} {{\n  /// Beside {1}, in words.\n  let other: {1}?\n}}\n"


def copy(path, tree):
    target = tree / path.relative_to(ROOT)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, target)


class PlantedFaults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tree = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        for name in ("Sources", "Tests", "benchmarks/store-benchmark"):
            for path in (ROOT / name).rglob("*.swift"):
                copy(path, cls.tree)
        for name in ("Package.swift", "docs/architecture.md"):
            copy(ROOT / name, cls.tree)

    def check(self):
        """The lines that the check complains with."""
        command = [sys.executable, ROOT / "Tests/architecture-check", "--root", self.tree]
        outcome = subprocess.run(command, capture_output=True, text=True, timeout=60)
        self.assertEqual(outcome.returncode, 1 if outcome.stderr else 0)
        return outcome.stderr.splitlines()

    def plant(self, path, text):
        """Writes a file until the test ends."""
        file = self.tree / path
        before = file.read_text() if file.exists() else None
        self.addCleanup(lambda: file.unlink(missing_ok=True) if before is None else file.write_text(before))
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)

    def plant_folders(self, files):
        """Files in new folders of the store, which the architecture names."""
        document = (self.tree / "docs/architecture.md").read_text()
        folders = " ".join(f"`{path.split('/')[0]}`" for path in files)
        if folders not in document:
            self.plant("docs/architecture.md", document.replace("### `Store`\n", f"### `Store`\n{folders}\n"))
        for path, text in files.items():
            self.plant(f"Sources/Store/{path}", text)

    def refused(self, words):
        complaints = self.check()
        self.assertEqual(len(complaints), 1, complaints)
        self.assertIn(words, complaints[0])

    def test_the_tree_as_it_is(self):
        self.assertEqual(self.check(), [])

    def test_a_circle(self):
        east = {"East/Sunrise.swift": SIDE.format("Sunrise", "Sunset")}
        self.plant_folders(east | {"West/Sunset.swift": SIDE.format("Sunset", "Int")})
        self.assertEqual(self.check(), [], "one arrow is no circle")
        self.plant_folders(east | {"West/Sunset.swift": SIDE.format("Sunset", "Sunrise")})
        self.refused("Store: East <-> West")

    def test_a_folder_that_the_architecture_does_not_name(self):
        self.plant("Sources/Store/East/Sunrise.swift", SIDE.format("Sunrise", "Int"))
        self.refused("the paragraph of `Store` does not name East")

    def test_a_circle_by_a_member_that_an_extension_adds(self):
        west = {"West/Sunset.swift": "extension Sunrise { func turnToTheWest() {} }"}
        self.plant_folders({"East/Sunrise.swift": "struct Sunrise { func shine() { turnToTheWest() } }"} | west)
        self.assertEqual(self.check(), [], "a bare call may be anything's")
        self.plant_folders({"East/Sunrise.swift": "struct Sunrise { func shine() { self.turnToTheWest() } }"} | west)
        self.refused("Store: East <-> West")

    def test_an_import_that_nobody_declared(self):
        self.plant("Tests/LMDBTests/Planted.swift", "import Logging\n")
        self.refused("`LMDBTests` imports Logging")

    def test_a_dependency_of_tests_that_is_not_used(self):
        manifest = (self.tree / "Package.swift").read_text()
        self.plant("Package.swift", manifest.replace('tests(of: "LMDB", [])', 'tests(of: "LMDB", [logging])'))
        self.refused("`LMDBTests` declares Logging")


class NamesOfAFile(unittest.TestCase):
    def test_names(self):
        file = SwiftFile(
            """
            // A comment that says Elsewhere { and more.
            struct Outer: Protocol {
              enum Inner { case one }
              let text = "Quoted { Names \\(value)"
              private func hidden(_ it: Other.State) {}
            }
            private struct Secretive {}
            extension Outer.Inner { func added() -> Result { .make() } }
            extension Stranger { struct Nested {} }
            """
        )
        self.assertEqual(file.types, {"Outer", "Stranger.Nested"})
        self.assertEqual(file.own, {"Outer", "Inner", "Secretive", "Nested"})
        self.assertEqual(file.added, {("Outer.Inner", "added")})
        self.assertTrue({"Protocol", "Other", "Stranger", "Result"} <= file.mentions)
        self.assertFalse({"Elsewhere", "Quoted", "Names"} & file.mentions)
        self.assertIn("Other.State", file.qualified)
        self.assertIn("make", file.called)

    def test_a_name_of_the_files_own_is_no_arrow(self):
        with tempfile.TemporaryDirectory() as place:
            module = Path(place, "Module")
            for folder, text in (("A", "struct State {}"), ("B", "struct Machine { enum State {} ; var state: State }")):
                (module / folder).mkdir(parents=True)
                (module / folder / "File.swift").write_text(text)
            self.assertEqual(Module(module).arrows(), {})


if __name__ == "__main__":
    unittest.main()

"""The arrows between modules: what sources import, against docs/architecture.md and Package.swift."""

import re

from swift_source import IMPORT, without_comments

TOOLCHAIN = {"Swift", "Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Musl", "Synchronization", "Testing"}


class Package:
    """A tree of sources, its Package.swift and its docs/architecture.md."""

    def __init__(self, root):
        self.root = root
        manifest = (root / "Package.swift").read_text()
        self.manifest = re.sub(r"^\s*//.*$", "", manifest, flags=re.MULTILINE)
        self.products = dict(re.findall(r'let (\w+) = Target\.Dependency\.product\(name: "(\w+)"', self.manifest))

    def folder(self, target):
        """Where the target's sources are: programs of the benchmarks lie beside those."""
        sources = self.root / "Sources" / target
        return sources if sources.exists() else self.root / "benchmarks" / target

    def targets(self):
        """The dependencies that each target outside the tests declares."""
        found = {}
        for match in re.finditer(r'\bmodule\(\s*"([\w-]+)",\s*\[(.*?)\]\s*\)', self.manifest, re.DOTALL):
            found[match[1]] = match[2]
        executable = r'\.executableTarget\(\s*name: "([\w-]+)",\s*dependencies: \[(.*?)\]'
        for match in re.finditer(executable, self.manifest, re.DOTALL):
            found[match[1]] = match[2]
        for match in re.finditer(r'\.systemLibrary\(\s*name: "(\w+)"', self.manifest):
            found[match[1]] = ""
        return {name: self._dependencies(text) for name, text in found.items()}

    def test_targets(self):
        """The dependencies that each folder of Swift tests declares."""
        found = {}
        for match in re.finditer(r'\btests\(\s*of: "(\w+)",\s*\[(.*?)\]\s*\)', self.manifest, re.DOTALL):
            found[f"{match[1]}Tests"] = self._dependencies(match[2]) | {match[1]}
        target = r'\.testTarget\(\s*name: "(\w+)",\s*dependencies: \[(.*?)\]'
        for match in re.finditer(target, self.manifest, re.DOTALL):
            found[match[1]] = self._dependencies(match[2])
        if match := re.search(r"let modules: \[Target\.Dependency\] = \[(.*?)\]", self.manifest, re.DOTALL):
            found["Fuzz"] = self._dependencies(match[1])
        return found

    def documented(self):
        """The `Imports:` line of each heading of docs/architecture.md."""
        lines, heading = {}, None
        for line in (self.root / "docs/architecture.md").read_text().splitlines():
            if title := re.match(r"#+ .*?`([\w-]+)`", line):
                heading = title[1]
                lines.setdefault(heading, None)
            elif line.startswith("#"):
                heading = None
            elif heading and line.startswith("Imports:"):
                lines[heading] = set(re.findall(r"[A-Za-z_]\w*", line.removeprefix("Imports:"))) - {"nothing"}
        return lines

    def paragraph(self, target):
        """The text below the target's heading in docs/architecture.md."""
        text = (self.root / "docs/architecture.md").read_text()
        found = re.search(rf"^#+ [^\n]*?`{re.escape(target)}`[^\n]*\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
        return found[1] if found else ""

    def _dependencies(self, text):
        """The modules in a list such as `"OCI", nioCore, .product(name: "NIOEmbedded", package: "swift-nio")`."""
        names = set(re.findall(r'\.product\(name: "(\w+)"', text))
        rest = re.sub(r"\.product\([^)]*\)", "", text)
        names |= set(re.findall(r'"([\w-]+)"', rest))
        for variable in re.findall(r"\b[a-z]\w*\b", re.sub(r'"[^"]*"', "", rest)):
            names.add(self.products.get(variable, variable))
        return names


def imports(folder):
    """Modules that the sources in a folder import, but for the toolchain's."""
    found = set()
    for path in sorted(folder.rglob("*.swift")):
        found |= set(IMPORT.findall(without_comments(path.read_text())))
    return found - TOOLCHAIN


def listed(names):
    return ", ".join(sorted(names))


def problems(package):
    targets, paragraphs = package.targets(), package.documented()
    if not targets:
        yield "Package.swift: no targets were found; has its form changed?"
    for name in sorted(targets.keys() - paragraphs.keys()):
        yield f"docs/architecture.md has no paragraph for the target `{name}`"
    for name in sorted(paragraphs.keys() - targets.keys()):
        yield f"docs/architecture.md has a paragraph for `{name}`, which is no target"
    for name in sorted(targets.keys() & paragraphs.keys()):
        folder = package.folder(name)
        imported, place = imports(folder), folder.relative_to(package.root)
        yield from documentation_problems(name, place, imported, paragraphs[name])
        yield from manifest_problems(name, imported, targets[name])
        yield from folder_problems(package, name)
    for name, declared in sorted(package.test_targets().items()):
        yield from manifest_problems(name, imports(package.root / "Tests" / name), declared)


def documentation_problems(name, place, imported, paragraph):
    if paragraph is None:
        yield f"docs/architecture.md: the paragraph of `{name}` has no line `Imports: …`"
        return
    if surplus := imported - paragraph:
        yield f"{place} imports {listed(surplus)}, which its paragraph in docs/architecture.md does not list"
    if unused := paragraph - imported:
        yield f"docs/architecture.md lists {listed(unused)} for `{name}`, which {place} does not import"


def manifest_problems(name, imported, declared):
    if undeclared := imported - declared:
        yield f"Package.swift: `{name}` imports {listed(undeclared)} without declaring it"
    if idle := declared - imported:
        yield f"Package.swift: `{name}` declares {listed(idle)}, which it does not import"


def folder_problems(package, name):
    named = set(re.findall(r"`([\w/]+)`", package.paragraph(name)))
    folders = {path.relative_to(package.folder(name)).parent for path in package.folder(name).rglob("*.swift")}
    if missing := {str(folder) for folder in folders if folder.parts} - named:
        yield f"docs/architecture.md: the paragraph of `{name}` does not name {listed(missing)}"

"""The arrows between the folders of a module.

A file points to another where it mentions a type that the other declares, or a member that the other adds to a type of
another folder. Files that lie directly in a module count as a folder, which is written as ".". Two folders that point to each
other are one room with a wall through it: what both need belongs below, or they belong together.
"""

from collections import defaultdict

from swift_source import SwiftFile


class Module:
    """The files of one module, and which mention which."""

    def __init__(self, path):
        self.files = {
            file.relative_to(path): SwiftFile(file.read_text()) for file in sorted(path.rglob("*.swift"))
        }
        self.name = path.name

    def arrows(self):
        """For each pair of folders (from, to) the reasons: file, and the name that it mentions."""
        homes, members = self._homes(), self._members()
        found = defaultdict(set)
        for path, file in self.files.items():
            for name in (file.mentions - file.own) | file.qualified:
                for home in homes.get(name.removeprefix(f"{self.name}."), ()):
                    found[str(path.parent), str(home.parent)].add((str(path), name))
            for name in file.called - file.members:
                if (home := members.get(name)) and home != path:
                    found[str(path.parent), str(home.parent)].add((str(path), f".{name}"))
        return {arrow: reasons for arrow, reasons in found.items() if arrow[0] != arrow[1]}

    def mutual(self):
        """The pairs of folders with arrows in both directions, each with the reasons of both."""
        arrows = self.arrows()
        return {
            (one, other): (arrows[one, other], arrows[other, one])
            for one, other in arrows
            if one < other and (other, one) in arrows
        }

    def _homes(self):
        homes = defaultdict(set)
        for path, file in self.files.items():
            for name in file.types:
                homes[name].add(path)
        return homes

    def _members(self):
        """The home of each member that an extension adds to a type of another folder, if its name says which it is."""
        declared, homes = defaultdict(set), self._homes()
        for path, file in self.files.items():
            for name in file.members:
                declared[name].add(path)
        members = {}
        for path, file in self.files.items():
            for extended, name in file.added:
                elsewhere = {home.parent for home in homes.get(extended, ())} - {path.parent}
                if elsewhere and declared[name] == {path}:
                    members[name] = path
        return members


def problems(package):
    for path in sorted((package.root / "Sources").iterdir()):
        for (one, other), (there, back) in sorted(Module(path).mutual().items()):
            yield f"{path.name}: {one} <-> {other}: two folders that mention each other: {example(there)}, and {example(back)}"


def example(reasons):
    file, name = min(reasons)
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return f"{file} has {name}{more}"


def picture(module):
    """All arrows of a module, one a line, those of mutual pairs marked, each with what it consists of."""
    mutual = module.mutual()
    for (source, target), reasons in sorted(module.arrows().items()):
        mark = "!" if (min(source, target), max(source, target)) in mutual else " "
        yield f"{mark} {source} -> {target}: " + ", ".join(f"{file}: {name}" for file, name in sorted(reasons))

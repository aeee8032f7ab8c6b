"""What the architecture's checks read in a Swift file: enough to see which names it declares and which it mentions."""

import re
from functools import cache

TEXTS = re.compile(
    r'//[^\n]*|/\*.*?\*/|(?P<raw>#+)".*?"(?P=raw)|"""(?:\\.|.)*?"""|"(?:\\.|[^"\\\n])*"',
    re.DOTALL,
)
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public |package |internal |fileprivate |private )?"
    r"import (?:(?:struct|class|enum|protocol|func|var|let|typealias) )?(\w+)",
    re.MULTILINE,
)
# A declaration, an extension, or a brace: what it takes to know at which depth a name is declared.
STRUCTURE = re.compile(
    r"[{}]"
    r"|\b(?P<kind>struct|class|enum|actor|protocol|typealias|extension|func|var|let|case)\s+(?P<name>`?\w+(?:\.\w+)*`?)"
)
TYPES = {"struct", "class", "enum", "actor", "protocol", "typealias"}
PRIVATE = re.compile(r"\b(?:private|fileprivate)\b(?!\(set\))[\w\s@()]*$")
MENTION = re.compile(r"(?<![\w.])([A-Z]\w*)(?:\.([A-Z]\w*))?")
MEMBER = re.compile(r"\.([a-z]\w*)\b")


@cache
def without_comments(swift):
    """The source without comments and without the text of string literals, line for line."""

    def blank(match):
        return '""' if match.group()[0] in '"#' else "\n" * match.group().count("\n")

    return TEXTS.sub(blank, swift)


class SwiftFile:
    """The names of one file."""

    def __init__(self, text):
        source = without_comments(text)
        # Types that the rest of the module can name: those of the file's top level, and "Outer.Inner" declared in an extension.
        self.types = set()
        # Every type that is declared here, at any depth: such a name means the file's own.
        self.own = set()
        # Members that an extension adds to a type: pairs of type and member.
        self.added = set()
        # Every member and function that is declared here.
        self.members = set()
        self._read(source)
        mentions = set(MENTION.findall(source))
        self.mentions = {outer for outer, _ in mentions}
        self.qualified = {f"{outer}.{inner}" for outer, inner in mentions if inner}
        self.called = set(MEMBER.findall(source))

    def _read(self, source):
        # What each open brace belongs to: the extension's type, or nothing.
        open_braces, waiting = [], None
        for token in STRUCTURE.finditer(source):
            if token.group() == "{":
                open_braces.append(waiting)
                waiting = None
            elif token.group() == "}":
                open_braces and open_braces.pop()
            else:
                kind, name = token["kind"], token["name"].strip("`")
                hidden = PRIVATE.search(source[max(0, token.start() - 60) : token.start()].rpartition("\n")[2])
                self._declare(kind, name, open_braces, hidden)
                waiting = name if kind == "extension" else None

    def _declare(self, kind, name, open_braces, hidden):
        extended = open_braces[0] if len(open_braces) == 1 else None
        if kind == "extension":
            return
        if kind in TYPES:
            self.own.add(name)
            if not hidden and not open_braces:
                self.types.add(name)
            elif not hidden and extended:
                self.types.add(f"{extended}.{name}")
            return
        self.members.add(name)
        if kind in ("func", "var", "let") and extended and not hidden:
            self.added.add((extended, name))

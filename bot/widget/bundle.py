"""The modules of a page joined in one script when the service starts, so that a browser asks for one file, not thirty.

Not a general bundler: it takes the few forms of import and export that this project writes, and refuses any other. Each
module becomes a function called once, in the order of its imports (ECMAScript 2022, 16.2.1.5.2: a module runs after
those it imports), that gives back what it exports. The file must be served from the folder of ``root``, so that
``import.meta.url`` leads where it led; only modules of that folder may use it. Lines that hold a comment only stay
behind, in scripts as in style sheets: they are a fifth of what a reader would load.
"""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{ ([\w$ ,]+) \} from "(\.{1,2}/[\w./-]+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|class|function\*?) +([\w$]+))", re.MULTILINE)
_PART = re.compile(r'^@import "([\w/-]+\.css)";$', re.MULTILINE)
_STYLE_COMMENT = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class Unbundled(ValueError):
    """A module is written in a form that ``bundle`` does not know, or imports itself."""


def bundle(entry: str, root: Path) -> bytes:
    """One module that does what the module ``entry`` of ``root`` does, everything that it imports included.

    Raises Unbundled.
    """
    joined = _Bundle(root.resolve())
    joined.add((root / entry).resolve(), entry=True)
    return "\n".join(joined.parts).encode()


def style(entry: str, root: Path) -> bytes:
    """The style sheet ``entry`` of ``root`` with those that it imports in their places, comments left out.

    Raises Unbundled.
    """
    whole = _PART.sub(lambda part: (root / part[1]).read_text(encoding="utf-8"), (root / entry).read_text("utf-8"))
    if "@import" in whole:
        raise Unbundled(f"{entry}: an @import that bot/widget/bundle.py does not know, or in a sheet imported itself")
    return _STYLE_COMMENT.sub("", whole).encode()


def _bare(text: str, shown: str) -> str:
    """A module without the lines that hold a comment only; the lines of a template literal are text.

    Raises Unbundled where code follows a comment on its line, or where a backtick opens nothing.
    """
    kept: list[str] = []
    comment = literal = False
    for line in text.split("\n"):
        words = line.strip()
        comment = comment or (not literal and words.startswith("/*"))
        if comment:
            _, end, code = words.partition("*/")
            if code:
                raise Unbundled(f"{shown}: « {code} » follows a comment on its line")
            comment = not end
        elif literal or not words.startswith("//"):
            literal ^= line.count("`") % 2 == 1
            kept.append(line)
    if literal:
        raise Unbundled(f"{shown}: an odd number of backticks; write one that opens nothing as \\x60")
    return "\n".join(kept)


class _Bundle:
    def __init__(self, root: Path) -> None:
        self.parts: list[str] = []
        self._root = root
        self._names: dict[Path, str] = {}
        self._begun: set[Path] = set()

    def add(self, path: Path, *, entry: bool = False) -> str:
        """Write the module, after those that it imports; the name that holds its exports."""
        if path in self._names:
            return self._names[path]
        shown = path.relative_to(self._root).as_posix()
        if path in self._begun:
            raise Unbundled(f"{shown} imports itself, through others: break the cycle")
        self._begun.add(path)
        text = path.read_text(encoding="utf-8")
        if "import.meta" in text and path.parent != self._root:
            raise Unbundled(f"{shown}: import.meta.url would lead elsewhere, move what uses it to {self._root.name}/")

        def imported(match: re.Match[str]) -> str:
            names = ", ".join(": ".join(name.split(" as ")) for name in match[1].split(", "))
            return f"const {{ {names} }} = {self.add((path.parent / match[2]).resolve())};"

        text = _IMPORT.sub(imported, text)
        exported = _EXPORT.findall(text)
        text = _EXPORT.sub("", text)
        if other := _OTHER.search(text):
            raise Unbundled(f"{shown}: « {other[0]} » is a form that bot/widget/bundle.py does not know")
        text = _bare(text, shown)
        name = self._names[path] = f"module{len(self._names)}"
        # The entry may wait (await) at its top: it is a block of the script, not a function.
        opened, closed = ("{", "}") if entry else (f"const {name} = (() => {{", "})();")
        given = "" if entry else f"return {{ {', '.join(exported)} }};\n"
        self.parts.append(f"// {shown}\n{opened}\n{text}{given}{closed}")
        return name

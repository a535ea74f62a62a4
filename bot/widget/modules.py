"""The modules that a page will import, so that the browser may fetch them all at once instead of level by level."""

import re
from pathlib import Path

_IMPORT = re.compile(r'^(?:import|export)\b[^"\';]*?\bfrom\s*"(\.[^"]+)"|^import\s*"(\.[^"]+)"', re.MULTILINE)


def imported(entry: Path, root: Path) -> tuple[str, ...]:
    """Every module that ``entry`` imports, itself included, nearest first; paths relative to ``root``."""
    found: dict[Path, None] = {entry.resolve(): None}
    for module in (queue := list(found)):
        for match in _IMPORT.finditer(module.read_text(encoding="utf-8")):
            target = (module.parent / (match[1] or match[2])).resolve()
            if target not in found and target.is_file():
                found[target] = None
                queue.append(target)
    return tuple(module.relative_to(root.resolve()).as_posix() for module in found)

"""What is wrong in a file that people write: where, what, and what to do."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A defect of ``file`` at ``line`` (from 1); ``message`` and ``cure`` are in French."""

    file: Path
    line: int
    message: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} : {self.message} ; {self.cure}"

"""Another system's answers, exported as JSON Lines: one object a question, with its ``id`` and an answer.

    {"id": "q-1", "status": "answered", "answer": "… [1]", "citations": [{"quote": "…", "title": "…", "url": "…"}]}

The fields are those of ``/v1/ask``; ``id``, and ``answer`` or ``status``, are enough. Everything is checked before
the run begins.
"""

import hashlib
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from evals.errors import ExportError, LineProblem, disk_reason
from evals.model import Failure, Outcome, Question, SystemInfo
from evals.systems.checks import checked
from evals.systems.identity import system_info
from evals.systems.ports import Reply
from evals.systems.reading import BadReply, Shape, parse_json, reply_of

BYTES_MAX = 256 * 1024 * 1024
_CURE = "corrigez cette ligne de l’export"


class Exported:
    """The answers of a file, by question id.

    Raises:
        ExportError: the file cannot be used; every problem is told with its line.
    """

    def __init__(self, path: Path, name: str | None = None) -> None:
        content = _content(path)
        self._replies = _replies(path, content)
        identity = {"file": hashlib.sha256(content).hexdigest()}
        self._info = system_info("exported", name or path.stem, identity=identity, details={"file": path.name})

    @property
    def info(self) -> SystemInfo:
        """The file."""
        return self._info

    @property
    def corpus_digest(self) -> str | None:
        """An export does not tell what it answers from."""
        return None

    def unknown(self, questions: Collection[str]) -> int:
        """How many answers are to none of these questions."""
        return len(self._replies.keys() - set(questions))

    def ask(self, question: Question) -> Reply:
        """The answer of the file."""
        reply = self._replies.get(question.id)
        if reply is None:
            return Reply(
                Outcome(question.id, failure=Failure("missing", "aucune réponse à cette question dans l’export"))
            )
        return replace(reply, outcome=checked(reply.outcome, None))

    def close(self) -> None:
        """Nothing to let go of."""


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > BYTES_MAX:
            raise ExportError(path, [LineProblem(0, "fichier de plus de 256 Mio", "partagez-le en plusieurs")])
        return path.read_bytes()
    except OSError as error:
        reason = f"fichier illisible ({disk_reason(error)})"
        raise ExportError(path, [LineProblem(0, reason, "vérifiez le chemin et les droits")]) from error


def _replies(path: Path, content: bytes) -> dict[str, Reply]:
    found: dict[str, Reply] = {}
    lines: dict[str, int] = {}
    problems = []
    for line, written in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not written.strip():
            continue
        try:
            key, reply = _reply(written)
        except BadReply as error:
            problems.append(LineProblem(line, str(error), _CURE))
            continue
        if key in lines:
            problems.append(LineProblem(line, f"identifiant « {key} » déjà ligne {lines[key]}", "gardez une réponse"))
        lines[key], found[key] = line, reply
    if not found and not problems:
        problems.append(LineProblem(1, "aucune réponse", "écrivez un objet JSON par ligne, avec « id » et « answer »"))
    if problems:
        raise ExportError(path, problems)
    return found


def _reply(written: bytes) -> tuple[str, Reply]:
    value = parse_json(written)
    shape = Shape(value, "la ligne")
    key = shape.text("id")
    if not key:
        raise BadReply("il manque « id »")
    if not shape.has("answer") and not shape.has("status"):
        raise BadReply("il manque « answer » ou « status »")
    # The id is ours, not something that was shown.
    return key, reply_of({name: part for name, part in value.items() if name != "id"}, key)

"""The settings file of the helpdesk (TOML, ``CYBERVIGIE_HELPDESK``): one table ``[desks.NAME]`` a desk."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.compose import NBSP
from bot.helpdesk.errors import HelpdeskMisset
from bot.helpdesk.reach import Reach
from bot.helpdesk.secret import Secret, read_secret
from ingest.system_words import system_words

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_MAX_BYTES = 256 * 1024
_AT = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator lets happen. Words are those of the tool, compared without regard to case.

    ``categories``: only tickets of these are answered; empty: all. ``consent_tag``: only tickets that carry it are
    answered; "": all. ``auto_reply_categories``: the answer is sent to the person, not only drafted; empty: never.
    ``evaluation_tag``: where the operator keeps texts of verdicts, only of tickets that carry it; "": none is kept.
    """

    categories: frozenset[str] = frozenset()
    consent_tag: str = ""
    auto_reply_categories: frozenset[str] = frozenset()
    evaluation_tag: str = ""


@dataclass(frozen=True, slots=True)
class DeskConfig:
    """The table of one desk. Every reading method raises HelpdeskMisset, naming file, desk and key; what was never
    asked for is refused by :meth:`finish`, so that a misspelt key is not silently ignored."""

    file: Path
    name: str
    kind: str
    rules: Rules
    values: Mapping[str, object]
    verdict_secret_file: Path | None = None
    """Of the signed calls by which the tool tells what agents made of a draft; without it, a key is needed."""
    poll_seconds: int = 60
    """Between two polls, of a desk that is asked."""
    _read: set[str] = field(default_factory=set, compare=False, repr=False)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; obligatory without a default."""
        value = self._value(key, str, "un texte entre guillemets est attendu", default)
        if not value and default is None:
            raise self.misset(key, "vide ; donnez une valeur")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        return self._value(key, bool, "true ou false est attendu", default)

    def number(self, key: str, default: int, *, least: int = 0, most: int = 1_000_000) -> int:
        """A whole number within bounds."""
        value = self._value(key, int, "un nombre entier est attendu", default)
        if isinstance(value, bool) or not least <= value <= most:
            raise self.misset(key, f"un nombre entier de {least} à {most} est attendu")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where it is absent."""
        found = self._value(key, list, "une liste de textes est attendue", [])
        if not all(isinstance(one, str) and one for one in found):
            raise self.misset(key, "une liste de textes est attendue")
        return tuple(found)

    def path(self, key: str) -> Path | None:
        """A file, relative to the folder of the settings file; None where it is absent."""
        value = self.text(key, "")
        return self.file.parent / value if value else None

    def secret(self, key: str) -> Secret:
        """The secret in the file that ``key`` names."""
        found = self.optional_secret(key)
        if found is None:
            raise self.misset(key, "absent ; donnez le nom d’un fichier qui contient le secret")
        return found

    def optional_secret(self, key: str) -> Secret | None:
        """The same, None where the key is absent. Keys of secrets end in ``_file``."""
        if not key.endswith("_file"):
            raise ValueError("a secret comes from a file: name its key ..._file")
        found = self.path(key)
        return read_secret(found) if found is not None else None

    def reach(self) -> Reach:
        """``internal``, ``cleartext`` and ``ca_file``, for ``HttpClient`` or another connection.

        The file must be there even where the address is in http, which does not need it: it is there to be used.
        """
        authorities = self.path("ca_file")
        if authorities is not None and not authorities.is_file():
            raise self.misset("ca_file", f"{authorities} n’est pas un fichier ; corrigez son nom ou retirez la clé")
        return Reach(self.flag("internal"), self.flag("cleartext"), authorities)

    def finish(self) -> None:
        """Refuse the keys that nobody read; factories call it last."""
        if unknown := sorted(set(self.values) - self._read):
            raise self.misset(unknown[0], "clé inconnue ; retirez-la ou corrigez-la")

    def misset(self, key: str, reason: str) -> HelpdeskMisset:
        """The error of a key, to be raised."""
        return HelpdeskMisset(f"{self.file} [desks.{self.name}] {key} : {reason}")

    def _value(self, key: str, kind: type[_T], expected: str, default: _T | None) -> _T:
        self._read.add(key)
        value = self.values.get(key, default)
        if value is None:
            raise self.misset(key, "absent ; ajoutez-le")
        if not isinstance(value, kind):
            raise self.misset(key, expected)
        return value


def load_config(path: Path) -> tuple[DeskConfig, ...]:
    """The desks of the settings file, in its order. Raises HelpdeskMisset."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise HelpdeskMisset(f"{path} : fichier trop volumineux")
        table = tomllib.loads(content.decode("utf-8"))
    except OSError as error:
        raise HelpdeskMisset(f"{path} : illisible ({_words(error)}) ; voyez CYBERVIGIE_HELPDESK") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        # A decoding error tells the place, never the content.
        raise HelpdeskMisset(f"{path} : ce n’est pas du TOML{_place(str(error))}") from None
    desks = table.pop("desks", {})
    if table or not isinstance(desks, dict) or not desks:
        raise HelpdeskMisset(f"{path} : des tables [desks.NOM] sont attendues, et rien d’autre")
    return tuple(_desk(path, name, values) for name, values in desks.items())


def _desk(path: Path, name: str, values: object) -> DeskConfig:
    if not NAME.fullmatch(name):
        raise HelpdeskMisset(f"{path} [desks.…] : un nom est fait de a-z, 0-9 et « - », 40 caractères au plus")
    if not isinstance(values, dict):
        raise HelpdeskMisset(f"{path} [desks.{name}] : une table est attendue")
    draft = DeskConfig(path, name, "", Rules(), values)
    rules = Rules(
        categories=_folded(draft.texts("categories")),
        consent_tag=draft.text("consent_tag", "").casefold(),
        auto_reply_categories=_folded(draft.texts("auto_reply_categories")),
        evaluation_tag=draft.text("evaluation_tag", "").casefold(),
    )
    kind = draft.text("kind")
    verdict = draft.path("verdict_secret_file")
    poll = draft.number("poll_seconds", 60, least=5, most=86_400)
    rest = {key: value for key, value in values.items() if key not in draft._read}
    return DeskConfig(path, name, kind, rules, rest, verdict, poll)


def _words(error: OSError) -> str:
    """What went wrong, in French; the file is told by the message around it."""
    return system_words(error).partition(NBSP)[0]


def _place(error: str) -> str:
    """Where a TOML error is: ``tomllib`` says "(at line 3, column 5)" or "(at end of document)"."""
    if found := _AT.search(error):
        return f" (ligne {found['line']}, colonne {found['column']})"
    return " (à la fin du fichier)" if "(at end of document)" in error else ""


def _folded(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(text.casefold() for text in texts)

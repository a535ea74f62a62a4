"""Secrets: read from files of their own, and never shown by accident."""

import hmac
import stat
from pathlib import Path

from bot.helpdesk.errors import HelpdeskMisset
from ingest.system_words import system_words

_MAX_BYTES = 64 * 1024


class Secret:
    """A text that neither ``repr``, ``str``, a format nor a traceback shows."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The text itself, at the last moment, where it is used."""
        return self.__value

    def equals(self, other: str) -> bool:
        """Whether it is the same text, in constant time."""
        return hmac.compare_digest(self.__value.encode(), other.encode("utf-8", "replace"))

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a secret is not copied to a file")


def read_secret(path: Path) -> Secret:
    """The content of a secret file, without the white space around it.

    Raises HelpdeskMisset where it is missing, empty, too large, or may be read by every user of the machine.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(path.stat().st_mode)
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        words = system_words(error).partition("\u00a0")[0]
        raise HelpdeskMisset(f"{path} : fichier de secret illisible ({words}) ; créez-le") from None
    if mode & 0o007:
        raise HelpdeskMisset(f"{path} : lisible par tous les comptes de la machine ; faites : chmod 600 {path}")
    try:
        value = content.decode("utf-8").strip()
    except UnicodeDecodeError:
        value = ""
    if not value or len(content) > _MAX_BYTES:
        raise HelpdeskMisset(f"{path} : vide ou illisible ; mettez-y le secret, sur une ligne")
    return Secret(value)

"""The server's own secret, without which the file of keys is of no use to whoever copies it."""

import contextlib
import os
import secrets
from pathlib import Path

from bot.keys.errors import KeysUnavailable

_BYTES = 32


def load_pepper(path: Path, *, create: bool) -> bytes:
    """At least 32 bytes from a file that not everyone may read; made, for its owner alone, if it may be.

    Raises:
        KeysUnavailable: the file is absent, too short, or open to others; changing it makes every key unknown.
    """
    try:
        if create:
            _create(path)
        with path.open("rb") as file:
            shared = os.fstat(file.fileno()).st_mode & 0o007
            pepper = file.read(4_096).strip()
    except OSError as error:
        raise KeysUnavailable(
            f"{path} : secret des clés illisible ({type(error).__name__}) ; vérifiez que le dossier des données existe "
            "et que vous y avez accès"
        ) from None
    if shared:
        raise KeysUnavailable(f"{path} : secret des clés lisible par d’autres ; corrigez par « chmod 600 »")
    if len(pepper) < _BYTES:
        raise KeysUnavailable(f"{path} : secret des clés trop court ; il faut au moins {_BYTES} octets au hasard")
    return pepper


def _create(path: Path) -> None:
    """Written aside and linked: two processes that begin together share the first one's, and none reads half of it."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(_BYTES).encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink()

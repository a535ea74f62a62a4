"""Making keys and recognising them."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from bot.keys.errors import BadKey, Refused, UnknownKey
from bot.keys.model import Issued, Key, Scope
from bot.keys.pepper import load_pepper
from bot.keys.store import KeyFile
from bot.keys.tokens import key_id, new_id, new_token

NAME_MAX = 60
DAYS_MAX = 3_650
_NOBODY = bytes(32)


class Keyring:
    """The keys of a file, under a pepper. Safe to share between threads.

    Every method raises KeysUnavailable when the file or the pepper cannot be used.

    Args:
        file: where digests are kept.
        pepper: the file of the server's secret; made at the first key.
    """

    def __init__(self, file: KeyFile, pepper: Path) -> None:
        self.file = file
        self._pepper_path = pepper
        self._pepper: bytes | None = None

    def create(
        self, name: str, scopes: Iterable[Scope], *, days: int = 365, per_minute: int = 120, per_day: int = 10_000
    ) -> Issued:
        """A new key, good for so many days (0: for ever).

        Raises:
            BadKey: the name is empty, too long or unprintable, there is no scope, or a number is out of bounds.
        """
        name, wanted = name.strip(), frozenset(scopes)
        if not name or len(name) > NAME_MAX or not name.isprintable():
            raise BadKey(f"le nom d’une clé a de 1 à {NAME_MAX} caractères imprimables")
        if not wanted:
            raise BadKey("une clé ouvre au moins un droit ; indiquez --scope")
        if per_minute < 0 or per_day < 0:
            raise BadKey("un quota est un nombre positif, ou 0 pour aucun")
        now = self.file.now()
        key = Key(
            id=new_id(),
            name=name,
            scopes=wanted,
            created_at=now,
            expires_at=_end(now, days),
            revoked_at=None,
            per_minute=per_minute,
            per_day=per_day,
        )
        token = new_token(key.id)
        # With keys but without pepper, a new one would silently make all of them unknown.
        self.file.add(key, self._digest(token, create=not self.file.keys()))
        return Issued(key, token)

    def rotate(self, key: str, *, overlap: timedelta = timedelta(days=1), days: int = 365) -> Issued:
        """A new secret for a key, good for so many days; the old one stays good for ``overlap``.

        Raises:
            UnknownKey: no such key, or it is revoked.
            BadKey: a duration is out of bounds.
        """
        if not timedelta() <= overlap <= timedelta(days=90):
            raise BadKey("l’ancien secret reste valable de 0 à 90 jours")
        if self.file.find(key) is None:
            raise UnknownKey(f"aucune clé « {key} » ; la liste : cybervigie keys list")
        token = new_token(key)
        self.file.renew(key, self._digest(token), overlap=overlap, expires_at=_end(self.file.now(), days))
        found = self.file.find(key)
        if found is None:
            raise UnknownKey(f"aucune clé « {key} » ; la liste : cybervigie keys list")
        return Issued(found[0], token)

    def verify(self, token: str) -> Key:
        """The key that a token belongs to. What is said of a key's state is said to who holds its secret only.

        Raises:
            Refused: it is no key, or one that is unknown, revoked, or past its end.
        """
        claimed = key_id(token)
        if claimed is None:
            raise Refused("key_invalid", "malformed", "Cette clé n’a pas la forme d’une clé : recopiez-la en entier.")
        found = self.file.find(claimed)
        digest = self._digest(token) if found is not None else _NOBODY
        # Each secret is compared, in constant time, whatever the first says; of an unknown key, one that is nobody's.
        known = [hmac.compare_digest(digest, one) for one in (found[1] if found else (bytes(31) + b"\1",))]
        if found is None or not any(known):
            message = "Cette clé est inconnue ou n’est plus valable : demandez-en une autre à l’exploitant."
            raise Refused("key_invalid", "unknown", message)
        key = found[0]
        if key.revoked_at is not None:
            raise Refused("key_revoked", "revoked", "Cette clé a été révoquée : demandez-en une autre à l’exploitant.")
        if key.expires_at is not None and key.expires_at <= self.file.now():
            raise Refused("key_expired", "expired", "Cette clé a expiré : demandez à l’exploitant de la renouveler.")
        return key

    def _digest(self, token: str, *, create: bool = False) -> bytes:
        if self._pepper is None:
            self._pepper = load_pepper(self._pepper_path, create=create)
        return hmac.new(self._pepper, token.encode("ascii"), hashlib.sha256).digest()


def _end(now: datetime, days: int) -> datetime | None:
    if not 0 <= days <= DAYS_MAX:
        raise BadKey(f"une clé vaut de 1 à {DAYS_MAX} jours, ou 0 pour ne pas finir")
    return now + timedelta(days=days) if days else None

"""The text of a key: ``cv_<id>_<secret><checksum>``.

The prefix and the checksum let scanners of leaked secrets tell a key from chance, offline (the scheme that GitHub
describes in "Behind GitHub's new authentication token formats", 2021): ``id`` is 10 characters of [0-9a-z] and
public, ``secret`` 43 characters of base 62 that carry 256 random bits, ``checksum`` the CRC-32 of what precedes, in 6
characters of base 62.
"""

import re
import secrets
import string
import zlib

ID = r"[0-9a-z]{10}"
PATTERN = re.compile(rf"cv_({ID})_[0-9A-Za-z]{{49}}")
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_ID_ALPHABET = string.digits + string.ascii_lowercase
_SECRET_BITS = 256
_SECRET_CHARS = 43
_SUM_CHARS = 6


def new_id() -> str:
    """A public identifier."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(10))


def new_token(key_id: str) -> str:
    """A token with a new secret."""
    body = f"cv_{key_id}_{_base62(secrets.randbits(_SECRET_BITS), _SECRET_CHARS)}"
    return body + _checksum(body)


def key_id(token: str) -> str | None:
    """The identifier in a token; None when the text is no token that we ever made."""
    found = PATTERN.fullmatch(token)
    if found is None or token[-_SUM_CHARS:] != _checksum(token[:-_SUM_CHARS]):
        return None
    return found.group(1)


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode("ascii")), _SUM_CHARS)


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))

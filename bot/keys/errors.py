"""Errors of API keys.

KeysError
├── KeysUnavailable  the file of keys or the pepper cannot be used
├── UnknownKey       no key has this id
├── BadKey           a key is asked for with a name, a scope or a duration that cannot be
└── Refused          a presented key is not accepted; ``code`` says why, never the key
"""

from bot.errors import BotError


class KeysError(BotError):
    """Base of all errors of API keys; the message is French and holds nothing of a key."""

    code = "keys_error"


class KeysUnavailable(KeysError):
    """The file of keys or the pepper cannot be used."""

    code = "keys_unavailable"


class UnknownKey(KeysError):
    """No key has this id."""

    code = "key_unknown"


class BadKey(KeysError):
    """A key is asked for with a name, a scope or a duration that cannot be."""

    code = "key_incorrect"


class Refused(KeysError):
    """A presented key is not accepted; ``code`` is for programs, ``reason`` for the metrics."""

    def __init__(self, code: str, reason: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason

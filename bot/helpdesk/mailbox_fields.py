"""Header fields of a message, read leniently: what strangers' programs write follows no standard for long."""

import base64
import email.header
import email.utils
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.helpdesk.mailbox_charset import decoded
from bot.helpdesk.mailbox_options import ADDRESS
from ingest.text import clean

NAMES = (
    "FROM", "REPLY-TO", "SUBJECT", "DATE", "MESSAGE-ID", "REFERENCES", "IN-REPLY-TO", "RETURN-PATH", "CONTENT-TYPE",
    "AUTO-SUBMITTED", "PRECEDENCE", "LIST-ID", "LIST-POST", "LIST-UNSUBSCRIBE", "X-SPAM-FLAG", "X-AUTOREPLY",
    "X-AUTORESPOND", "X-AUTO-RESPONSE-SUPPRESS", "X-CYBERVIGIE-KEY", "AUTHENTICATION-RESULTS",
)  # fmt: skip
"""All that is ever asked of a header."""
BYTES = 16 * 1024
"""Of a header that are asked for; what is cut off is read as if it were not there."""
_FOLD = re.compile(rb"\r?\n[ \t]+")
_ID = re.compile(r"<[!-;=?-~]{1,400}>")
_LINE = 2_000
_IDS = 20
_COMMENTS = 20


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one message, by name in lower case, as text; encoded words are left as they came."""

    values: Mapping[str, tuple[str, ...]]

    def text(self, name: str) -> str:
        """The first field of that name, at most 2,000 characters; "" where there is none."""
        return next(iter(self.values.get(name, ())), "")[:_LINE].strip()

    @property
    def subject(self) -> str:
        """The subject as people read it, on one line."""
        return " ".join(clean(_words(self.text("subject"))).split())

    def address(self, name: str) -> str:
        """The one address in a field, as it stands; "" where there is none, more than one, or one that could not go
        into a header as it is."""
        if len(self.values.get(name, ())) != 1:
            return ""
        return plain_address(self.text(name))

    def ids(self, name: str) -> tuple[str, ...]:
        """The message ids in a field with their angle brackets, at most the first and the last 19 of them."""
        found = _ID.findall(next(iter(self.values.get(name, ())), ""))
        return tuple(found if len(found) <= _IDS else [found[0], *found[1 - _IDS :]])

    @property
    def message_id(self) -> str:
        """The id of the message with its angle brackets; "" where it has none."""
        return next(iter(self.ids("message-id")), "")

    @property
    def article(self) -> str:
        """A name of the message that tells nothing about it: the same in every copy, wherever it is moved to.

        A hash of its id, or of date, sender and subject where it has none: an id often holds the domain of the
        person, or their computer's name.
        """
        named = self.message_id or "\0".join(self.text(name) for name in ("date", "from", "subject"))
        return _hashed(named)

    @property
    def thread(self) -> str:
        """The same of the message that began the conversation."""
        first = next(iter((*self.ids("references"), *self.ids("in-reply-to"))), "")
        return _hashed(first) if first else self.article


def plain_address(text: str) -> str:
    """The one address in a text such as ``Dr Essai <essai@cabinet.fr>``; "" where there is none, or more than one."""
    # The standard library calls itself for each comment within a comment.
    found = email.utils.getaddresses([text]) if text.count("(") <= _COMMENTS else []
    address = found[0][1] if len(found) == 1 else ""
    return address if len(address) <= 254 and ADDRESS.fullmatch(address) else ""


def parse_fields(raw: bytes) -> Fields:
    """The fields of a header, or of a piece of one."""
    values: dict[str, tuple[str, ...]] = {}
    for line in re.split(rb"\r?\n", _FOLD.sub(b" ", raw[:BYTES])):
        name, colon, value = line.partition(b":")
        key = name.decode("ascii", "replace").strip().lower()
        if colon and key:
            values[key] = (*values.get(key, ()), decoded(value, "utf-8"))
    return Fields(values)


def _words(text: str) -> str:
    """A text with its encoded words (RFC 2047) decoded; a word that cannot be is left as it is."""
    try:
        pieces = email.header.decode_header(text)
    except (email.errors.HeaderParseError, ValueError):
        return text
    return "".join(piece if isinstance(piece, str) else decoded(piece, charset or "utf-8") for piece, charset in pieces)


def _hashed(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    return "m" + base64.b32encode(digest[:15]).decode("ascii").lower()

"""Which parts of a message are read: the text that a person wrote. Attachments are counted, and never fetched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.helpdesk.errors import DeskRefused
from bot.helpdesk.mailbox_charset import decoded, untransferred
from bot.helpdesk.mailbox_flowed import unflowed
from bot.helpdesk.plain import plain_text

_DEPTH = 30
_TEXTS = 4
"""Texts of one message that are read: some programs cut a text in two around a picture."""
_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})


@dataclass(frozen=True, slots=True)
class Part:
    """A text of a message. ``section``: its number in ``BODY[...]`` (RFC 9051, 6.4.5)."""

    section: str
    html: bool
    charset: str
    encoding: str
    flowed: bool
    delsp: bool

    def text(self, data: bytes) -> str:
        """What a reader sees of it; ``data`` as fetched, perhaps cut off."""
        text = decoded(untransferred(data, self.encoding), self.charset).replace("\r\n", "\n").replace("\r", "\n")
        if self.html:
            return plain_text(text)
        return unflowed(text, delsp=self.delsp) if self.flowed else text


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a message. ``texts``: in reading order, each as its forms, the one to prefer first."""

    texts: tuple[tuple[Part, ...], ...]
    attachments: int
    encrypted: bool


def parts(structure: Any) -> Parts:
    """The parts in a BODYSTRUCTURE as IMAPClient gives it. Raises DeskRefused where it makes no sense."""
    try:
        found = list(_walk(structure, "", 0))
    except (IndexError, TypeError, AttributeError, ValueError):
        raise DeskRefused("structure du message illisible : un agent doit y répondre", code="structure") from None
    texts = tuple(forms for forms in found if isinstance(forms, tuple))[:_TEXTS]
    others = [kind for kind in found if isinstance(kind, str)]
    encrypted = any(kind in _ENCRYPTED for kind in others)
    return Parts(texts, 0 if encrypted else len(others), encrypted)


def _walk(node: Any, section: str, depth: int) -> Iterator[tuple[Part, ...] | str]:
    """The texts of a node as tuples of forms, and the type of each attachment as a text."""
    if depth > _DEPTH:
        return
    if not isinstance(node[0], list):
        yield _leaf(node, section or "1")
        return
    children = [(child, f"{section}.{i}" if section else str(i)) for i, child in enumerate(node[0], start=1)]
    kind = _word(node[1])
    if kind == "report":
        return
    if kind in {"signed", "related"}:
        # What follows is a signature, or pictures of the text.
        yield from _walk(*children[0], depth + 1)
    elif kind == "alternative":
        found = [one for child, place in children for one in _walk(child, place, depth + 1)]
        forms = [part for one in found if isinstance(one, tuple) for part in one]
        if forms:
            yield tuple(sorted(forms, key=lambda part: part.html))
        yield from (one for one in found if isinstance(one, str))
    else:
        for child, place in children:
            yield from _walk(child, place, depth + 1)


def _leaf(node: Any, section: str) -> tuple[Part, ...] | str:
    main, minor = _word(node[0]), _word(node[1])
    # RFC 9051, 7.5.2: a text has its number of lines before the extension data (MD5, then disposition).
    place = 9 if main == "text" else 11 if (main, minor) == ("message", "rfc822") else 8
    disposition = node[place] if len(node) > place else None
    kind = _word(disposition[0]) if isinstance(disposition, tuple) and disposition else ""
    if not main or not minor:
        # RFC 2045, 5.2: what cannot be read as a type is plain text.
        main, minor = "text", "plain"
    if main != "text" or minor not in {"plain", "html"} or kind == "attachment":
        return f"{main}/{minor}"
    given = _parameters(node[2])
    part = Part(
        section=section,
        html=minor == "html",
        charset=given.get("charset", ""),
        encoding=_word(node[5]),
        flowed=minor == "plain" and given.get("format", "").lower() == "flowed",
        delsp=given.get("delsp", "").lower() == "yes",
    )
    return (part,)


def _parameters(given: Any) -> dict[str, str]:
    if not isinstance(given, Sequence) or isinstance(given, bytes | str):
        return {}
    return {_word(name): _text(value) for name, value in zip(given[::2], given[1::2], strict=False)}


def _word(value: Any) -> str:
    return _text(value).lower()


def _text(value: Any) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else "" if value is None else str(value)

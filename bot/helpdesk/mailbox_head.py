"""What is known of a message without its text, out of what a server fetched."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.helpdesk.mailbox_fields import Fields, parse_fields


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a message without its text. ``flags`` in lower case; ``received`` by the server."""

    uid: int
    flags: frozenset[str]
    received: datetime | None
    fields: Fields


def head_of(uid: int, found: dict[bytes, Any]) -> Head:
    """What a FETCH of flags, date and fields tells."""
    flags = frozenset(
        flag.decode("ascii", "replace").casefold() for flag in found.get(b"FLAGS", ()) if isinstance(flag, bytes)
    )
    received = found.get(b"INTERNALDATE")
    return Head(uid, flags, received if isinstance(received, datetime) else None, parse_fields(body_of(found)))


def body_of(found: dict[bytes, Any]) -> bytes:
    """The one BODY[...] of a reply: servers spell its name in their own ways."""
    value = next((value for name, value in found.items() if name.startswith(b"BODY[")), None)
    return value if isinstance(value, bytes) else b"" if value is None else str(value).encode()

"""Moments as people read them, in UTC: the same form in the terminal and in the report."""

from datetime import UTC, datetime


def day(text: str) -> str:
    """ "01/06/2026" of an ISO 8601 moment."""
    return _utc(text).strftime("%d/%m/%Y")


def clock(text: str) -> str:
    """ "04:05" of an ISO 8601 moment."""
    return _utc(text).strftime("%H:%M")


def moment(text: str) -> str:
    """ "01/06/2026 04:05" of an ISO 8601 moment."""
    return f"{day(text)} {clock(text)}"


def between(begun: str, ended: str) -> str:
    """ "le 01/06/2026, de 04:05 à 04:20", or from one day to another."""
    if day(begun) != day(ended):
        return f"du {moment(begun)} au {moment(ended)}"
    if clock(begun) == clock(ended):
        return f"le {moment(begun)}"
    return f"le {day(begun)}, de {clock(begun)} à {clock(ended)}"


def _utc(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)

"""The large-change gate: what a source may change in one run without a person's leave (security.md, T6).

A text is counted by its passages, each distinct one once: a guide that only moves to another address changes nothing.
"""

from dataclasses import dataclass

HELD_SHARE = 0.30
"""Share of a source's passages that may change or go."""
FLOOR_DOCUMENTS = 3
FLOOR_PASSAGES = 20
"""The share counts from 3 documents or 20 passages on: on a source of two pages, the usual correction of one is beyond
any share, and an alarm that rings at each correction is no longer heard."""
FLOOR_LOST = 5
"""Passages from which on nothing left of them is the loss of the source, however small it is."""
FLOOR_NEW = 50
"""New passages below which their number alone is never unusual."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Digests of a source's passages as published now, and once what is staged would be. ``concerned``: documents that
    change or go; ``left``: documents there afterwards."""

    before: frozenset[bytes]
    after: frozenset[bytes]
    concerned: int
    left: int


def verdict(balance: Balance, *, known: bool) -> str | None:
    """Why a source's changes must wait for a person (French), or None.

    ``known``: the source was visited whole before, so that many new passages are unusual too. What comes to a source
    without any passage is its first filling and passes.
    """
    there = len(balance.before)
    gone, new = len(balance.before - balance.after), len(balance.after - balance.before)
    if not there:
        return None
    if not balance.left:
        return "la source disparaît en entier\u00a0: plus aucun de ses documents n’est là"
    if gone == there and gone >= FLOOR_LOST:
        return f"rien ne reste du texte de la source\u00a0: ses {gone} passages changent ou disparaissent"
    if gone > HELD_SHARE * there and (balance.concerned >= FLOOR_DOCUMENTS or gone >= FLOOR_PASSAGES):
        share = f"{100 * gone / there:.0f}\u00a0%"
        return f"{gone} passages sur {there} ({share}) changent ou disparaissent d’un coup"
    if known and new > there and new >= FLOOR_NEW:
        return f"{new} passages nouveaux d’un coup, pour {there} connus"
    return None

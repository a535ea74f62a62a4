"""The large-change gate: what a source may change in one run without a person's leave (security.md, T6).

A text is counted by its passages, each distinct one once: a guide that only moves to another address changes nothing.
"""

from dataclasses import dataclass

HELD_SHARE = 0.30
"""Share of a source's passages that may change or go."""
HELD_DRIFT = 0.50
"""Share of a source's passages, as it was a month ago, that may have changed or gone, or come, by small steps."""
FLOOR_DOCUMENTS = 3
FLOOR_PASSAGES = 20
"""The share counts from 3 documents or 20 passages on, or where most of several documents change: of a source of two
pages, the usual correction of one is beyond any share, and an alarm that rings each time is no longer heard."""
FLOOR_LOST = 5
"""Passages from which on nothing left of them is the loss of the source, however small it is."""
FLOOR_NEW = 50
"""New passages below which their number alone is never unusual."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Digests of a source's passages as published now, and once what is staged would be. ``concerned``: documents that
    change or go, of ``there``; ``left``: documents there afterwards. ``alike``: the most documents with different texts
    that get one and the same."""

    before: frozenset[bytes]
    after: frozenset[bytes]
    concerned: int
    left: int
    there: int
    alike: int = 0

    @property
    def most(self) -> bool:
        """Whether most of several documents change or go."""
        return self.there > 1 and 2 * self.concerned > self.there


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
    if balance.alike > 1:
        return f"{balance.alike} pages différentes prennent le même texte\u00a0: page d’erreur ou de connexion\u202f?"
    many = balance.concerned >= FLOOR_DOCUMENTS or gone >= FLOOR_PASSAGES or balance.most
    if gone > HELD_SHARE * there and many:
        return f"{gone} passages sur {there} ({_share(gone, there)}) changent ou disparaissent d’un coup"
    if known and new > there and new >= FLOOR_NEW:
        return f"{new} passages nouveaux d’un coup, pour {there} connus"
    return None


def drift(baseline: frozenset[bytes], after: frozenset[bytes]) -> str | None:
    """Why a source that has become another one little by little must wait for a person (French), or None.

    ``baseline``: its passages a month ago, or when a person last approved of them.
    """
    there = len(baseline)
    gone, new = len(baseline - after), len(after - baseline)
    if gone > HELD_DRIFT * there and gone >= FLOOR_LOST:
        return f"{gone} passages sur {there} ({_share(gone, there)}) ont changé ou disparu, peu à peu, en un mois"
    if new > HELD_DRIFT * there and new >= FLOOR_NEW:
        return f"{new} passages nouveaux, peu à peu, en un mois, pour {there} connus"
    return None


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}\u00a0%"

"""Finding and masking what identifies a person in a question.

The first protection is that no question is stored or logged. This is the second: identifiers with a check digit
(NIR, RPPS, IBAN, RIB, bank card), e-mail addresses, phone numbers, names where their place tells them and birth dates
are masked before anything else sees the question, and the user is told. The page does the same before sending
(``static/masking.js``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot import identifiers as ids
from bot import privacy_numbers as numbers
from bot.marks import without_marks
from bot.persons import without_names
from bot.privacy_births import without_births
from bot.privacy_fold import as_typed, plain

__all__ = ["Masked", "mask", "without_marks"]


@dataclass(frozen=True, slots=True)
class Masked:
    """A question without identifiers; ``found`` names the kinds of identifier masked, without their values."""

    text: str
    found: tuple[str, ...]


_Step = tuple[str, Callable[[str], str]]


def mask(text: str, public_phones: frozenset[str] = frozenset()) -> Masked:
    """Replace identifiers by what they were, in brackets.

    ``public_phones``: help lines, as digits ("0805805817"): they are nobody's personal data.
    """
    read, places = plain(text)
    masked = read
    found: list[str] = []
    for kind, step in _steps(read, public_phones):
        before, masked = masked, step(masked)
        if masked != before and kind not in found:
            found.append(kind)
    return Masked(as_typed(text, read, places, masked) if found else text, tuple(found))


def _steps(question: str, public_phones: frozenset[str]) -> tuple[_Step, ...]:
    """Kinds of identifier in the order in which they are looked for, and how each is masked."""
    nir_named, rpps_named = bool(ids.NIR_WORDS.search(question)), bool(ids.RPPS_WORDS.search(question))
    card_named = bool(ids.CARD_WORDS.search(question))

    def step(kind: str, pattern: re.Pattern[str], judge: ids.Judge, mark: str) -> _Step:
        return kind, lambda text: ids.replaced(text, pattern, judge, mark)

    return (
        step("email", ids.EMAIL, numbers.email_end, "[courriel masqué]"),
        step("iban", numbers.IBAN, numbers.iban_end, "[IBAN masqué]"),
        step("iban", numbers.RIB, numbers.rib_end, "[RIB masqué]"),
        step("nir", numbers.NIR, partial(numbers.nir_end, named=nir_named), "[numéro de sécurité sociale masqué]"),
        step("card", ids.CARD, partial(ids.card_end, named=card_named), "[carte masquée]"),
        step(
            "rpps",
            numbers.RPPS,
            partial(numbers.rpps_end, named=rpps_named, public=public_phones),
            "[RPPS masqué]",
        ),
        step("phone", ids.PHONE, partial(numbers.phone_end, public=public_phones), "[téléphone masqué]"),
        step("rpps", numbers.ADELI, numbers.adeli_end, "[ADELI masqué]"),
        ("name", without_names),
        ("birth_date", without_births),
    )

"""Finding and masking what identifies a person in a question.

The first protection is that no question is stored or logged. This is the second: identifiers with a check digit
(NIR, RPPS, IBAN, bank card), e-mail addresses, phone numbers, names after a title and birth dates are masked before
anything else sees the question, and the user is told. The page does the same before sending (``static/masking.js``).
"""

from dataclasses import dataclass

from bot import identifiers as ids
from bot.marks import without_marks
from bot.persons import without_births, without_names

__all__ = ["Masked", "mask", "without_marks"]


@dataclass(frozen=True, slots=True)
class Masked:
    """A question without identifiers; ``found`` names the kinds of identifier masked, without their values."""

    text: str
    found: tuple[str, ...]


def mask(text: str, public_phones: frozenset[str] = frozenset()) -> Masked:
    """Replace identifiers by what they were, in brackets.

    ``public_phones``: help lines, as digits ("0805805817"): they are nobody's personal data.
    """
    nir_named, rpps_named = bool(ids.NIR_WORDS.search(text)), bool(ids.RPPS_WORDS.search(text))
    card_named = bool(ids.CARD_WORDS.search(text))
    steps = (
        ("email", lambda t: ids.replaced(t, ids.EMAIL, lambda m: m.end(), "[courriel masqué]")),
        ("iban", lambda t: ids.replaced(t, ids.IBAN, ids.iban_end, "[IBAN masqué]")),
        (
            "nir",
            lambda t: ids.replaced(
                t, ids.NIR, lambda m: ids.nir_end(m, named=nir_named), "[numéro de sécurité sociale masqué]"
            ),
        ),
        ("card", lambda t: ids.replaced(t, ids.CARD, lambda m: ids.card_end(m, named=card_named), "[carte masquée]")),
        (
            "phone",
            lambda t: ids.replaced(t, ids.PHONE, lambda m: ids.phone_end(m, public_phones), "[téléphone masqué]"),
        ),
        ("rpps", lambda t: ids.replaced(t, ids.RPPS, lambda m: ids.rpps_end(m, named=rpps_named), "[RPPS masqué]")),
        ("name", without_names),
        ("birth_date", without_births),
    )
    found: list[str] = []
    for kind, step in steps:
        masked = step(text)
        if masked != text:
            found.append(kind)
        text = masked
    return Masked(text, tuple(found))

"""Finding and masking what identifies a person in a question.

The first protection is that no question is stored or logged. This is the second: identifiers with a check digit
(NIR, RPPS, IBAN), e-mail addresses, phone numbers, birth dates, "Mme NOM" are masked before anything else sees the
question, and the user is told. Names alone cannot be found reliably by rules.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import iban, luhn
from stdnum.exceptions import ValidationError
from stdnum.fr import nir

_SEP = r"[\s.\-\u2010-\u2015/]{0,3}"
# Scanned cards often read the letter O for a zero.
_D = "[0-9O]"
_NIR = re.compile(
    rf"(?<![0-9])([1-478]){_SEP}({_D}{{2}}){_SEP}({_D}{{2}}){_SEP}({_D}{{2}}|2[AB]){_SEP}({_D}{{3}}){_SEP}({_D}{{3}})"
    rf"(?:{_SEP}({_D}{{2}}))?(?![0-9])",
    re.IGNORECASE,
)
_NIR_MARK = "[numéro de sécurité sociale masqué]"
_NIR_CONTEXT = re.compile(
    r"s[ée]cu\b|s[ée]curit[ée] sociale|\bnir\b|\bnss\b|\bins\b|immatriculation|vitale|assur[ée]e?s?\b", re.IGNORECASE
)
_MARK = re.compile(r"\[[\w ]{3,40} masquée?\]")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*\.[a-z]{2,24}", re.IGNORECASE)
_PHONE = re.compile(
    rf"(?<![\d+])(?:(?:\+|00)33{_SEP}(?:\(0\){_SEP})?[1-9]|\(?0[1-9]\)?)(?:{_SEP}\d{{2}}){{4}}(?!\d)",
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?\b", re.IGNORECASE)
_RPPS = re.compile(r"(?<![\d+])(?:\d[\s.]?){10}\d(?!\d)")
_RPPS_CONTEXT = re.compile(
    r"\brpps\b|praticien|m[ée]decin|docteur|\bdr\b|infirmi|pharmacien|sage-femme|\bkin[ée]|professionnel", re.IGNORECASE
)
_MONTH = "janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[ée]cembre"
_DATE = rf"\d{{1,2}}(?:er)?[\s/.\-](?:\d{{1,2}}|{_MONTH})[\s/.\-](?:19|20)?\d{{2}}(?!\d)"
_BIRTH = re.compile(
    rf"(\bn[ée](?:e|\(e\)|·e)?\s+(?:le\s+)?|\b(?:naissance|ddn)\s*(?::|=|le|du|est|est le)?\s*)({_DATE})", re.IGNORECASE
)
_NAME_WORD = r"[A-ZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ][\w’'-]+"
_TITLE = r"M\.|Mr|Mme|Mlle|Monsieur|Madame|Mademoiselle"
_NAME = re.compile(rf"\b((?:[Pp]atiente?\s+)?(?:{_TITLE})\.?|[Pp]atiente?)\s+({_NAME_WORD}(?:\s+{_NAME_WORD}){{0,4}})")
# Typed in haste, "mme dupont": only these titles are hardly ever followed by anything but a name.
_HASTY_NAME = re.compile(r"\b(mme|mlle|mr|MME|MLLE|MR)\.?\s+([^\W\d_][\w’'-]{2,})")
_NAME_MARK = "[nom masqué]"
# A date beside a name that was masked is a birth date or a visit: in both cases the patient's.
_BESIDE_NAME = re.compile(rf"({re.escape(_NAME_MARK)}[^.?!]{{0,40}}?\b)({_DATE})", re.IGNORECASE)
# Words with a capital that follow a title or "patient" without being a name.
_NOT_NAMES = frozenset(
    """
    mon ma mes le la les un une du de des qui que est sur par pour avec dans a au aux et ou espace ameli doctolib cpam
    cnil ins dmp rgpd hds covid medecin docteur directeur directrice maire
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Masked:
    """A question without identifiers; ``found`` names the kinds of identifier masked, without their values."""

    text: str
    found: tuple[str, ...]


def mask(text: str, public_phones: frozenset[str] = frozenset()) -> Masked:
    """Replace identifiers by what they were, in brackets.

    ``public_phones``: help lines, as digits ("0805805817"): they are nobody's personal data.
    """
    found: list[str] = []

    def hide(kind: str, replaced: Callable[[re.Match[str]], str | None]) -> Callable[[re.Match[str]], str]:
        """A replacement that notes the kind; None leaves the match as it is."""

        def replacement(match: re.Match[str]) -> str:
            new = replaced(match)
            if new is None:
                return match.group()
            if kind not in found:
                found.append(kind)
            return new

        return replacement

    near_nir, near_rpps = _NIR_CONTEXT.search(text) is not None, _RPPS_CONTEXT.search(text) is not None
    text = _EMAIL.sub(hide("email", lambda _: "[courriel masqué]"), text)
    text = _IBAN.sub(hide("iban", _without_iban), text)
    text = _NIR.sub(hide("nir", lambda m: _NIR_MARK if _is_nir(m, near_nir) else None), text)
    text = _PHONE.sub(hide("phone", lambda m: None if _public(m, public_phones) else "[téléphone masqué]"), text)
    text = _RPPS.sub(hide("rpps", lambda m: "[RPPS masqué]" if _is_rpps(m, near_rpps) else None), text)
    for pattern in (_NAME, _HASTY_NAME):
        text = pattern.sub(hide("name", lambda m: f"{m[1]} {_NAME_MARK}" if _is_name(m[2]) else None), text)
    for pattern in (_BIRTH, _BESIDE_NAME):
        text = pattern.sub(hide("birth_date", lambda m: f"{m[1]}[date masquée]"), text)
    return Masked(text, tuple(found))


def without_marks(text: str) -> str:
    """The text without what masking put in: a mark is no word of the question, and is not searched."""
    return re.sub(r"\s{2,}", " ", _MARK.sub(" ", text)).strip()


def _is_name(words: str) -> bool:
    return words.split()[0].casefold() not in _NOT_NAMES


def _is_nir(match: re.Match[str], context: bool) -> bool:
    digits = re.sub(r"[^0-9AB]", "", match.group().upper().replace("O", "0"))
    month = int(digits[3:5])
    if not (1 <= month <= 12 or 20 <= month <= 42 or month >= 50):
        return False
    # Without its key, or with a wrong one, it takes a word such as "sécu" beside it: a patient's number all the same,
    # with a typing error.
    return context or (len(digits) == 15 and bool(nir.is_valid(digits)))


def _without_iban(match: re.Match[str]) -> str | None:
    """The match without the IBAN it starts with; the next words can look like its last groups."""
    ends = [*(gap.start() for gap in re.finditer(r"\s", match.group())), len(match.group())]
    for end in reversed(ends):
        if _valid_iban(match.group()[:end]):
            return f"[IBAN masqué]{match.group()[end:]}"
    return None


def _valid_iban(text: str) -> bool:
    try:
        iban.validate(re.sub(r"\s", "", text), check_country=False)
    except ValidationError:
        return False
    return True


def _is_rpps(match: re.Match[str], context: bool) -> bool:
    digits = re.sub(r"\D", "", match.group())
    return bool(luhn.is_valid(digits)) and (context or digits.startswith("10"))


def _public(match: re.Match[str], public_phones: frozenset[str]) -> bool:
    digits = re.sub(r"\D", "", match.group().replace("(0)", ""))
    for prefix in ("0033", "33"):
        if digits.startswith(prefix):
            digits = f"0{digits.removeprefix(prefix)}"
    return digits in public_phones

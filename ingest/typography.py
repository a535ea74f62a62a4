"""French typography of texts that we write ourselves: what is wrong in a line, and the cure."""

import re
from collections.abc import Iterator

NBSP = "\u00a0"
NARROW = "\u202f"
_ADDRESS = re.compile(r"\S*https?://\S+|[\w.-]+@[\w.-]+\w")
_NO_SPACE = f"[^{NBSP}{NARROW}]"
_RULES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), message, cure)
    for pattern, message, cure in (
        (r"'", "apostrophe droite", "écrivez ’"),
        (r'"', "guillemets droits", "écrivez « … »"),
        (r"\.\.\.", "trois points", "écrivez …"),
        (r"(?<=\S)[ \u00a0\u202f]{2,}", "espaces doubles", "gardez-en une"),
        (r"[ \t\u00a0\u202f]+$", "espace en fin de ligne", "supprimez-la"),
        (rf"(?:^|{_NO_SPACE})[;!?](?![;!?])", "pas d’espace insécable avant ; ! ou ?", "mettez U+202F avant"),
        (rf"(?:^|{_NO_SPACE}):(?!\d)", "pas d’espace insécable avant :", "mettez U+00A0 avant"),
        (rf"(?:^|{_NO_SPACE})[%€]", "pas d’espace insécable avant % ou €", "mettez U+00A0 avant"),
        (rf"«(?:$|{_NO_SPACE})", "pas d’espace insécable après «", "mettez U+00A0 après"),
        (rf"(?:^|{_NO_SPACE})»", "pas d’espace insécable avant »", "mettez U+00A0 avant"),
        (r"[;!?:»](?=\w)(?<!\d:)", "pas d’espace après ; ! ? : ou »", "mettez une espace après"),
        (
            r"\b(?:A (?=[a-zé])|Etat|Etre\b|Ecran|Etape|Etablissement|Etude|Evaluer|Evaluation|Ile-de-|Editeur|Equipe"
            r"|Ecrire|Eviter|Eteindre|Echange|Egalement|Ecole|Emission)",
            "majuscule sans accent",
            "écrivez À, É, Ê ou Î",
        ),
    )
)


def slips(text: str) -> Iterator[tuple[str, str]]:
    """``(message, cure)`` for each rule that a line of French breaks, once each; addresses are left alone."""
    text = _ADDRESS.sub("adresse", text)
    for pattern, message, cure in _RULES:
        found = pattern.search(text)
        if found:
            around = text[max(0, found.start() - 12) : found.end() + 12].strip()
            yield f"{message} (« {around} »)", cure

"""Lines of a page that say nothing: calls to act, counts of results, times to read, the page's own date."""

import re

from ingest.model import BlockKind, ParsedBlock

_CALL = re.compile(
    r"(?:en savoir plus|lire (?:la suite|plus)|voir plus|je m[’']inscris|s[’']abonner|télécharger)\W*", re.IGNORECASE
)
# Numbers drawn in circles and arrows are among it.
_NOTHING = re.compile(
    r"[\W\d_]{1,2}|(?:sommaire|table des matières|(?:dans|sur) cette page)\W*"
    r"|\d+ (?:résultat|question|réponse)s?(?: trouvée?s?)?"
    r"|temps de lecture\W.{0,30}|\d+ min(?:utes?)? de lecture|(?:©|copyright\b).{0,100}"
    r"|(?:(?:imprimer|envoyer|partager|écouter|copier le lien)\W*)+",
    re.IGNORECASE,
)
_DATE_LINE = re.compile(
    r"(?:date de |derni[eè]re |page |fiche |article |contenu )?(?:publi|mis|modifi|actualis|vérifi|révis)"
    r"[^.]{0,80}\d{4}\W*(?:[-–—|·•].{0,80})?",
    re.IGNORECASE,
)
_DATE_ALONE = re.compile(
    r"(?:le )?(?:(?:lun|mar|mercre|jeu|vendre|same)di |dimanche )?"
    r"(?:\d{1,2}(?:er)? [a-zéû]{3,9} \d{4}|\d{2}/\d{2}/\d{4})"
    r"(?:\W{1,3}par .{0,60})?",
    re.IGNORECASE,
)
_TRAIL = re.compile(r"(?:vous êtes ici|accueil)\s*[:>/»›|].{1,300}", re.IGNORECASE)
_LONGEST_DATE_LINE = 140


def is_call(text: str) -> bool:
    """Whether a link only calls to act ("Lire la suite")."""
    return _CALL.fullmatch(text) is not None


def says_nothing(text: str) -> bool:
    """Whether nobody would read this paragraph as part of the text."""
    return is_call(text) or _NOTHING.fullmatch(text) is not None


def places_page(block: ParsedBlock, *, at_head: bool) -> bool:
    """Whether a block only says when, or where in the site, the page stands: that is in its fields.

    ``at_head``: at the head of the page, a date without a word and a breadcrumb written as a line do so too.
    """
    if block.kind is not BlockKind.PARAGRAPH:
        return False
    if len(block.text) <= _LONGEST_DATE_LINE and _DATE_LINE.fullmatch(block.text):
        return True
    return at_head and (_DATE_ALONE.fullmatch(block.text) or _TRAIL.fullmatch(block.text)) is not None

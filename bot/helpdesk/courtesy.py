"""Messages that thank or close, and ask for nothing: they need no draft."""

import re

from bot.emergency_rules import RULES
from bot.emergency_text import plain
from bot.helpdesk.message import own_words
from index.tokens import fold

_LENGTH_MAX = 240
_PIECE = re.compile(r"[.!;,:\n]+| - ")
_MERE = re.compile(
    r"(?:et |donc )?(?:"
    r"(?:un grand |mille |encore |oui |ok |parfait |super |bonjour )*merci"
    r"(?: (?:beaucoup|bien|infiniment|encore|a vous|a tous|d'avance|par avance))*"
    r"(?: (?:de|pour) (?:votre|vos|ton|tes|cette|ces|la|le) [a-z' ]{1,40})?"
    r"|(?:j'ai |nous avons )?bien (?:recu|note)(?: (?:votre|vos|ton|tes|la|le|les) [a-z' ]{1,30})?"
    r"|(?:c'est |tout est )?(?:tres )?(?:parfait|note|bon|regle|resolu|clair|super|bien|entendu|ok|d'accord)"
    r"(?: (?:pour (?:moi|nous)|maintenant))?"
    r"|(?:mon |notre |le )?(?:probleme|souci|ticket) est (?:maintenant )?(?:regle|resolu)"
    r"|vous pouvez (?:donc )?(?:clore|cloturer|fermer) (?:le|ce|mon) ticket"
    r"|(?:bonne (?:journee|soiree|fin de journee|semaine)|bien a vous|(?:bien )?cordialement|a bientot|bonjour|bonsoir)"
    r")"
)
_NAME_WORDS = 3


def asks_nothing(text: str) -> bool:
    """Whether a message is nothing but thanks, a receipt or a closing; a name may end it. In doubt it is not."""
    said = own_words(text) or text
    if len(said) > _LENGTH_MAX or "?" in said:
        return False
    pieces = [piece for one in _PIECE.split(said) if (piece := fold(one).replace("’", "'").strip())]
    if not pieces or not _MERE.fullmatch(pieces[0]) or any(rule.tells(plain(said)) for rule in RULES):
        return False
    rest = [piece for piece in pieces[1:] if not _MERE.fullmatch(piece)]
    return not rest or (rest == pieces[-1:] and len(rest[0].split()) <= _NAME_WORDS)

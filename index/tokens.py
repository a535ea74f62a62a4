"""French words to index terms: elision, accents, stop words, stems."""

import re
import unicodedata
from functools import lru_cache

import Stemmer

_ELISION = re.compile(r"\b(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|quoiqu)['’ʼ](?=\w)", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OE = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_stemmer = Stemmer.Stemmer("french", 0)

# Function words of French, folded; question words and politeness carry no subject either. "pas", "sans" and
# "non" stay: they change what is asked.
STOP_WORDS = frozenset(
    """
    a ai aie au aura aurait aux avec avez avoir avons ca car ce ceci cela ces cet cette ceux chez ci comme
    comment d dans de des dois doit doivent donc du elle elles en es est et etaient etait etant ete etes etre eu
    eux fait faire fais faut fera il ils j je l la le les leur leurs lors lui m ma mais me meme mes moi mon n
    ne ni nos notre nous on ont or ou par parce peu peut peuvent peux plus plutot pour pourquoi pouvez
    puis puisque qu quand que quel quelle quelles quels qui quoi s sa se sera serait ses si soi soit son sont
    sous suis sur ta te tel telle tels tes toi ton tous tout toute toutes tres tu un une va vais vers veut veux
    vos votre vous y
    bonjour bonsoir merci svp stp salut hello cdt cordialement
    c t
    """.split()  # noqa: SIM905
)


def fold(text: str) -> str:
    """Lower case without accents: "Sécurité" -> "securite". Length may change; not for offsets."""
    text = unicodedata.normalize("NFKD", text.translate(_OE).casefold())
    return "".join(char for char in text if not unicodedata.combining(char))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Stem of a folded word. Folding comes first so that text typed without accents meets text with them."""
    return str(_stemmer.stemWord(word)) if len(word) > 3 and not word.isdigit() else word


def words(text: str) -> list[str]:
    """Folded words in order, elided articles and stop words removed, hyphenated words in parts and joined."""
    folded = fold(_ELISION.sub(" ", text.replace("’", "'").replace("‑", "-")))
    found: list[str] = []
    for token in _TOKEN.findall(folded):
        if "-" in token:
            parts = token.split("-")
            # "e-CPS" and "MR-004" are also written in one word; "rendez-vous" is covered by its parts, and
            # "faut-il" or "dois-je" is no word at all.
            if min(len(part) for part in parts) <= 3 and parts[-1] not in STOP_WORDS:
                found.append("".join(parts))
            found.extend(part for part in parts if len(part) > 1 and part not in STOP_WORDS)
        elif token not in STOP_WORDS:
            found.append(token)
    return found


def terms(text: str) -> list[str]:
    """Index terms of a text, in order, with repetitions."""
    return [stem(word) for word in words(text)]

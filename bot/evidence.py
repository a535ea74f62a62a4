"""What the hits of a question say about whether they answer it: ``weigh(reading, hits, ...)`` gives the signals.

Cosines of the E5 family all lie between 0.75 and 0.9, so none of them alone separates what the corpus answers from
what it does not; what words are left over tells more: a near-miss question ("what does X cost?") has the words of its
subject, and one word that no passage near it holds.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from index.lexical import Bm25Index
from index.model import SearchHit
from index.tokens import fold, stem, terms, words

_TOP = 3
"""Passages whose words may answer."""
_FORM_WORDS = 3
"""Words of the longest form that the vocabulary is asked for."""
_ASKED = re.compile(
    r"\b(?:quel(?:le)?s?|combien (?:de |d'))(?: (?:est|sont|sera|etait) (?:le |la |les |l'))? ?([a-z]+)"
)
_DATUM = re.compile(r"\b(?:quel(?:le)?s?|combien)\b")
_KINDS_OF_ANSWER = frozenset(
    """
    annee annees attitude cas circonstance circonstances condition conditions conduite date delai delais demarche
    demarches duree durees endroit exigence exigences facon genre heure heures jour jours maniere mesure mesures mois
    moment precaution precautions sorte temps type types
    """.split()  # noqa: SIM905
)
"""What an answer gives without naming it: "dans quel délai" is answered by "72 heures"."""
_MONEY = re.compile(
    r"\b(?:prix|tarif\w*|couts?|coute\w*|couter\w*|salaire\w*|remunerat\w*|gagne\w*|facturer?|abonnements?|"
    r"remboursee?s?|(?:moins|plus|trop) chere?s?|chere?s?|subvention\w*|budgets?|devis|remises?|promotions?|montants?|"
    r"euros?|forfaits?|louer|location|revend\w*|vendre|vend|achete\w*|rentable|primes?)\b"
)
_HOLDS_MONEY = re.compile(r"€|\beuros?\b|\bgratuit|\bmillions?\b|\bpayant", re.IGNORECASE)
_CHOICE = re.compile(
    r"\b(?:marques?|modeles? (?:de|d')|meilleure?s?|le mieux|comparatif|classement|(?:le|la|les) (?:plus|moins) \w+|"
    r"(?:plus|moins|mieux|aussi) \w+ que|mieux que|quel(?:le)?s? [\w -]{2,40} (?:choisir|acheter|preferer)|avis sur|"
    r"(?:conseill|recommand)\w* (?:comme|quel)\w*)\b"
)
_FIGURE = re.compile(
    r"\bcombien (?!de temps)(?:de |d')[\w' -]{2,40} "
    r"(?:ont|a|sont|font|y a|compte\w*|[a-z]+ent|[a-z]+-t-(?:il|elle|on))\b|"
    r"\bpourcentage\b|\bproportion\b|\bquelle part\b|\bstatistique\w*|\ben moyenne\b|"
    r"\bcette annee\b|\b(?:an|annee|mois) (?:prochain|dernier)e?\b|\bprochaine?s?\b|"
    r"\ba quelle (?:heure|date)\b|\bquels? jours?\b|\bhoraires?\b|"
    r"\bqui (?:a (?:invente|cree|fonde|ecrit|gagne)|dirige|preside)\b"
)
_HANDLING = re.compile(
    r"\bcomment (?:\w+ )?(?:reparer|installer|changer|creer|recuperer|retrouver|partager|telecharger|imprimer|ajouter|"
    r"configurer|desinstaller|eteindre|allumer|connecter|brancher|nettoyer|augmenter|vider|importer|exporter|formater|"
    r"regler|parametrer|agrandir|synchroniser|scanner)\b"
)

Expand = Callable[[Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signals that the hits of a question give, in the order of the calibration."""

    dense: float
    """Best cosine of question and passage among the first hits."""
    line: float
    """Best cosine of question and one heading, digest question or sentence among the first hits."""
    coverage: float
    """Share of the question's terms, weighted by rarity, found in the best covering passage of the first hits."""
    missing: float
    """Share of the question's weight that its rarest term lacking from the first hit has (0..1)."""
    known: float
    """Share of the question's terms, weighted by rarity, that occur anywhere in the corpus (0..1)."""
    asked: float
    """1 when the thing asked for ("quel salaire", "combien de pages") is missing from the first hit, else 0."""
    money: float
    """1 when a price is asked and the first hit speaks of no money, else 0."""
    choice: float
    """1 when a brand, the best or the cheapest is asked, which official texts do not tell, else 0."""
    figure: float
    """1 when a statistic, a date or an hour is asked and the first hit holds no share, else 0."""
    handling: float
    """1 when the handling of a device is asked ("comment réparer ..."), else 0."""
    standing: float
    """Cosine of the first hit above the mean of the list, in deviations."""
    lead: float
    """Fused score of the first hit above that of the fourth."""
    agreement: float
    """1 when the first hit is also first for both engines among the list, 0.5 for one, 0 for none."""
    digest: float
    """1 when the first hit is one of our digests, 0 for an official text."""
    datum: float
    """1 when one thing is asked for ("quel ...", "combien ..."): the texts say what to do and what is allowed, and of
    things few; 0 when asked what to do, how, why or whether."""
    length: float
    """Logarithm of one more than the number of the question's terms: a long question has words that no text holds."""


def weigh(question: str, hits: Sequence[SearchHit], lexical: Bm25Index, expand: Expand | None = None) -> Evidence:
    """The evidence that hits give for a question; all zero when there is none.

    Args:
        question: as it was searched.
        hits: best first.
        lexical: gives the rarity of terms.
        expand: equivalent words (see ``index.vocabulary``).
    """
    weights = lexical.weights(question)
    total = sum(weights.values())
    if not hits or not total:
        return Evidence(*(0.0 for _ in fields(Evidence)))
    dense = np.array([hit.signals.dense or 0.0 for hit in hits])
    bm25 = np.array([hit.signals.lexical or 0.0 for hit in hits])
    lines = np.array([hit.signals.line or 0.0 for hit in hits])
    scores = np.array([hit.score for hit in hits])
    held = [_terms(hit) for hit in hits[:_TOP]]
    meant = _meanings(question, expand)
    folded = fold(question).replace("’", "'")
    return Evidence(
        dense=float(dense[:_TOP].max()),
        line=float(lines[:_TOP].max()),
        coverage=max(sum(weight for term, weight in weights.items() if term in present) for present in held) / total,
        missing=max(
            (
                weight
                for term, weight in weights.items()
                if term not in held[0] and not _stands(meant.get(term), held[0])
            ),
            default=0.0,
        )
        / total,
        known=sum(weight for term, weight in weights.items() if lexical.knows(term)) / total,
        asked=float(_lacks_asked(folded, held[0], meant)),
        money=float(_lacks_money(folded, hits[0])),
        choice=float(bool(_CHOICE.search(folded))),
        figure=float(_lacks_figure(folded, hits[0])),
        handling=float(bool(_HANDLING.search(folded))),
        standing=float(dense[0] - dense.mean()) / (float(dense.std()) or 1.0),
        lead=float(scores[0] - scores[min(3, len(scores) - 1)]),
        # As integers: two numpy booleans add up to True, not to 2.
        agreement=(int(dense.argmax() == 0) + int(bm25.argmax() == 0 and bm25[0] > 0)) / 2,
        digest=float(hits[0].passage.questions != ()),
        datum=float(bool(_DATUM.search(folded))),
        length=float(np.log1p(len(weights))),
    )


def _terms(hit: SearchHit) -> frozenset[str]:
    passage = hit.passage
    return frozenset(terms(" ".join((passage.title, *passage.path, *passage.questions, passage.text))))


def held_by_head(
    question: str, hit: SearchHit, counts: Callable[[str], float], expand: Expand | None, *, heading_only: bool
) -> float:
    """Share of a question's words, 0..1, that the head of a passage holds: its title, headings and stored questions.

    ``heading_only``: of one of our digests, whose headings are questions in full, only the nearest heading. A word is
    held by its equivalents too. ``counts`` gives the weight of a stem; 1 when none has any.
    """
    passage = hit.passage
    alone = heading_only and passage.questions and passage.path
    head = passage.path[-1:] if alone else (passage.title, *passage.path, *passage.questions)
    present = frozenset(terms(" ".join(head)))
    total = held = 0.0
    for word in dict.fromkeys(words(question)):
        weight = counts(stem(word))
        meant = frozenset(stem(other) for other in expand((word,))) if expand is not None else frozenset()
        total += weight
        held += weight * (stem(word) in present or (bool(meant) and _stands((meant,), present)))
    return held / total if total else 1.0


def _meanings(question: str, expand: Expand | None) -> dict[str, tuple[frozenset[str], ...]]:
    """For each term of a question, the terms that the vocabulary gives for it, alone or with its neighbours."""
    if expand is None:
        return {}
    found: dict[str, list[frozenset[str]]] = {}
    own = words(question)
    for length in range(1, _FORM_WORDS + 1):
        for at in range(len(own) - length + 1):
            form = own[at : at + length]
            given = frozenset(stem(word) for word in expand(form))
            for word in form if given else ():
                found.setdefault(stem(word), []).append(given)
    return {term: tuple(given) for term, given in found.items()}


def _stands(meanings: Sequence[frozenset[str]] | None, present: Collection[str]) -> bool:
    """Whether a passage holds at least half of what the vocabulary gives for a term."""
    return any(2 * sum(term in present for term in given) >= len(given) for given in meanings or ())


def _lacks_asked(question: str, present: Collection[str], meant: Mapping[str, Sequence[frozenset[str]]]) -> bool:
    things = [match[1] for match in _ASKED.finditer(question)]
    asked = [terms(thing) for thing in things if thing not in _KINDS_OF_ANSWER]
    return any(bool(found) and found[0] not in present and not _stands(meant.get(found[0]), present) for found in asked)


def _lacks_money(question: str, hit: SearchHit) -> bool:
    return bool(_MONEY.search(question)) and not _HOLDS_MONEY.search(hit.passage.text)


def _lacks_figure(question: str, hit: SearchHit) -> bool:
    return bool(_FIGURE.search(question)) and "%" not in hit.passage.text

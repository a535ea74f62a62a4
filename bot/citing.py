"""Choosing the passages to quote, and what of them: near-duplicates once, publishers side by side."""

import re
from collections.abc import Collection

from bot.abstain import Calibration
from bot.choice import Choice, holds, newer_first, replaces, same, speaks_beside
from bot.cite import cite
from bot.companion import Companions
from bot.finding import Finder, Found
from bot.model import Citation
from bot.quote import choose_quote
from bot.stored import stores
from index.model import SearchHit
from index.search import SearchEngine
from index.table import topics
from index.tokens import fold, stem, words
from ingest.model import DocumentKind

MARGIN = 0.02
"""A further passage is cited when its cosines come this close to the best one's."""
SCORE_MARGIN = 0.5
"""Nor may its fused score fall further below the best one's than this."""
BESIDE_MARGIN = 1.1
"""Another publisher's figures on the same subject may differ: they are quoted down to here, whatever the cosines."""
QUOTE_WORDS_MIN = 3
"""Meaningful words that a quote needs to say something."""
SHARED_MIN = 0.3
"""Share of the question's subject that the heading of a further passage holds, where a time or a number is asked: what
publishers say of another subject is no disagreement."""
_COMPARED = 3
_OFFICIAL = DocumentKind.OFFICIAL
TURNED_MARGIN = 1.25
"""A passage may come before a better one of another case or form when its fused score is no further below."""
_GENERAL_AMONG = 8
"""First hits among which the general rule is looked for."""
CABINET_MARGIN = 0.04
"""The rule for a private practice is quoted with one for establishments when its cosines come this close."""
# A heading that holds one of these is about a special case; the general rule comes first unless the question is too.
_SPECIAL_CASES = (
    re.compile(r"\b(?:deced\w*|defunt\w*|deces|mort\w*|ayants? droit|famille)\b"),
    re.compile(r"\b(?:mineur\w*|enfant\w*|parent\w*|adolescent\w*|pediatr\w*)\b"),
    re.compile(r"\b(?:tutelle|curatelle|majeurs? proteg\w*)\b"),
    re.compile(r"\b(?:pharmac\w*|officines?)\b"),
    re.compile(r"\b(?:podolog\w*|pedicure\w*|dentist\w*|sages?-femmes?|kinesitherap\w*|orthophon\w*)\b"),
    re.compile(r"\b(?:salarie\w*|employeur\w*|entreprises?|hopita\w*|hospitalier\w*|etablissements?)\b"),
    re.compile(r"\b(?:proces|litiges?|contentieux|recours|reclamations?|plaintes?)\b"),
    re.compile(r"\b(?:dmp|dossiers? medica(?:l|ux) partages?|mon espace sante)\b"),
)
_ESTABLISHMENT = re.compile(r"\b(?:hopita\w*|hospitalier\w*|cliniques?|ehpad|etablissements?)\b")
_CABINET = re.compile(r"\b(?:cabinet|liberal\w*|liberaux)\b")
_ASKS_A_MEASURE = re.compile(r"\b(?:a quelle frequence|combien|quels? delais?|quelles? durees?)\b")
# A time, a place or a number: a passage that begins with "Oui" or "Non" answers another question.
_ASKS_A_DATUM = re.compile(rf"{_ASKS_A_MEASURE.pattern}|^(?:quand|ou) |\bet (?:quand|ou) ")
_YES_OR_NO = re.compile(r"(?:oui|non)\b")
# Words of acting, asking and dealing that say nothing of the subject.
ACTS = frozenset(
    stem(word)
    for word in """
    accord ans annee autoriser autorise besoin combien conserver conservation conserve garder garde delai demander
    devoir doit donner duree envoyer faire falloir faut fixer frequence heure jour maximum minimum minimal minimale
    mois nombre obligation obligatoire permis pouvoir possible regle savoir temps utiliser cabinet patient patiente
    """.split()  # noqa: SIM905
)


class Citer:
    """Cites from one generation of the index. ``hosts``: those that may be linked to."""

    def __init__(self, engine: SearchEngine, finder: Finder, calibration: Calibration, hosts: Collection[str]) -> None:
        self._engine = engine
        self._finder = finder
        self._calibration = calibration
        self._hosts = hosts
        self._companions = Companions(engine)

    def cite(self, found: Found, limit: int) -> tuple[Citation, ...]:
        """Citations that answer, best first; empty when no passage has a sentence to quote."""
        chosen: list[Choice] = []
        best = max(_closeness(hit) for hit in found.hits[:_COMPARED])
        top = max(hit.score for hit in found.hits)
        measure = _asks(_ASKS_A_MEASURE, found.question)
        for hit in self._ordered(found, best):
            exact = found.exact and stores(hit.passage, found.question)
            if (
                chosen
                and not exact
                and (
                    hit.score < top - BESIDE_MARGIN
                    # The best of all is said beside the general rule that was put before it.
                    or (_is_special(hit, found.question) and hit is not found.hits[0])
                    or (measure and self._finder.shared(hit, found.question, ACTS, heading_only=True) < SHARED_MIN)
                    or not self._finder.stands_alone(hit, found, self._calibration)
                )
            ):
                continue
            document = self._engine.table.document(hit.passage.document_id)
            assert document is not None, "a passage without its document"
            entry = Choice(document, hit, choose_quote(document, hit, found.question, self._engine.lexical))
            if len(words(entry.text)) < QUOTE_WORDS_MIN:
                continue
            twin = next((i for i, other in enumerate(chosen) if same(other, entry)), None)
            if twin is not None:
                if replaces(entry, chosen[twin]):
                    chosen[twin] = entry
                continue
            near = exact or (_closeness(hit) >= best - MARGIN and hit.score >= top - SCORE_MARGIN)
            # One that repeats a better one and goes on is left out too: what was asked would be lost in it.
            if any(holds(other, entry) or holds(entry, other) for other in chosen):
                continue
            if len(chosen) < limit and (not chosen or near or speaks_beside(entry, chosen)):
                chosen.append(entry)
        # What was written for this very question stays before what is only newer.
        chosen = self._with_cabinet(chosen if found.exact else newer_first(chosen), found, limit)
        chosen = self._with_official(chosen, limit)
        return tuple(
            cite(choice.document, choice.hit.passage, choice.quote.span, marker, self._hosts)
            for marker, choice in enumerate(chosen, start=1)
        )

    def _ordered(self, found: Found, best: float) -> list[SearchHit]:
        """The hits, those first that were written to answer this very question; else, where the first is of another
        case or form than the question, those as near as it that are not."""

        def turned(hit: SearchHit) -> bool:
            other_form = _asks(_ASKS_A_DATUM, found.question) and bool(_YES_OR_NO.match(fold(hit.passage.text)))
            return other_form or _is_special(hit, found.question)

        def near(hit: SearchHit) -> bool:
            return _closeness(hit) >= best - MARGIN and hit.score >= found.hits[0].score - TURNED_MARGIN

        if found.exact:
            exact = [hit for hit in found.hits if stores(hit.passage, found.question)]
            return [*exact, *(hit for hit in found.hits if hit not in exact)]
        if not turned(found.hits[0]):
            return list(found.hits)
        special = _is_special(found.hits[0], found.question)
        general = [
            hit
            for hit in found.hits[:_GENERAL_AMONG]
            if near(hit)
            and not turned(hit)
            # A special case that is the only answer is better than a rule about something else.
            and (not special or self._finder.stands_alone(hit, found, self._calibration))
        ]
        return [*general, *(hit for hit in found.hits if hit not in general)]

    def _with_cabinet(self, chosen: list[Choice], found: Found, limit: int) -> list[Choice]:
        """The quotes, after the rule for a private practice where the first of them is about establishments.

        The readers are in private practice: the rule of a hospital must not pass for theirs.
        """
        if not chosen or _ESTABLISHMENT.search(fold(found.question)):
            return chosen
        if not _ESTABLISHMENT.search(_heading(chosen[0].hit)):
            return chosen
        quoted = next((choice for choice in chosen if _CABINET.search(_heading(choice.hit))), None)
        if quoted is not None:
            return [quoted, *(choice for choice in chosen if choice is not quoted)]
        if not all(_ESTABLISHMENT.search(_heading(choice.hit)) for choice in chosen):
            return chosen
        subjects = set(topics(chosen[0].document))
        beside: list[Choice] = []
        # After another question, the passage that answered that one stands far down the list.
        again = self._finder.read(f"{found.question} cabinet libéral", found.reading.wanted)
        for hit in (*found.hits, *again.hits):
            document = self._engine.table.document(hit.passage.document_id)
            if (
                document is not None
                and _closeness(hit) >= _closeness(chosen[0].hit) - CABINET_MARGIN
                and _CABINET.search(_heading(hit))
                and subjects & set(topics(document))
                and self._finder.shared(hit, found.question, ACTS) > 0.0
            ):
                beside.append(Choice(document, hit, choose_quote(document, hit, found.question, self._engine.lexical)))
        ours = max(beside, key=lambda choice: _closeness(choice.hit), default=None)
        return [ours, *chosen][:limit] if ours is not None else chosen

    def _with_official(self, chosen: list[Choice], limit: int) -> list[Choice]:
        """The quotes; after a digest that comes first, the official text that says the same, where none is quoted."""
        if not chosen or len(chosen) >= limit or any(choice.document.kind is _OFFICIAL for choice in chosen):
            return chosen
        official = self._companions.of(chosen[0])
        return [chosen[0], official, *chosen[1:]] if official is not None else chosen


def _asks(asked: re.Pattern[str], question: str) -> bool:
    return bool(asked.search(fold(question).replace("’", "'")))


def _heading(hit: SearchHit) -> str:
    return fold(hit.passage.path[-1] if hit.passage.path else hit.passage.title)


def _closeness(hit: SearchHit) -> float:
    return 0.5 * (hit.signals.dense or 0.0) + 0.5 * (hit.signals.line or 0.0)


def _is_special(hit: SearchHit, question: str) -> bool:
    """Whether a passage is headed by a special case, and by none that the question names."""
    heading, asked = (fold(text) for text in (hit.passage.path[-1] if hit.passage.path else "", question))
    named = [bool(case.search(asked)) for case in _SPECIAL_CASES if case.search(heading)]
    return bool(named) and not any(named)

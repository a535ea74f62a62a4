"""What is offered beside an answer or instead of one: near pages, and near headings that can be asked.

A page near by its vector alone ("Comment sécuriser le Wi-Fi ?" and ransomware) is no help: what is offered is on the
subject of the quotes, or shares a word of its own with the question.
"""

from collections.abc import Callable, Collection, Iterator, Sequence

from bot.ambiguity import is_question
from bot.cite import safe_url, shown
from bot.finding import LOOKED_AT
from bot.model import Citation, Related
from index.model import SearchHit
from index.table import PassageTable, topics
from ingest.model import Document

PAGES = 3
QUESTIONS = 3
SHARED_MIN = 0.5
"""Share of the question's subject that a page about attacks must name to be offered beside anything else."""
_OF_ATTACKS = frozenset({"urgence", "rancongiciel", "fraudes", "hameconnage", "signalement", "assurance"})
_WHOLE_CODE = "Code "

Shared = Callable[[SearchHit], float]


class Near:
    """Offers from one generation of the index. ``hosts``: those that may be linked to."""

    def __init__(self, table: PassageTable, hosts: Collection[str]) -> None:
        self._table = table
        self._hosts = hosts

    def pages(self, hits: Sequence[SearchHit], citations: Sequence[Citation], shared: Shared) -> tuple[Related, ...]:
        """Official pages near the question, each once, none cited.

        Args:
            hits: best first.
            citations: what is quoted already.
            shared: share of the question's subject that a passage's heading names, 0..1.
        """
        cited = {citation.title for citation in citations}
        found: dict[str, Related] = {}
        for hit, document in self._offered(hits, citations, shared):
            passage = hit.passage
            if passage.title in cited or passage.title in found:
                continue
            section = document.sections[passage.section] if passage.section >= 0 else None
            url = (section.meta.url if section and section.meta else None) or document.url
            # The address of a whole code opens on its first article: the heading says what to look for.
            whole = passage.title.startswith(_WHOLE_CODE) and "art." not in passage.title and bool(passage.path)
            title = f"{passage.title} – {passage.path[-1]}" if whole else passage.title
            found[passage.title] = Related(title, shown(document.publisher), safe_url(url, self._hosts), document.id)
            if len(found) == PAGES:
                break
        return tuple(found.values())

    def questions(self, hits: Sequence[SearchHit], citations: Sequence[Citation], shared: Shared) -> tuple[str, ...]:
        """Headings of near sections that are questions themselves: they can be asked as they stand."""
        cited = {citation.section for citation in citations}
        headings = (hit.passage.path[-1] for hit, _ in self._offered(hits, citations, shared) if hit.passage.path)
        asked = dict.fromkeys(heading for heading in headings if is_question(heading) and heading not in cited)
        return tuple(asked)[:QUESTIONS]

    def _offered(
        self, hits: Sequence[SearchHit], citations: Sequence[Citation], shared: Shared
    ) -> Iterator[tuple[SearchHit, Document]]:
        quoted = [self._table.document(citation.document_id) for citation in citations]
        subjects = {topic for document in quoted if document is not None for topic in topics(document)}
        for hit in hits[: LOOKED_AT // 2]:
            document = self._table.document(hit.passage.document_id)
            assert document is not None, "a passage without its document"
            own = set(topics(document))
            held = shared(hit)
            if own & subjects or (held >= SHARED_MIN if own & _OF_ATTACKS else held > 0.0):
                yield hit, document

"""What comes before any search: emergencies, messages that are no question, subjects known to be missing.

Read on the words as typed, in memory only: a mask in place of an identifier would be read as a word of the sentence.
"""

from collections.abc import Collection
from dataclasses import replace

from bot import compose
from bot.cite import cite
from bot.contacts import ADVICE, Contacts
from bot.emergency import Incident, detect, vague_attack
from bot.model import Answer, Citation, IndexState, Notice, Reason, Status
from bot.replies import refusal, reply
from bot.scope import Turned, not_covered, turned_away
from index.table import PassageTable

ADVISERS = 3
"""Contacts given with a refusal: who can answer instead."""
_SHEET = ("gestes", "ne-pas-faire", "prevenir", "delais")


def comes_first(question: str) -> bool:
    """Whether a question is answered before any search."""
    return (
        turned_away(question) is not None
        or detect(question) is not None
        or vague_attack(question)
        or not_covered(question)
    )


class FirstAid:
    """Answers that need no search. ``hosts``: those that may be linked to."""

    def __init__(
        self, table: PassageTable, contacts: Contacts, region: str, index: IndexState, hosts: Collection[str]
    ) -> None:
        self._table = table
        self._contacts = contacts
        self._region = region
        self._index = index
        self._hosts = hosts

    def answer(self, question: str) -> Answer | None:
        """The answer that comes first, whatever the filters; None for an ordinary question."""
        turned = turned_away(question)
        if turned is Turned.GREETING:
            return refusal(Reason.OUT_OF_SCOPE, compose.GREETING, self._index)
        if turned is Turned.REFUSED:
            return refusal(Reason.OUT_OF_SCOPE, compose.REFUSED, self._index)
        incident = detect(question)
        if incident is not None:
            return self._sheet(incident)
        if vague_attack(question):
            return self.which_attack()
        if not_covered(question):
            text = compose.no_answer_text(Reason.NOTHING_FOUND)
            return replace(refusal(Reason.WEAK, text, self._index), notices=self.advisers())
        return None

    def which_attack(self) -> Answer:
        """Something has happened, but what has to be asked: the sheets to choose from, and who can help meanwhile."""
        return reply(
            Status.CLARIFY,
            compose.WHICH_ATTACK,
            self._index,
            notices=self._notices(Incident.RANSOMWARE.value)[:ADVISERS],
            suggestions=compose.SITUATIONS,
        )

    def advisers(self) -> tuple[Notice, ...]:
        """Whom to ask where the texts do not answer."""
        return self._notices(ADVICE)[:ADVISERS]

    def _notices(self, incident: str) -> tuple[Notice, ...]:
        return tuple(map(compose.contact_notice, self._contacts.contacts_for(incident, self._region)))

    def _sheet(self, incident: Incident) -> Answer | None:
        """The sheet of an incident, whole; None when the index holds none."""
        document = self._table.emergency(incident.value)
        if document is None:
            return None
        groups: list[tuple[str, list[Citation]]] = []
        marker = 1
        passages = self._table.passages_of(document.id)
        for anchor in _SHEET:
            numbers = [i for i, section in enumerate(document.sections) if section.anchor == anchor]
            for passage in (passage for passage in passages if passage.section in numbers):
                span = replace(passage.sentences[0], end=passage.sentences[-1].end)
                citation = cite(document, passage, span, marker, self._hosts)
                marker += 1
                if groups and groups[-1][0] == citation.section:
                    groups[-1][1].append(citation)
                else:
                    groups.append((citation.section or "", [citation]))
        if not groups:
            return None
        return reply(
            Status.EMERGENCY,
            compose.emergency_text(incident, groups),
            self._index,
            citations=tuple(citation for _, citations in groups for citation in citations),
            confidence=1.0,
            notices=self._notices(incident.value),
        )

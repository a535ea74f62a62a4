"""What comes before any search: emergencies, messages that are no question, subjects known to be missing.

Read on the words as typed, in memory only: a mask in place of an identifier would be read as a word of the sentence.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot import compose
from bot.cite import cite
from bot.contacts import ADVICE, Contacts, nearest
from bot.emergency import Incident, detect, vague_attack
from bot.emergency_history import told_by
from bot.emergency_sense import Sense
from bot.model import Answer, Citation, Contact, IndexState, Notice, Reason, Status
from bot.outcry import cries_for_help, published_about_oneself, tells_of_payment
from bot.replies import refusal, reply
from bot.scope import Turned, not_covered, turned_away
from index.table import PassageTable
from index.tokens import fold

ADVISERS = 2
"""Contacts named with a refusal; a list of them all is no help to someone in a hurry."""
MEANWHILE = 3
"""Contacts named while what has happened is being asked."""
_THANKS = re.compile(r"\b(?:merci|ok|d'accord|au revoir|bonne (?:journee|soiree|nuit))\b")
_HELLO = re.compile(r"\b(?:bonjour|bonsoir|salut|coucou|hello|hey)\b")
_SHEET = ("gestes", "ne-pas-faire", "prevenir", "delais")


_BANK = "opposition-bancaire"
_FOR_PUBLISHED = ("cnil-renseignement", "pharos")


def is_thanks(greeting: str) -> bool:
    """Whether a greeting closes a conversation ("merci beaucoup") rather than opens one."""
    text = fold(greeting).replace("’", "'")
    return bool(_THANKS.search(text)) and not _HELLO.search(text)


def comes_first(question: str) -> bool:
    """Whether a question is answered before any search."""
    return (
        turned_away(question) is not None
        or detect(question) is not None
        or vague_attack(question)
        or not_covered(question)
    )


class FirstAid:
    """Answers that need no search. ``hosts``: those that may be linked to; ``sense``: how emergencies are read."""

    def __init__(
        self,
        table: PassageTable,
        contacts: Contacts,
        region: str,
        index: IndexState,
        hosts: Collection[str],
        sense: Sense | None = None,
    ) -> None:
        self._sense = sense or Sense()
        self._table = table
        self._contacts = contacts
        self._region = region
        self._index = index
        self._hosts = hosts

    def answer(self, question: str, before: Sequence[str] = ()) -> Answer | None:
        """The answer that comes first, whatever the filters; None for an ordinary question.

        ``before``: earlier questions, oldest first; after one, "qui appeler ?" is about what it said, and "c’est arrivé
        ce matin" tells of it.
        """
        turned = turned_away(question)
        if turned is Turned.GREETING:
            text = compose.THANKS if is_thanks(question) else compose.GREETING
            return reply(Status.CLARIFY, text, self._index, suggestions=compose.OPENINGS)
        if turned is Turned.REFUSED:
            return refusal(Reason.OUT_OF_SCOPE, compose.REFUSED, self._index)
        told = self._sense.read(question)
        if told.incidents:
            return self._sheets(told.incidents, question)
        if published_about_oneself(question):
            return self._published(question)
        if (pointed := told_by(question, before)) is not None:
            return self._sheets((pointed,), question)
        if told.uncertain or (not before and cries_for_help(question)):
            return self.which_attack()
        if not_covered(question):
            text = compose.no_answer_text(Reason.NOTHING_FOUND)
            near = self.advice(question)
            return replace(refusal(Reason.WEAK, text, self._index), notices=self.advisers(question), contacts=near)
        return None

    def _published(self, question: str) -> Answer:
        """Nothing was stolen or broken into, and no text that we hold treats it: who does."""
        whom = [found for wanted in _FOR_PUBLISHED if (found := self._contacts.contact(wanted)) is not None]
        near = tuple(dict.fromkeys((*whom, *self.advice(question))))
        said = tuple(map(compose.contact_notice, whom))
        return replace(refusal(Reason.WEAK, compose.PUBLISHED, self._index), notices=said, contacts=near)

    def _sheets(self, incidents: Sequence[Incident], question: str) -> Answer | None:
        """The sheet of the gravest incident; the others are named, and each opens by its button."""
        first = self.sheet(incidents[0])
        if first is not None and tells_of_payment(question):
            # A payment may still be stopped, for some minutes: the bank comes before everybody else.
            whom = sorted(first.contacts, key=lambda contact: contact.id != _BANK)
            first = replace(first, contacts=tuple(whom), notices=tuple(map(compose.contact_notice, whom)))
        others = incidents[1:]
        if first is None or not others:
            return first
        opened = tuple(compose.OPENED_BY[incident] for incident in others)
        return replace(first, notices=(compose.others_notice(others), *first.notices), suggestions=opened)

    def which_attack(self) -> Answer:
        """Something has happened, but what has to be asked: the sheets to choose from, and who can help meanwhile."""
        return reply(
            Status.CLARIFY,
            compose.WHICH_ATTACK,
            self._index,
            notices=self._notices(Incident.RANSOMWARE.value)[:MEANWHILE],
            contacts=self._contacts_for(Incident.RANSOMWARE.value)[:MEANWHILE],
            suggestions=compose.SITUATIONS,
        )

    def advisers(self, question: str) -> tuple[Notice, ...]:
        """Whom to ask first where the texts do not answer; ``advice`` holds the others."""
        return tuple(map(compose.contact_notice, self.advice(question)[:ADVISERS]))

    def advice(self, question: str) -> tuple[Contact, ...]:
        """All who can answer where the texts do not, those whom the question seems to be for first."""
        return nearest(question, self._contacts_for(ADVICE))

    def _contacts_for(self, incident: str) -> tuple[Contact, ...]:
        return self._contacts.contacts_for(incident, self._region)

    def _notices(self, incident: str) -> tuple[Notice, ...]:
        return tuple(map(compose.contact_notice, self._contacts_for(incident)))

    def sheet(self, incident: Incident) -> Answer | None:
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
            contacts=self._contacts_for(incident.value),
        )

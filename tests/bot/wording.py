"""What may stand in an answer besides quotes: the fixed wording, publishers, dates and headings, and nothing else."""

import re

from bot import compose
from bot.model import Age, Answer, Reason, Status
from bot.schema import AnswerOut

_FIXED = {
    *compose._INTROS.values(),
    compose._MIXED,
    compose.ONLY_ADVICE,
    compose.NO_LAW,
    compose.NO_KNOWN_LAW,
    compose.GREETING,
    compose.THANKS,
    compose.REFUSED,
    *(compose.no_answer_text(reason) for reason in Reason),
    compose.WHICH_ATTACK,
    compose.WHICH_SUBJECT,
    *(compose.emergency_text(incident, []) for incident in compose.INCIDENTS),
}


def check_wording(answer: Answer | AnswerOut) -> None:
    """Take every quote out once, where its marker says it is; what remains must be ours, word for word."""
    rest = answer.answer
    for citation in answer.citations:
        shown = f"«\u00a0{citation.quote}\u00a0» [{citation.marker}]"
        assert rest.count(shown) == 1, shown
        rest = rest.replace(shown, f"[{citation.marker}]")
    headings = {f"{citation.section}\u00a0:" for citation in answer.citations}
    for line in filter(None, rest.split("\n")):
        if line in _FIXED or re.fullmatch(r"\[\d+\]", line):
            continue
        if answer.status == Status.EMERGENCY and line in headings:
            continue
        assert any(_introduces(line, citation) for citation in answer.citations), line


def _introduces(line: str, citation: object) -> bool:
    """Publisher, year, age, nature and section of one citation, as fields of it and not as any text."""
    publisher, section, title = (getattr(citation, name) for name in ("publisher", "section", "title"))
    year = getattr(citation, "document_date", None)
    expected = publisher + (f" ({year[:4]})" if year else "")
    if reserve := getattr(citation, "reserve", ""):
        expected += f", {compose._AGES[Age.BEFORE_GDPR if 'RGPD' in reserve else Age.OLD]}"
    force = getattr(citation, "force", None)
    if getattr(citation, "kind", None) == "digest":
        expected += f", résumé CyberVigie {compose._OF[force]}" if force else ", résumé CyberVigie"
    elif force:
        expected += f", {compose._FORCES[force]}"
    return line in {f"{expected}\u00a0:", *(f"{expected}, «\u00a0{about}\u00a0»\u00a0:" for about in (section, title))}

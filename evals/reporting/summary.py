"""The report in a few lines of Markdown, for a merge request or a message."""

from collections.abc import Iterator

from evals.compare import Verdict
from evals.reporting import words
from evals.reporting.content import Report
from evals.reporting.worst import FAULTS
from evals.scores.catalogue import BY_CODE
from ingest.crawl.moments import moment
from ingest.crawl.report_words import counted
from ingest.typography import NARROW, NBSP

_SHOWN = 10
VERDICTS = {
    Verdict.BETTER: "mieux",
    Verdict.WORSE: "moins bien",
    Verdict.UNCLEAR: "pas de différence établie",
    Verdict.SAME: "identique",
}
CAUTIONS = {
    "questions_differ": "les questions, ou ce qui en est attendu, ne sont pas les mêmes dans les deux passages",
    "questions_missing": "seules les questions communes aux deux passages sont comparées",
    "incomplete": "l’un des passages est inachevé",
    "corpus_differs": "les textes interrogés ne sont pas les mêmes",
    "facts_by_document": "l’un des systèmes ne cite pas le corpus de départ"
    "\u00a0: l’information attendue est jugée, pour les deux, au document officiel cité et non à son contenu",
    "facts_unseen": "l’un des systèmes ne nomme pas ses sources\u00a0: l’information attendue n’est jugée pour aucun",
    "machine_differs": "les machines diffèrent\u00a0: les délais ne se comparent pas",
}
BY_DOCUMENT = (
    "Ce système ne cite pas le corpus de départ, dont on sait ce que chaque section contient\u00a0: l’information "
    "attendue est jugée au niveau du document. Citer le bon document officiel suffit, quel que soit l’extrait\u202f; "
    "c’est un maximum."
)
"""Told where ``Report.by_document``."""


def render_summary(report: Report) -> str:
    """The Markdown text of a report."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    meta = report.run.meta
    yield f"# Qualité des réponses{NBSP}: {_cell(meta.system.name)}"
    yield ""
    questions = counted(report.scores.count, "question", "questions")
    yield f"{questions}, passage du {moment(meta.started_at)} (UTC). Intervalles à 95{NBSP}%."
    if not report.run.complete:
        yield ""
        yield f"**Passage inachevé{NBSP}: {report.scores.count} questions posées sur {meta.count}.**"
    yield ""
    yield "| mesure | valeur | intervalle | questions | objectif |"
    yield "| --- | ---: | --- | ---: | --- |"
    for line in report.headline:
        target = f"{line.target}{NBSP}: {line.state}" if line.target else "—"
        yield f"| {line.label} | {line.value} | {line.interval} | {line.judged} | {target} |"
    if report.by_document:
        yield ""
        yield BY_DOCUMENT
    if report.promised:
        told = f"{NARROW}; ".join(f"{line.label}, {line.promised}" for line in report.promised)
        yield ""
        yield f"Annoncé par le service lui-même (/v1/meta), sur d’autres questions{NBSP}: {told}."
    missing = [label for family in report.families for label in family.missing]
    if missing:
        yield ""
        yield f"Non mesuré ici{NBSP}: {', '.join(missing)}."
    yield from _comparison(report)
    if report.worst:
        yield ""
        yield "## À revoir"
        yield ""
        for fault, number in report.faults:
            yield f"- {FAULTS[fault]}{NBSP}: {number}"
        yield ""
        names = ", ".join(f"`{_cell(one.case.question.id)}`" for one in report.worst[:_SHOWN])
        yield f"Les premières{NBSP}: {names}."


def _comparison(report: Report) -> Iterator[str]:
    found = report.comparison
    if found is None:
        return
    yield ""
    yield f"## Comparé à {_cell(found.before.meta.system.name)}, passage du {moment(found.before.meta.started_at)}"
    yield ""
    for caution in found.cautions:
        yield f"- Attention{NBSP}: {CAUTIONS[caution]}."
    if found.cautions:
        yield ""
    if found.one_sided:
        yield f"Non comparé, car un seul des deux le montre{NBSP}: {words.listed(found.one_sided)}."
        yield ""
    yield "| mesure | avant | après | différence | intervalle | verdict |"
    yield "| --- | ---: | ---: | ---: | --- | --- |"
    for one in found.differences:
        if one.verdict is Verdict.SAME:
            continue
        definition = BY_CODE[one.code]
        cells = (
            definition.label,
            words.amount(one.before, definition),
            words.amount(one.after, definition),
            words.change(one.change, definition),
            words.change_between(one.interval, definition),
            VERDICTS[one.verdict],
        )
        yield f"| {' | '.join(cells)} |"
    same = [BY_CODE[one.code].label for one in found.differences if one.verdict is Verdict.SAME]
    if same:
        yield ""
        yield f"Identiques{NBSP}: {', '.join(same)}."


def _cell(text: str) -> str:
    """A text of someone else, unable to break a table or to become markup."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>|#" else char for char in " ".join(text.split()))

"""The report as one HTML page: no script, nothing loaded from elsewhere, readable on paper.

Titles and addresses come from the web: Jinja escapes them, and only https addresses on hosts of the manifest are links.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup

from ingest.crawl.moments import between, day, moment
from ingest.crawl.report import CrawlReport, Freshness, SourceReport
from ingest.crawl.report_verdict import verdict
from ingest.crawl.report_words import AGES, counted, french, grouped, spoken
from ingest.crawl.wording import cure_words, doubt_words, error_words, gone_words, refused_words, unreached
from ingest.manifest import https_host
from ingest.text import clean
from ingest.typography import NARROW

_SHOWN = 20
_FOLDER = Path(__file__).parent
_TONES = ("week", "month", "quarter", "older")
_COLUMNS = ("Lues", "Inchangées", "Nouvelles", "Modifiées", "Retirées", "Non retenues", "Erreurs")
_PENDING = {"changed": "Pages modifiées", "removed": "Pages retirées", "added": "Pages nouvelles"}
_WORDS = {"gone": gone_words, "refused": refused_words, "error": error_words, "doubt": doubt_words}
_BUDGETS = {
    "pages": "Le nombre de pages permis a été atteint",
    "time": "Le temps permis a été atteint",
}


def render_page(report: CrawlReport) -> str:
    """The HTML page of a report."""
    style = (_FOLDER / "report.css").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        french=french,
        grouped=grouped,
        count=counted,
        capital=lambda text: text[:1].upper() + text[1:],
        sentence=lambda text: text if text.endswith((".", "!", "?")) else f"{text}.",
        moment=moment,
        words=lambda code, kind: _WORDS[kind](code),
        cure=cure_words,
        spoken=spoken,
        short=day,
        segments=lambda ages: list(_segments(ages)),
        grouped_by_reason=_grouped_by_reason,
        safe_link=lambda address: address if https_host(address) in report.hosts else None,
        name=lambda address: _name(report, address),
        state=_state,
        tone=_tone,
        detailed=_detailed,
        waiting_pages=_waiting_pages,
    )
    unfinished = [source for source in report.visited if source.summary and not source.summary.finished]
    return environment.get_template("report.html").render(
        report=report,
        when=between(report.begun_at, report.ended_at),
        shown=_SHOWN,
        # The style is ours and is hashed as it stands for the page's own policy.
        style=Markup(style),  # noqa: S704
        style_hash=f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}",
        verdict=verdict(report),
        figures=_figures(report),
        total=sum((source.freshness for source in report.sources), Freshness()),
        legend=list(zip(_TONES, AGES, strict=True)),
        ages=lambda source: list(zip(AGES, source.freshness.parts, strict=True)),
        columns=_COLUMNS,
        numbers=lambda source: list(zip(_COLUMNS, _numbers(source), strict=True)),
        totals=_totals(report),
        waiting=[source for source in report.sources if source.waiting],
        failing=list(_failing(report)),
        offline=unreached(report.summaries),
        doubtful=[source for source in report.sources if source.doubtful],
        rejected=[source for source in report.sources if source.rejected],
        unfinished=unfinished,
        unfinished_text=_unfinished_text(report),
        details=[source for source in report.visited if _detailed(source)],
        unread_terms=[source for source in report.sources if not source.terms_read],
    )


def _name(report: CrawlReport, address: str) -> str:
    """What a link says: the title and, of a file, its format; the address where no title is known."""
    title = clean(report.titles.get(address, ""))
    return f"{title} (PDF)" if title and urlsplit(address).path.lower().endswith(".pdf") else title or address


def _segments(ages: Freshness) -> Iterator[tuple[str, float, float]]:
    """(class, start, width) in per cent of the bar."""
    start = 0.0
    for tone, number in zip(_TONES, ages.parts, strict=True):
        if number:
            width = 100 * number / ages.total
            yield tone, round(start, 2), round(width, 2)
            start += width


def _grouped_by_reason(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Most frequent reason first."""
    found: dict[str, list[str]] = {}
    for address, reason in pairs:
        found.setdefault(reason, []).append(address)
    return sorted(found.items(), key=lambda entry: (-len(entry[1]), entry[0]))


def _waiting_pages(source: SourceReport) -> list[tuple[str, list[str]]]:
    """What waits for a person, by kind; what would be lost comes first."""
    return [
        (title, [change.url for change in source.pending if change.kind == kind]) for kind, title in _PENDING.items()
    ]


def _numbers(source: SourceReport) -> tuple[int, ...]:
    summary = source.summary
    assert summary is not None
    lists: tuple[list[Any], ...] = (summary.added, summary.changed, summary.gone, source.refused, summary.errors)
    return summary.fetched, summary.unchanged, *map(len, lists)


def _totals(report: CrawlReport) -> list[tuple[str, int]]:
    columns = zip(*(_numbers(source) for source in report.visited), strict=True)
    sums = [sum(column) for column in columns] or [0] * len(_COLUMNS)
    return list(zip(_COLUMNS, sums, strict=True))


def _figures(report: CrawlReport) -> list[tuple[str, str]]:
    totals = dict(_totals(report))
    whole = sum(1 for source in report.visited if source.summary and source.summary.finished)
    documents = sum(source.freshness.total for source in report.sources)
    return [
        ("sources visitées en entier", f"{whole} sur {len(report.visited)}"),
        ("documents enregistrés", grouped(documents)),
        ("pages nouvelles", grouped(totals["Nouvelles"])),
        ("pages modifiées", grouped(totals["Modifiées"])),
        ("pages retirées", grouped(totals["Retirées"])),
        ("erreurs", grouped(totals["Erreurs"])),
    ]


def _failing(report: CrawlReport) -> Iterator[tuple[SourceReport, str, int]]:
    for source in report.visited:
        assert source.summary is not None
        for code, addresses in _grouped_by_reason(source.summary.errors):
            yield source, code, len(addresses)


def _unfinished_text(report: CrawlReport) -> str:
    if report.interrupted:
        return f"Le passage a été interrompu avant la fin de ces sources{NARROW}; relancez la même commande."
    reached = _BUDGETS.get(report.budget_reached or "")
    if reached:
        return f"{reached} avant la fin de ces sources{NARROW}; le prochain passage commencera par le plus ancien."
    return f"Un hôte au moins n’a pas répondu, ou demande d’attendre{NARROW}; le prochain passage réessaiera."


def _state(source: SourceReport) -> str:
    summary = source.summary
    assert summary is not None
    if source.waiting:
        return "attend une décision"
    if not summary.finished:
        return "inachevée"
    return "visitée, avec des erreurs" if summary.errors else "visitée en entier"


def _tone(source: SourceReport) -> str:
    return {"attend une décision": "danger", "visitée en entier": "good"}.get(_state(source), "caution")


def _detailed(source: SourceReport) -> bool:
    """Whether there is more to say than numbers."""
    summary = source.summary
    assert summary is not None
    lists: tuple[list[Any], ...] = (
        summary.added,
        summary.changed,
        summary.gone,
        summary.moved,
        summary.duplicates,
        source.refused,
        summary.errors,
    )
    return any(lists) or summary.hidden_passages > 0

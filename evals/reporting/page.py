"""The report as one HTML page: no script, nothing loaded from elsewhere, readable in the dark and on paper.

Questions, titles and names of systems come from outside: Jinja escapes them; addresses are not links.
"""

import base64
import hashlib
import textwrap
from collections.abc import Mapping
from pathlib import Path

import jinja2
from markupsafe import Markup

from bot.compose import INCIDENTS
from bot.incident import Incident
from evals.compare import Difference, Verdict
from evals.labels import KINDS, REGISTERS
from evals.reporting import words
from evals.reporting.content import Report, axis_slices, is_few, slice_label
from evals.reporting.plots import Bar, interval_plot, reliability_plot, risk_coverage_plot
from evals.reporting.summary import BY_DOCUMENT, CAUTIONS, VERDICTS
from evals.reporting.worst import FAULTS
from evals.scores.catalogue import BY_CODE, Unit
from evals.scores.slices import FEW, SLICED, Axis
from evals.scores.summary import CurvePoint, SliceScores
from ingest.crawl.moments import moment
from ingest.crawl.report_words import counted, french, grouped
from ingest.typography import NBSP

_FOLDER = Path(__file__).parent
_WORST_SHOWN = 10
_WORST_NAMED = 40
_FEW_TO_DRAW = 30
"""Questions below which a curve draws chance."""
_RETRIEVED_SHOWN = 5
_SLICES_SHOWN = 12
_CURVE_ROWS = 10
_CHANGES_SHOWN = 12
_LABEL_CHARS = 26
_CERTAIN = 0.995
_SYSTEMS = {
    "engine": "CyberVigie, dans le programme",
    "http": "CyberVigie, par le réseau",
    "openai": "modèle de langue, par une interface compatible OpenAI",
    "exported": "réponses exportées d’un autre système",
}
_IDENTITY = {"model": "Modèle", "calibration": "Calibration", "code": "Programme", "region": "Région"}


def render_page(report: Report) -> str:
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
        moment=moment,
        percent=words.percent,
        decimal=words.decimal,
        capital=lambda text: text[:1].upper() + text[1:],
        measure=lambda code: BY_CODE[code],
        amount=words.amount,
        change=words.change,
        change_between=words.change_between,
        chance=_chance,
        interval=words.between,
        fault=lambda fault: FAULTS[fault],
        status=lambda status: words.STATUSES[status] if status else "statut non dit",
        slice=lambda part: slice_label(part.axis, part.value),
        few=is_few,
        incident=_incident,
        identity=lambda name: _IDENTITY.get(name, name),
        kind=lambda kind: KINDS[kind],
        register=lambda register: REGISTERS[register],
    )
    return environment.get_template(
        "report.html"
    ).render(
        report=report,
        meta=report.run.meta,
        scores=report.scores,
        system=_SYSTEMS.get(report.run.meta.system.kind, report.run.meta.system.kind),
        # The style is ours and is hashed as it stands for the page's own policy.
        style=Markup(style),  # noqa: S704
        style_hash=f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}",
        machine=_machine(report.run.meta.machine),
        verdict=_verdict(report),
        curve_plot=risk_coverage_plot(report.scores.curve) if report.scores.curve.points else None,
        curve_rows=_curve_rows(report),
        reliability_plot=reliability_plot(report.scores.reliability) if report.scores.reliability else None,
        axes=[_axis(report, axis) for axis in Axis if axis_slices(report.scores, axis)],
        sliced=SLICED,
        few_limit=FEW,
        few_to_draw=_FEW_TO_DRAW,
        worst=report.worst[:_WORST_SHOWN],
        others=report.worst[_WORST_SHOWN : _WORST_SHOWN + _WORST_NAMED],
        compared=[one for one in _changed(report) if _counts(one)],
        unclear=[one for one in _changed(report) if not _counts(one)],
        retrieved_shown=_RETRIEVED_SHOWN,
        changes_shown=_CHANGES_SHOWN,
        comparison_plot=_comparison_plot(report),
        by_document=BY_DOCUMENT if report.by_document else "",
        one_sided=words.listed(report.comparison.one_sided) if report.comparison else "",
        cautions=CAUTIONS,
        verdicts=VERDICTS,
    )


def _verdict(report: Report) -> tuple[str, str, str]:
    """(tone, headline, text) of the whole run."""
    aimed = report.aimed
    if not aimed:
        return "caution", "Ce jeu de questions ne mesure aucun des objectifs.", ""
    reached = [line for line in aimed if line.state.startswith("atteint")]
    missed = [line for line in aimed if line not in reached]
    headline = f"{len(reached)} objectifs atteints sur {len(aimed)} mesurés."
    if len(reached) < 2:
        headline = f"{len(reached)} objectif atteint sur {counted(len(aimed), 'mesuré', 'mesurés')}."
    if not missed:
        return "good", headline, "Aucun objectif mesuré n’est manqué sur ces questions."
    tone = "danger" if any(line.tone == "danger" for line in missed) else "caution"
    names = ", ".join(
        line.label[:1].lower() + line.label[1:] if line.label[1:2].islower() else line.label for line in missed
    )
    return tone, headline, f"Reste à gagner\u00a0: {names}."


def _curve_rows(report: Report) -> list[CurvePoint]:
    """The first point of the curve at or beyond each tenth of the questions."""
    points = report.scores.curve.points
    rows: list[CurvePoint] = []
    for tenth in range(1, _CURVE_ROWS + 1):
        point = next((point for point in points if point.coverage >= tenth / _CURVE_ROWS - 1e-9), None)
        if point and point not in rows:
            rows.append(point)
    return rows


def _axis(report: Report, axis: Axis) -> tuple[Axis, str, list[SliceScores], int, str, Markup | None]:
    """(axis, title, slices shown, slices left out, measure of the plot, plot)."""
    parts = axis_slices(report.scores, axis)
    code = "status_right" if axis is Axis.KIND else "expected_cited"
    shown = parts[:_SLICES_SHOWN]
    bars = [bar for part in shown if (bar := _bar(part, code)) is not None]
    title = f"{BY_CODE[code].label} par {words.AXES[axis][:1].lower()}{words.AXES[axis][1:]}"
    plot = interval_plot(f"slices-{axis.value}", title, bars) if len(bars) > 1 else None
    return axis, words.AXES[axis], shown, len(parts) - len(shown), title, plot


def _bar(part: SliceScores, code: str) -> Bar | None:
    score = next((score for score in part.scores if score.code == code), None)
    if score is None or score.value is None or score.interval is None:
        return None
    # A long name would leave no room for the plot; the table beside it says it in full.
    name = textwrap.shorten(french(slice_label(part.axis, part.value)), _LABEL_CHARS, placeholder=f"{NBSP}…")
    return Bar(
        f"{name} ({score.judged})",
        score.value,
        score.interval.low,
        score.interval.high,
        faint=is_few(score),
    )


def _changed(report: Report) -> list[Difference]:
    found = () if report.comparison is None else report.comparison.differences
    return [one for one in found if one.verdict is not Verdict.SAME]


def _counts(one: Difference) -> bool:
    """Whether a difference is worth a row at first sight: of a key figure, or established."""
    return BY_CODE[one.code].headline or one.verdict is not Verdict.UNCLEAR


def _comparison_plot(report: Report) -> Markup | None:
    if report.comparison is None:
        return None
    headline = (_gain(one) for one in report.comparison.differences if BY_CODE[one.code].headline)
    bars = [bar for bar in headline if bar is not None]
    title = "Gain de chaque mesure, en points (à droite : mieux, à gauche : moins bien)"
    return interval_plot("differences", title, bars, zero=True) if bars else None


def _gain(one: Difference) -> Bar | None:
    """A difference turned so that more is better; None for what is not a share or a score from 0 to 1."""
    definition = BY_CODE[one.code]
    if definition.unit is Unit.MS:
        return None
    sign = 1 if definition.higher_is_better else -1
    low, high = sorted((sign * one.interval.low, sign * one.interval.high))
    return Bar(definition.label, sign * one.change, low, high)


def _chance(one: Difference) -> str:
    """ "p = 0,012": corrected for the measures of the first page, else of the exact test; empty if it tells nothing."""
    value = one.exact_p if one.adjusted_p is None else one.adjusted_p
    return "" if value is None or value > _CERTAIN else words.probability(value)


def _machine(told: Mapping[str, str]) -> str:
    """The machine of a run: system, processor, cores, memory."""
    units = {"cores": f"{NBSP}cœurs", "memory_gib": f"{NBSP}Gio"}
    shown = {name: value.replace(".", ",") if name == "memory_gib" else value for name, value in told.items() if value}
    return ", ".join(f"{french(value)}{units.get(name, '')}" for name, value in shown.items()) or "non dite"


def _incident(slug: str) -> str:
    """The French name of an emergency sheet; another system may name its own."""
    return INCIDENTS[Incident(slug)] if slug in set(Incident) else slug

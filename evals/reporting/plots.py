"""The plots of a report, narrow enough to stay readable on a telephone. Their numbers are in tables beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evals.reporting.svg import Ink, inline_svg
from evals.reporting.words import decimal, percent
from evals.scores.summary import ReliabilityBin, RiskCoverage
from ingest.typography import NBSP

_STYLE: dict[Any, Any] = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": Ink.LINE.value,
    "axes.labelcolor": Ink.SOFT.value,
    "text.color": Ink.TEXT.value,
    "xtick.color": Ink.SOFT.value,
    "ytick.color": Ink.SOFT.value,
    "grid.color": Ink.LINE.value,
    "axes.axisbelow": True,
}
_WIDTH, _HEIGHT = 4.4, 3.3
_ROW = 0.36
_LONG_LABEL = 24
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a plot by group: a value and its interval; ``faint``: too few questions to tell."""

    label: str
    value: float
    low: float
    high: float
    faint: bool = False


def risk_coverage_plot(curve: RiskCoverage) -> Markup:
    """Risk against coverage, and where the system stands."""
    with rc_context(_STYLE):
        figure, axes = _plane("part des questions répondues (couverture)", "part de réponses fausses (risque)")
        coverage = [point.coverage for point in curve.points]
        risk = [point.risk for point in curve.points]
        stands = curve.coverage if curve.coverage is not None else 1.0
        inside = sum(value <= stands for value in coverage)
        axes.plot(coverage[: inside + 1], risk[: inside + 1], color=Ink.BRAND.value, linewidth=2)
        axes.plot(coverage[inside:], risk[inside:], color=Ink.BRAND.value, linewidth=1.6, linestyle=(0, (4, 3)))
        axes.set_xlim(0, 1)
        top = max(0.2, *(value * 1.15 for value in risk))
        axes.set_ylim(0, min(1.0, top))
        axes.set_xticks(_TICKS, [_short(tick) for tick in _TICKS])
        ticks = [tick for tick in (*_TICKS, 0.1, 0.3, 0.5) if tick <= top] if top < 0.6 else list(_TICKS)
        axes.set_yticks(sorted(ticks), [_short(tick) for tick in sorted(ticks)])
        told = ""
        if curve.coverage is not None and curve.risk is not None:
            axes.plot([curve.coverage], [curve.risk], marker="o", markersize=8, color=Ink.OTHER.value, clip_on=False)
            told = f" Le réglage actuel répond à {percent(curve.coverage)} des questions, {percent(curve.risk)} à tort."
        return inline_svg(
            figure,
            "risk-coverage",
            "Risque selon la couverture",
            f"Courbe de la part de réponses fausses selon la part de questions répondues, des plus sûres aux moins "
            f"sûres.{told} Les valeurs sont dans le tableau qui suit.",
        )


def reliability_plot(bins: Sequence[ReliabilityBin]) -> Markup:
    """Share right against announced confidence; the size of a point tells how many questions."""
    with rc_context(_STYLE):
        figure, axes = _plane("confiance annoncée", "part de réponses justes")
        axes.plot([0, 1], [0, 1], color=Ink.SOFT.value, linewidth=1, linestyle=(0, (4, 3)))
        axes.text(1.0, 0.04, f"pointillé{NBSP}: accord parfait", ha="right", color=Ink.SOFT.value)
        largest = max(part.count for part in bins)
        axes.plot([part.confidence for part in bins], [part.right for part in bins], color=Ink.BRAND.value, linewidth=1)
        for part in bins:
            size = 5 + 9 * (part.count / largest) ** 0.5
            axes.plot(
                [part.confidence], [part.right], marker="o", markersize=size, color=Ink.BRAND.value, clip_on=False
            )
        axes.set_xlim(0, 1.03)
        axes.set_ylim(-0.02, 1.05)
        axes.set_xticks(_TICKS, [_short(tick) for tick in _TICKS])
        axes.set_yticks(_TICKS, [_short(tick) for tick in _TICKS])
        return inline_svg(
            figure,
            "reliability",
            "Confiance annoncée et réponses justes",
            "Pour chaque tranche de confiance annoncée, la part de réponses justes, à comparer à la diagonale. Les "
            "valeurs sont dans le tableau qui suit.",
        )


def interval_plot(name: str, title: str, bars: Sequence[Bar], *, zero: bool = False) -> Markup:
    """Values with their intervals, a row each. ``zero``: gains, around a line at 0, in points."""
    with rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, 0.7 + _ROW * len(bars)), layout="constrained")
        axes = figure.subplots()
        axes.grid(axis="x", linewidth=0.8)
        for row, bar in enumerate(reversed(bars)):
            ink = (Ink.SOFT if bar.faint else Ink.BRAND).value
            axes.plot([bar.low, bar.high], [row, row], color=ink, linewidth=2.2, solid_capstyle="butt")
            axes.plot([bar.value], [row], marker="o", markersize=6.5, color=ink, clip_on=False)
        axes.set_yticks(range(len(bars)), [bar.label for bar in reversed(bars)])
        axes.tick_params(axis="y", length=0, labelcolor=Ink.TEXT.value)
        axes.spines["left"].set_visible(False)
        axes.set_ylim(-0.6, len(bars) - 0.4)
        if zero:
            axes.axvline(0, color=Ink.SOFT.value, linewidth=1.2)
            reach = max(0.02, *(max(abs(bar.low), abs(bar.high)) for bar in bars)) * 1.08
            axes.set_xlim(-reach, reach)
            ticks = [tick for tick in axes.get_xticks() if abs(tick) <= reach]
            axes.set_xticks(ticks, [f"{'+' if tick > 0 else ''}{decimal(100 * tick, 0)}" for tick in ticks])
        else:
            axes.set_xlim(0, 1.02)
            # Long names leave the marks no room to stand side by side.
            marks = _TICKS if max(len(bar.label) for bar in bars) < _LONG_LABEL else (0.0, 0.5, 1.0)
            axes.set_xticks(marks, [_short(mark) for mark in marks])
        return inline_svg(figure, name, title, f"{title}. Les valeurs sont dans le tableau qui suit.")


def _plane(across: str, up: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
    axes = figure.subplots()
    axes.grid(linewidth=0.8)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    return figure, axes


def _short(share: float) -> str:
    return f"{round(100 * share)}{NBSP}%"

"""The report of a run: ``write_report(run, folder)`` leaves a page, a summary and the figures for machines.

report.html    one page, nothing loaded from elsewhere: figures, plots, groups, questions to review, comparison
report.md      the same in a few lines
report.json    every figure, every question to review
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from evals.errors import EvalError, disk_reason
from evals.model import Run
from evals.reporting.content import Report, build_report
from evals.reporting.page import render_page
from evals.reporting.summary import render_summary

FORMAT = 1


class ReportError(EvalError):
    """A report cannot be written."""

    code = "report"


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where a report was written."""

    page: Path
    summary: Path
    data: Path


def write_report(run: Run, folder: Path, *, against: Run | None = None) -> ReportFiles:
    """Write the report of a run into a folder, made if need be; ``against``: an earlier run to compare it with.

    Raises:
        NothingToScore, NothingInCommon: there is nothing to report.
        ReportError: the folder cannot be written to.
    """
    report = build_report(run, against)
    files = ReportFiles(folder / "report.html", folder / "report.md", folder / "report.json")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files.page.write_text(render_page(report), encoding="utf-8")
        files.summary.write_text(render_summary(report), encoding="utf-8")
        files.data.write_bytes(msgspec.json.format(msgspec.json.encode(report_data(report)), indent=1) + b"\n")
    except OSError as error:
        raise ReportError(
            f"{folder} : rapport impossible à écrire ({disk_reason(error)}) ; vérifiez les droits"
        ) from error
    return files


def report_data(report: Report) -> dict[str, Any]:
    """The report for programs: shares from 0 to 1, milliseconds, None where nothing was measured."""
    found = report.comparison
    return {
        "format": FORMAT,
        "run": report.run.meta,
        "complete": report.run.complete,
        "scores": report.scores,
        "worst": [
            {
                "question": one.case.question,
                "fault": one.fault.name.lower(),
                "status": one.case.outcome.status,
                "confidence": one.case.outcome.confidence,
                "incident": one.case.outcome.incident,
                "failure": one.case.outcome.failure,
                "cited": one.cited,
                "retrieved": one.retrieved,
            }
            for one in report.worst
        ],
        "comparison": None
        if found is None
        else {
            "before": found.before.meta,
            "common": found.common,
            "cautions": found.cautions,
            "one_sided": found.one_sided,
            "differences": found.differences,
            "changes": [{"question": change.question.id, "move": change.move} for change in found.changes],
        },
    }

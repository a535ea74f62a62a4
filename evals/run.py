"""A run: every question to one system, in order, each outcome on the disk before the next question is asked.

A run that stops (Ctrl-C, a crash, a system that goes down) keeps what is done, and continues with ``resume`` when
questions and system are the same to the byte.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from evals.environment import machine, versions
from evals.errors import RunFolderError, SystemDown
from evals.model import Outcome, Question, QuestionFile, Run, RunMeta, SystemInfo
from evals.record import FORMAT, is_run, load_run, questions_digest, without_text, writing
from evals.redaction import recorded
from evals.systems.ports import System

FAILURES_MAX = 20
"""Failures in a row after which nobody waits for the next: the system is as good as gone."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run and where to write it."""

    questions: tuple[Question, ...]
    files: tuple[QuestionFile, ...]
    folder: Path
    keep_texts: bool = False
    """Whether the words of the questions are written, besides their ids."""
    resume: bool = False
    """Whether to continue the run that is there."""
    retry: bool = False
    """Whether to ask again, when resuming, the questions that failed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    done: int
    total: int
    failed: int


def run(system: System, plan: Plan, *, progress: Callable[[Progress], None] = lambda _: None) -> Run:
    """The run, complete.

    Raises:
        RunFolderError: the folder holds another run, or cannot be written.
        SystemDown: the system is gone, or fails all the time; what is done is kept.
        SystemRefuses, SystemChanged: as ``System.ask``; the same.
        KeyboardInterrupt: the same.
    """
    meta, before = _begin(system, plan)
    done = {outcome.question_id: outcome for outcome in before if not (plan.retry and outcome.failure)}
    written = plan.questions if plan.keep_texts else tuple(without_text(question) for question in plan.questions)
    in_a_row = 0
    with writing(plan.folder, written) as writer:
        writer.describe(meta)
        progress(_progress(plan, done.values()))
        for question in plan.questions:
            if question.id in done:
                continue
            outcome = recorded(system.ask(question), question, keep_texts=plan.keep_texts)
            writer.add(outcome)
            done[question.id] = outcome
            progress(_progress(plan, done.values()))
            in_a_row = in_a_row + 1 if outcome.failure and outcome.failure.code != "missing" else 0
            if in_a_row == FAILURES_MAX and outcome.failure:
                told = f"{FAILURES_MAX} échecs d’affilée, le dernier : {outcome.failure.message}"
                raise SystemDown(f"{told} ; une fois la cause trouvée, continuez par --resume --retry")
        writer.describe(replace(meta, finished_at=_now()))
    return load_run(plan.folder)


def _begin(system: System, plan: Plan) -> tuple[RunMeta, Sequence[Outcome]]:
    meta = RunMeta(
        format=FORMAT,
        system=system.info,
        files=plan.files,
        questions_digest=questions_digest(plan.questions),
        count=len(plan.questions),
        corpus_digest=system.corpus_digest,
        started_at=_now(),
        finished_at=None,
        texts_kept=plan.keep_texts,
        versions=versions(),
        machine=machine(),
    )
    if not is_run(plan.folder):
        return meta, ()
    if not plan.resume:
        raise RunFolderError(plan.folder, "un passage est déjà là ; continuez-le par --resume, ou changez de dossier")
    there = load_run(plan.folder)
    different = _difference(there.meta, meta)
    if different:
        raise RunFolderError(plan.folder, f"{different} ; ce passage ne peut pas continuer : prenez un autre dossier")
    return replace(meta, started_at=there.meta.started_at), there.outcomes


def _difference(there: RunMeta, now: RunMeta) -> str | None:
    if there.questions_digest != now.questions_digest:
        return "les questions ne sont plus les mêmes"
    if there.system.digest != now.system.digest:
        return f"le système n’est plus le même ({_changed(there.system, now.system)})"
    if there.texts_kept != now.texts_kept:
        return "l’option --keep-text n’est pas la même"
    return None


def _changed(there: SystemInfo, now: SystemInfo) -> str:
    if there.kind != now.kind:
        return f"{there.kind} avant, {now.kind} maintenant"
    names = there.identity.keys() | now.identity.keys()
    return ", ".join(sorted(name for name in names if there.identity.get(name) != now.identity.get(name)))


def _progress(plan: Plan, done: Collection[Outcome]) -> Progress:
    return Progress(len(done), len(plan.questions), sum(outcome.failure is not None for outcome in done))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

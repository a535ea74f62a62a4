"""A run in one sentence, for the head of its report."""

from dataclasses import dataclass

from ingest.crawl.report import CrawlReport
from ingest.crawl.report_words import counted
from ingest.crawl.wording import unreached


@dataclass(frozen=True, slots=True)
class Verdict:
    """``tone``: good, caution or danger."""

    tone: str
    headline: str
    text: str


def verdict(report: CrawlReport) -> Verdict:
    """What matters most of a run. That all is well is said only where what is stored is what the sites publish."""
    waiting = sum(1 for source in report.sources if source.waiting)
    if report.interrupted:
        return Verdict("caution", "Passage interrompu.", "La même commande reprend où il s’est arrêté.")
    if waiting:
        headline = f"{counted(waiting, 'source attend', 'sources attendent')} une décision."
        return Verdict("danger", headline, "Trop de choses y ont changé d’un coup pour publier sans regard humain.")
    if unreached(report.summaries):
        text = "Vérifiez la connexion de la machine. Ce qui était enregistré est conservé."
        return Verdict("danger", "Aucun site n’a pu être joint.", text)
    unfinished = sum(1 for summary in report.summaries if not summary.finished)
    errors = sum(len(summary.errors) for summary in report.summaries)
    if unfinished or errors:
        found = [
            *([counted(unfinished, "source inachevée", "sources inachevées")] if unfinished else []),
            *([counted(errors, "page en erreur", "pages en erreur")] if errors else []),
        ]
        return Verdict("caution", f"{' et '.join(found)}.".capitalize(), "Ce qui était enregistré est conservé.")
    return _visited(report)


def _visited(report: CrawlReport) -> Verdict:
    headline = "Toutes les sources demandées ont été visitées en entier, sans erreur."
    doubtful = sum(len(source.doubtful) for source in report.sources)
    rejected = sum(source.rejected for source in report.sources)
    excluded = sum(reason == "excluded" for summary in report.summaries for _, reason in summary.refused)
    told = (
        (doubtful, "page encore citée n’y a pas été trouvée", "pages encore citées n’y ont pas été trouvées"),
        (rejected, "page a été écartée par une décision", "pages ont été écartées par une décision"),
        (excluded, "adresse est exclue", "adresses sont exclues"),
    )
    differing = [counted(number, singular, plural) for number, singular, plural in told if number]
    if not differing:
        return Verdict("good", headline, "Les documents enregistrés sont ceux que publient les sites.")
    text = f"Les documents enregistrés ne sont pas tous ceux que publient les sites\u00a0: {', '.join(differing)}."
    return Verdict("caution" if doubtful or rejected else "good", headline, text)

"""What an operator looks up and decides between two crawls, on a store that two runs have filled."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.crawl.holdings import Holdings
from ingest.crawl.model import PageRecord, PageStatus, RunSummary, SourceSummary
from ingest.crawl.state import CrawlState
from ingest.model import BlockKind, Document, DocumentKind, ParsedBlock, ParsedDocument
from ingest.store import DocumentStore
from ingest.text import assemble

from .small_site import HOME, write_manifest

Run = Callable[..., Any]
SHEETS = [f"{HOME}fiche-{number}" for number in range(30)]


def sheet(url: str, title: str, words: str) -> Document:
    blocks = tuple(
        ParsedBlock(
            BlockKind.PARAGRAPH, f"{part}, la fiche {title} dit au cabinet comment {words}, sans mot technique."
        )
        for part in ("D’abord", "Ensuite", "Enfin")
    )
    parsed = ParsedDocument(title=title, blocks=blocks, url=url)
    return assemble(
        parsed,
        source_id=url,
        kind=DocumentKind.OFFICIAL,
        publisher="Agence de l’exemple",
        title=title,
        media_type="text/html",
    )


class Shelf:
    """Runs made by hand, as the engine would make them."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def run(self, documents: list[Document], *, day: int, finished: bool = True) -> RunSummary:
        """A run that finds these documents and no others."""
        now = f"2026-11-{day:02d}T05:00:00Z"
        with DocumentStore(self._data / "store") as store:
            state, holdings = CrawlState(store), Holdings(store, ranks={})
            known = state.last_success("agence") is not None
            run = state.open_run(["agence"], now=now)
            found = {document.source_id for document in documents}
            gone = [one.source_id for one in store.summaries() if one.source_id not in found]
            with store.transaction():
                for document in documents:
                    holdings.stage(run.run, "agence", document, raw=None, newest="")
                    state.save_page(
                        PageRecord(document.source_id, "agence", PageStatus.OK, checked_at=now, changed_at=now)
                    )
                for url in gone:
                    holdings.stage_removal(run.run, "agence", url, "404")
                settled = holdings.settle(run.run, "agence", known=known, now=now)
                summary = SourceSummary(
                    "agence", added=list(settled.added), held=settled.held, finished=finished, last_success=now
                )
                run.sources = [summary]
                state.save_source(run.run, summary)
                run.ended_at = now
                state.close_run(run)
        return run


@pytest.fixture
def shelf(data: Path) -> Shelf:
    return Shelf(data)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("CYBERVIGIE_SOURCES", str(write_manifest(tmp_path)))
    return tmp_path / "data"


def first(words: str = "copier ses dossiers") -> list[Document]:
    return [sheet(url, f"Fiche {number}", f"{words} ({number})") for number, url in enumerate(SHEETS)]


def changed() -> list[Document]:
    """Two thirds of the sheets say something else."""
    return first("tout recommencer")[:20] + first()[20:]


def titles_with(data: Path, words: str) -> int:
    with DocumentStore(data / "store") as store:
        return sum(words in document.text for document in store.documents())


def test_nothing_yet(run: Run, data: Path) -> None:
    status = run("crawl", "status", data=data)
    assert status.code == 0
    assert re.search(r"agence +jamais", status.out)
    assert "fermee" not in status.out
    assert "Aucune source n’attend" in run("crawl", "held", data=data).out
    assert "0\u00a0passage" in run("crawl", "runs", data=data).out
    assert "Aucune adresse" in run("crawl", "excluded", data=data).out
    for command in ("approve", "reject"):
        result = run("crawl", command, "agence", data=data)
        assert result.code == 1
        assert result.err.startswith("cybervigie : ")


def test_status_and_runs(run: Run, data: Path, shelf: Shelf) -> None:
    shelf.run(first(), day=1)
    shelf.run(first(), day=8, finished=False)
    status = run("crawl", "status", data=data).out
    assert "30\u00a0documents lus sur les sites" in status
    assert "01/11/2026 05:00" in status
    assert "inachevée" in status
    runs = run("crawl", "runs", data=data).out
    assert re.search(r"1 +01/11/2026 05:00 +01/11/2026 05:00 +terminé +1 +30 ", runs)
    assert "1\u00a0passage" in run("crawl", "runs", "-n", "1", data=data).out


def test_data_may_stand_before_the_sub_command(run: Run, data: Path, shelf: Shelf) -> None:
    shelf.run(first(), day=1)
    assert "30\u00a0documents" in run("crawl", "--data", data, "status").out


def test_a_held_source_is_published_by_approval(run: Run, data: Path, shelf: Shelf) -> None:
    shelf.run(first(), day=1)
    assert shelf.run(changed(), day=8).sources[0].held
    assert titles_with(data, "tout recommencer") == 0
    held = run("crawl", "held", data=data)
    assert "agence" in held.out
    assert "20\u00a0modifiées" in held.out
    assert SHEETS[0] in held.out
    assert "crawl approve agence" in held.out
    assert "à décider" in run("crawl", "status", data=data).out
    approved = run("crawl", "approve", "agence", data=data)
    assert approved.code == 0
    assert "20\u00a0changés" in approved.out
    assert "cybervigie index" in approved.out
    assert titles_with(data, "tout recommencer") == 20
    assert "Aucune source" in run("crawl", "held", data=data).out


def test_a_long_list_is_cut_unless_asked(run: Run, data: Path, shelf: Shelf) -> None:
    shelf.run(first(), day=1)
    shelf.run(first("tout recommencer"), day=8)
    assert "… et 10 autres" in run("crawl", "held", data=data).out
    whole = run("crawl", "held", "--all", data=data).out
    assert all(url in whole for url in SHEETS)


def test_a_held_source_is_dropped_by_rejection_and_may_come_back(run: Run, data: Path, shelf: Shelf) -> None:
    shelf.run(first(), day=1)
    shelf.run(changed(), day=8)
    rejected = run("crawl", "reject", "agence", data=data)
    assert rejected.code == 0
    assert "20\u00a0changements" in rejected.out
    assert not shelf.run(changed(), day=15).sources[0].held
    lifted = run("crawl", "reconsider", "agence", data=data)
    assert "20\u00a0adresses peuvent revenir" in lifted.out
    assert "--refresh" in lifted.out
    assert shelf.run(changed(), day=22).sources[0].held
    assert run("crawl", "reconsider", "inconnue", data=data).code == 2


def test_what_was_rejected_is_listed_and_counted(run: Run, data: Path, shelf: Shelf) -> None:
    assert "Aucun changement" in run("crawl", "rejected", data=data).out
    shelf.run(first(), day=1)
    shelf.run(changed(), day=8)
    run("crawl", "reject", "agence", data=data)
    listed = run("crawl", "rejected", data=data).out
    assert "agence : 20\u00a0pages écartées" in listed
    assert all(url in listed for url in SHEETS[:20])
    assert "crawl reconsider agence" in listed
    assert re.search(r"agence .* 30 +20 +0", run("crawl", "status", data=data).out)
    run("crawl", "reconsider", "agence", data=data)
    assert "Aucun changement" in run("crawl", "rejected", data=data).out
    assert "Rien n’est écarté" in run("crawl", "reconsider", "agence", data=data).out


def test_decisions_are_told_with_their_date(run: Run, data: Path, shelf: Shelf) -> None:
    before = shelf.run(first(), day=1).run
    shelf.run(changed(), day=8)
    run("crawl", "approve", "agence", data=data)
    run("crawl", "rollback", "agence", "--to", str(before), data=data)
    run("crawl", "reconsider", "agence", data=data)
    shelf.run(changed(), day=15)
    run("crawl", "reject", "agence", data=data)
    told = run("crawl", "runs", data=data).out
    assert "4\u00a0décisions" in told
    moment = r"\d\d/\d\d/\d{4} \d\d:\d\d  agence  "
    for decision in (
        "publiée : 20\u00a0documents",
        f"ramenée au passage nº {before} : 20\u00a0documents",
        "reconsidérée : 20\u00a0adresses",
        "écartée : 20\u00a0changements",
    ):
        assert re.search(moment + decision, told), decision
    assert "1\u00a0décision\n" in run("crawl", "runs", "-n", "1", data=data).out


def test_a_rollback_that_changes_nothing_asks_for_no_index(run: Run, data: Path, shelf: Shelf) -> None:
    number = shelf.run(first(), day=1).run
    result = run("crawl", "rollback", "agence", "--to", str(number), data=data)
    assert result.code == 0
    assert "cybervigie index" not in result.out


def test_the_runs_to_go_back_to_are_all_named_or_cut_openly(run: Run, data: Path, shelf: Shelf) -> None:
    for day in range(1, 13):
        shelf.run(first(), day=day)
    told = run("crawl", "rollback", "agence", "--to", "99", data=data).err
    assert "choisissez parmi 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, …" in told


def test_a_source_goes_back_to_an_earlier_run(run: Run, data: Path, shelf: Shelf) -> None:
    before = shelf.run(first(), day=1).run
    shelf.run(changed(), day=8)
    run("crawl", "approve", "agence", data=data)
    result = run("crawl", "rollback", "agence", "--to", str(before), data=data)
    assert result.code == 0, result.err
    assert "20\u00a0changés" in result.out
    assert titles_with(data, "tout recommencer") == 0
    unknown = run("crawl", "rollback", "agence", "--to", "99", data=data)
    assert unknown.code == 1
    assert unknown.err.startswith("cybervigie : ")


def test_versions_are_listed_and_can_be_read(run: Run, data: Path, shelf: Shelf) -> None:
    shelf.run(first(), day=1)
    shelf.run([sheet(SHEETS[0], "Fiche 0", "faire autrement"), *first()[1:]], day=8)
    listed = run("crawl", "versions", f"{SHEETS[0]}#ancre", data=data)
    assert listed.code == 0
    assert "en service" in listed.out
    old = re.search(r"^(\S+)  jusqu’au 08/11/2026 05:00 UTC \(passage nº 2, remplacée\)", listed.out, re.MULTILINE)
    assert old
    assert "copier ses dossiers (0)" in run("show", old[1], "--text", data=data).out
    assert "version antérieure" in run("show", old[1], data=data).out
    missing = run("crawl", "versions", f"{HOME}inconnue", data=data)
    assert missing.code == 1
    assert "ni maintenant ni avant" in missing.err


def test_an_address_is_kept_out_until_it_is_admitted(run: Run, data: Path, shelf: Shelf) -> None:
    shelf.run(first(), day=1)
    out = run("crawl", "exclude", SHEETS[3], data=data)
    assert out.code == 0
    assert "cybervigie index" in out.out
    again = run("crawl", "exclude", SHEETS[3], data=data)
    assert (again.code, again.out) == (0, f"Déjà écartée : {SHEETS[3]}\n")
    aside = run("crawl", "versions", SHEETS[3], data=data)
    assert aside.code == 0
    assert "Écartée : Fiche 3, gardée de côté sans être citée." in aside.out
    assert f"crawl include {SHEETS[3]}" in aside.out
    shelf.run(first(), day=8)
    assert titles_with(data, "(3)") == 0
    assert run("crawl", "excluded", data=data).out.split() == [SHEETS[3]]
    back = run("crawl", "include", SHEETS[3], data=data)
    assert back.code == 0
    assert "de nouveau enregistré" in back.out
    assert "cybervigie index" in back.out
    assert titles_with(data, "(3)") == 1
    again = run("crawl", "include", SHEETS[3], data=data)
    assert again.code == 1
    assert "n’est pas écartée" in again.err
    assert "cybervigie index" not in run("crawl", "exclude", f"{HOME}jamais-lue", data=data).out
    unread = run("crawl", "include", f"{HOME}jamais-lue", data=data).out
    assert "lue au prochain passage" in unread
    assert "cybervigie index" not in unread


def test_a_text_kept_under_another_address_is_found(run: Run, data: Path, shelf: Shelf) -> None:
    shelf.run([*first(), sheet(f"{HOME}copie", "Fiche 3", "copier ses dossiers (3)")], day=1)
    told = [run("crawl", "versions", url, data=data) for url in (f"{HOME}copie", SHEETS[3])]
    assert [one.code for one in told] == [0, 0]
    assert sum("sous une autre adresse" in one.out for one in told) == 1


def test_a_removed_document_does_not_come_back(run: Run, data: Path, shelf: Shelf) -> None:
    twin = sheet(f"{HOME}copie", "Fiche 3", "copier ses dossiers (3)")
    shelf.run([*first(), twin], day=1)
    assert titles_with(data, "(3)") == 1
    with DocumentStore(data / "store") as store:
        key = next(one.id for one in store.summaries() if one.title == "Fiche 3")
    result = run("remove", key, data=data)
    assert result.code == 0
    assert result.out.count("ne le ramènent pas") == 2
    assert "gardé de côté" in result.out
    assert f"Pour le ramener : cybervigie crawl include {SHEETS[3]}" in result.out
    assert titles_with(data, "(3)") == 0
    shelf.run([*first(), twin], day=8)
    assert titles_with(data, "(3)") == 0
    assert run("remove", key, data=data).code == 1


def test_a_document_tells_when_its_page_was_checked(run: Run, data: Path, shelf: Shelf) -> None:
    shelf.run(first(), day=1)
    with DocumentStore(data / "store") as store:
        state = CrawlState(store)
        record = state.page(SHEETS[1])
        assert record is not None
        state.save_page(
            PageRecord(
                SHEETS[1],
                "agence",
                PageStatus.OK,
                checked_at="2026-11-20T05:00:00Z",
                landing_url=HOME,
                landing_title="Tous les guides",
            )
        )
    shown = run("show", SHEETS[1], data=data).out
    assert "20/11/2026 05:00 UTC" in shown
    assert f"Tous les guides — {HOME}" in shown
    assert "Versions" not in shown


def test_doctor_tells_the_age_of_each_source(
    run: Run, data: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run("doctor", data=data).out
    assert "aucun contact" in before
    assert "1\u00a0source jamais visitée en entier : agence" in before
    shelf.run(first(), day=1)
    shelf.run(changed(), day=8)
    monkeypatch.setenv("CYBERVIGIE_CRAWL_CONTACT", "numerique@exemple.fr")
    after = run("doctor", data=data).out
    assert "aucun contact" not in after
    assert "agence, visitée en entier il y a" in after
    assert "agence attend une décision" in after
    assert "30\u00a0lus sur les sites" in after

"""``crawl``: the real engine on a scripted site, exit codes, report, logs."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from ingest.store import DocumentStore

from .small_site import CONTACT, HOME, MANIFEST, QuickClock, Site, page, slow, write_manifest

Run = Callable[..., Any]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Site:
    """The site that the commands of the test read."""
    opened = Site()
    monkeypatch.setattr("bot.commands.crawl.open_fetcher", opened.open)
    monkeypatch.setattr("bot.commands.crawl.SystemClock", QuickClock)
    monkeypatch.setenv("CYBERVIGIE_SOURCES", str(write_manifest(tmp_path)))
    return opened


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def titles(data: Path) -> set[str]:
    with DocumentStore(data / "store") as store:
        return {summary.title for summary in store.summaries()}


def report(data: Path) -> Any:
    return json.loads((data / "reports" / "crawl-latest.json").read_text(encoding="utf-8"))


def test_a_site_is_read_stored_and_reported(run: Run, site: Site, data: Path) -> None:
    result = run("crawl", *CONTACT, data=data)
    assert result.code == 0, result.err
    assert titles(data) == {"Accueil de l’agence", "Sauvegarder le cabinet", "Reprendre après une panne"}
    assert site.asked[0] == f"{HOME}robots.txt"
    assert site.agents[0].startswith("CyberVigie/")
    assert site.agents[0].endswith("(+mailto:numerique@exemple.fr)")
    assert site.closed == 1
    assert "agence" in result.out
    assert "entière" in result.out
    assert result.out.endswith("cybervigie index\n")
    assert str(data / "reports" / "crawl-1.html") in result.out
    found = report(data)
    assert (found["run"], found["code"]) == (1, 0)
    assert len(found["sources"][0]["summary"]["added"]) == 3
    assert "Sauvegarder le cabinet" in (data / "reports" / "crawl-latest.html").read_text(encoding="utf-8")
    assert 'cybervigie_crawl_documents{source="agence"} 3.0' in (data / "reports" / "crawl.prom").read_text()


def test_a_second_run_finds_nothing_new(run: Run, site: Site, data: Path) -> None:
    run("crawl", *CONTACT, data=data)
    assert "cybervigie index" not in run("crawl", *CONTACT, data=data).out
    result = run("crawl", *CONTACT, "--json", data=data)
    assert result.code == 0
    summary = json.loads(result.out)["sources"][0]["summary"]
    assert (summary["added"], summary["changed"], summary["unchanged"], summary["fetched"]) == ([], [], 3, 0)
    assert json.loads(result.out) == report(data)
    refreshed = run("crawl", *CONTACT, "--json", "--refresh", data=data)
    assert json.loads(refreshed.out)["sources"][0]["summary"]["fetched"] == 3


def test_what_was_checked_lately_is_not_asked_again(run: Run, site: Site, data: Path) -> None:
    run("crawl", *CONTACT, data=data)
    site.asked.clear()
    assert run("crawl", *CONTACT, "--since", "7j", data=data).code == 0
    assert HOME not in site.asked


def test_errors_end_with_1_and_are_named(run: Run, site: Site, data: Path) -> None:
    site.pages[f"{HOME}reprise"] = slow(f"{HOME}reprise")
    result = run("crawl", *CONTACT, data=data)
    assert result.code == 1
    assert "1 × réponse trop lente" in result.out
    assert report(data)["code"] == 1
    assert "Sauvegarder le cabinet" in titles(data)


def test_a_page_that_is_missing_for_the_first_time_is_told_apart(run: Run, site: Site, data: Path) -> None:
    run("crawl", *CONTACT, data=data)
    del site.pages[f"{HOME}reprise"]
    site.pages[HOME] = page("Accueil de l’agence", "retrouver ses fiches", "/sauvegarde", "/reprise", "/jamais")
    result = run("crawl", *CONTACT, data=data)
    assert "encore citées, seront retirées si le prochain passage ne les trouve pas non plus : 1 ×" in result.out
    assert "non retenues : 1 × page introuvable (404)" in result.out
    assert report(data)["sources"][0]["doubtful"] == [[f"{HOME}reprise", "404"]]
    html = (data / "reports" / "crawl-latest.html").read_text(encoding="utf-8")
    assert "sont ceux que publient les sites" not in html


def test_a_host_that_cannot_be_reached_is_one_error(run: Run, site: Site, data: Path) -> None:
    site.pages[f"{HOME}robots.txt"] = slow(f"{HOME}robots.txt")
    run("crawl", *CONTACT, data=data)
    summary = report(data)["sources"][0]["summary"]
    assert (len(summary["errors"]), summary["refused"]) == (1, [])


def test_an_absent_sitemap_is_named_so(run: Run, site: Site, data: Path, tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST.replace("topics", f'sitemaps = ["{HOME}plan.xml"]\ntopics', 1))
    assert "1 × plan du site introuvable" in run("crawl", *CONTACT, data=data).out


def test_the_module_runs_as_a_program() -> None:
    command = [sys.executable, "-m", "bot.cli", "crawl", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "Codes de sortie" in done.stdout


def test_a_budget_ends_with_1_and_the_next_run_goes_on(run: Run, site: Site, data: Path) -> None:
    assert run("crawl", *CONTACT, "--max-pages", "1", data=data).code == 1
    assert len(titles(data)) == 1
    assert run("crawl", *CONTACT, data=data).code == 0
    assert len(titles(data)) == 3


def test_a_source_that_changes_too_much_waits_for_a_person(run: Run, site: Site, data: Path) -> None:
    for number in range(30):
        site.pages[f"{HOME}n{number}"] = page(f"Fiche {number}", f"faire le geste numéro {number}")
    site.pages[HOME] = page("Accueil", "retrouver ses fiches", *(f"/n{number}" for number in range(30)))
    assert run("crawl", *CONTACT, data=data).code == 0
    for number in range(20):
        site.pages[f"{HOME}n{number}"] = page(f"Fiche {number}", f"tout changer dans le geste {number}")
    result = run("crawl", *CONTACT, data=data)
    assert result.code == 3, result.out + result.err
    assert "crawl held" in result.out
    assert report(data)["sources"][0]["waiting"]["source"] == "agence"
    assert 'cybervigie_crawl_held{source="agence"} 1.0' in (data / "reports" / "crawl.prom").read_text()


def test_a_second_crawl_at_the_same_time_ends_with_4(run: Run, site: Site, data: Path) -> None:
    data.mkdir()
    with FileLock(data / "crawl.lock"):
        for arguments in (("crawl", *CONTACT), ("crawl", "approve", "agence"), ("crawl", "exclude", HOME)):
            result = run(*arguments, data=data)
            assert result.code == 4
            assert "une lecture des sites est en cours" in result.err
            assert result.err.count("\n") == 1
            assert "Ctrl-C" not in result.err
        (data / "crawl.pid").write_text("4321 2026-11-25T04:05:06Z\n")
        told = run("crawl", *CONTACT, data=data).err
        assert "(processus 4321, depuis le 25/11/2026 04:05 UTC) ; attendez sa fin" in told
    assert site.asked == []
    assert run("crawl", *CONTACT, data=data).code == 0
    assert not (data / "crawl.pid").exists()


@pytest.mark.parametrize("stop_at", [HOME, f"{HOME}sauvegarde"])
def test_a_stop_asked_by_the_system_is_resumed(run: Run, site: Site, data: Path, stop_at: str) -> None:
    before = signal.getsignal(signal.SIGTERM)
    site.stop_at = stop_at
    result = run("crawl", *CONTACT, data=data)
    assert result.code == 130
    assert "la même commande reprend" in result.err
    assert signal.getsignal(signal.SIGTERM) is before
    assert report(data)["interrupted"]
    again = run("crawl", *CONTACT, "--json", data=data)
    assert again.code == 0
    assert json.loads(again.out)["run"] == 1
    assert json.loads(again.out)["resumed"]
    assert len(titles(data)) == 3


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "CYBERVIGIE_CRAWL_CONTACT"),
        (("--contact", "personne"), "contact"),
        (("--contact", "http://exemple.fr/"), "contact"),
        ((*CONTACT, "--source", "inconnue"), "source « inconnue » inconnue"),
        ((*CONTACT, "--source", "agence", "--source", "fermee"), "crawl = false"),
        ((*CONTACT, "--since", "hier"), "--since"),
        ((*CONTACT, "--since", "2026-02-30"), "--since"),
        ((*CONTACT, "--since", "99999j"), "--since"),
        ((*CONTACT, "--since", "2999-01-01"), "cette date est à venir"),
        (("--contact", "é@exemple.fr"), "« é@exemple.fr »"),
        (("approve", "inconnue"), "source « inconnue » inconnue"),
        (("reject", "inconnue"), "source « inconnue » inconnue"),
        (("rollback", "inconnue", "--to", "1"), "source « inconnue » inconnue"),
        (("exclude", "https://www.ailleurs.example/"), "aucune source n’a l’hôte « www.ailleurs.example »"),
        ((*CONTACT, "--max-pages", "0"), "--max-pages"),
        ((*CONTACT, "--max-minutes", "0"), "--max-minutes"),
        (("--vite",), "option inconnue"),
        (("autre",), "commande inconnue"),
        (("rollback", "agence"), "il manque l’option --to ; l’aide : cybervigie crawl rollback --help"),
        (("exclude", "pas une adresse"), "adresse"),
    ],
)
def test_a_wrong_command_line_asks_nothing(
    run: Run, site: Site, data: Path, arguments: tuple[str, ...], reason: str
) -> None:
    result = run("crawl", *arguments, data=data)
    assert result.code == 2, result.err
    assert result.out == ""
    assert reason in result.err
    assert result.err.startswith("cybervigie : ")
    assert result.err.count("\n") == 1
    assert site.asked == []


@pytest.mark.parametrize("manifest", ["[[source]]\nid = 3\n", None])
def test_a_wrong_manifest_asks_nothing(
    run: Run, site: Site, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manifest: str | None
) -> None:
    (tmp_path / "essai").mkdir()
    path = tmp_path / "essai" / "absent.toml" if manifest is None else write_manifest(tmp_path / "essai", manifest)
    monkeypatch.setenv("CYBERVIGIE_SOURCES", str(path))
    result = run("crawl", *CONTACT, data=data)
    assert result.code == 2
    assert path.name in result.err
    assert site.asked == []
    assert run("crawl", "status", data=data).code == 2


def test_a_dry_run_tells_and_asks_nothing(run: Run, site: Site, data: Path) -> None:
    first = run("crawl", "--dry-run", data=data)
    assert first.code == 0
    assert HOME in first.out
    assert "page de départ" in first.out
    assert site.agents == []
    run("crawl", *CONTACT, data=data)
    site.asked.clear()
    later = run("crawl", "--dry-run", "--json", data=data)
    planned = {entry["url"]: entry for entry in json.loads(later.out)}
    assert planned[f"{HOME}reprise"]["conditional"]
    assert site.asked == []


def test_only_the_sources_asked_for_are_read(run: Run, site: Site, data: Path, tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST.replace("crawl = false", ""))
    site.pages["https://autre.example/"] = page("Une autre page", "prévenir son assureur")
    assert run("crawl", *CONTACT, "--source", "fermee", data=data).code == 0
    assert titles(data) == {"Une autre page"}
    assert all(url.startswith("https://autre.example/") for url in site.asked)


def test_events_are_json_lines_when_nobody_watches(
    run: Run, site: Site, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYBERVIGIE_LOG_LEVEL", "debug")
    site.pages[f"{HOME}reprise"] = slow(f"{HOME}reprise")
    lines = [json.loads(line) for line in run("crawl", *CONTACT, data=data).err.splitlines()]
    events = [line["event"] for line in lines]
    assert events.count("source_begun") == 1
    assert {"run_begun", "source_begun", "page", "source_ended", "run_ended"} <= set(events)
    assert {line["level"] for line in lines} <= {"debug", "info", "warning", "error"}
    assert any(line["level"] == "warning" and f"{HOME}reprise" in line.values() for line in lines)
    monkeypatch.setenv("CYBERVIGIE_LOG_LEVEL", "error")
    assert run("crawl", *CONTACT, data=data).err == ""


def test_the_index_follows_when_documents_changed(
    run: Run, site: Site, own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[Path] = []
    monkeypatch.setattr("bot.commands.crawl.build", lambda starter, data: built.append(data))
    site.pages = {}
    run("crawl", *CONTACT, "--index", data=own_data)
    assert built == []
    site.pages = Site().pages
    run("crawl", *CONTACT, data=own_data)
    assert built == []
    run("crawl", *CONTACT, "--index", data=own_data)
    assert built == [own_data]


def test_without_an_index_one_is_built_and_json_stays_json(
    run: Run, site: Site, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.commands.crawl.build", lambda starter, data: print("Index prêt"))
    result = run("crawl", *CONTACT, "--index", "--json", data=data)
    assert json.loads(result.out)["code"] == 0
    assert "Index prêt" in result.err


def test_reports_go_where_they_are_wanted(run: Run, site: Site, data: Path, tmp_path: Path) -> None:
    result = run("crawl", *CONTACT, "--report-dir", tmp_path / "ailleurs", data=data)
    assert result.code == 0
    assert {path.name for path in (tmp_path / "ailleurs").iterdir()} == {
        "crawl-1.html",
        "crawl-1.json",
        "crawl-latest.html",
        "crawl-latest.json",
        "crawl.prom",
    }
    (tmp_path / "fichier").touch()
    failed = run("crawl", *CONTACT, "--report-dir", tmp_path / "fichier", data=data)
    assert failed.code == 1
    assert "rapport non écrit" in failed.err
    assert "Passage nº 2" in failed.out


def test_help_tells_the_exit_codes(run: Run) -> None:
    result = run("crawl", "--help")
    assert result.code == 0
    for told in ("Codes de sortie", "130 interrompu", "--dry-run", "approve", "rollback", "Montre cette aide."):
        assert told in result.out
    assert "Show this message" not in result.out

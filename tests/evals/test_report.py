"""The report: what it says, that it shows hostile texts as they are, and that it stands alone and is accessible."""

import html
import itertools
import json
import re
import warnings
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.emergency import Incident
from bot.model import Status
from evals.model import Failure, Kind, Outcome, Register, Run
from evals.record import without_text
from evals.report import ReportError, ReportFiles, write_report
from evals.reporting import words
from evals.reporting.worst import Fault, fault_of, worst_questions
from evals.scores.bootstrap import Interval
from evals.scores.catalogue import BY_CODE, CATALOGUE
from evals.scores.judgement import Sight, cases
from ingest.typography import slips

from .runs import answered, found, question, quote, refused, run_of

HOSTILE = '<script>alert("x")</script> & {{ 7*7 }} «'
FACT = {"facts": ("cons-02",)}


def whole_run(*, hostile: str = "Titre", refusals: int = 4) -> Run:
    """A run with every kind of question and of fault."""
    pairs: list[tuple[Any, Outcome]] = []
    for n in range(24):
        register = Register.SMS if n % 2 else Register.PLAIN
        asked = question(
            n, expected=FACT, register=register, topics=("aipd",), audience=("msp",), text=f"{hostile} {n}"
        )
        carried = quote(facts=("cons-02",) if n % 5 else (), title=hostile, publisher=hostile, section=hostile)
        search = found(("cons-02",), None, ("x",))
        if n < refusals:
            pairs.append((asked, refused(asked, confidence=0.05 * n, retrieved=search)))
        else:
            pairs.append((asked, answered(asked, carried, confidence=0.04 * n, retrieved=search)))
    for n in range(30, 42):
        asked = question(n, Kind.NEAR_MISS, text="Combien coûte une licence ?")
        pairs.append((asked, answered(asked, confidence=0.7) if n == 30 else refused(asked)))
    theft = question(50, Kind.EMERGENCY, expected={"incident": Incident.THEFT})
    pairs.append((theft, answered(theft, status=Status.EMERGENCY, incident="clicked", confidence=1.0)))
    seeded = question(51, Kind.PRIVACY, expected={"masked": ("1 85 05 78 006 084 91",)})
    pairs.append((seeded, answered(seeded, notices=("personal_data_masked",), leaks=1)))
    failed = question(52)
    pairs.append((failed, Outcome(failed.id, failure=Failure("timeout", "pas de réponse en 30 s"))))
    return run_of(*pairs)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    return write_report(whole_run(), tmp_path_factory.mktemp("report"), against=whole_run(refusals=12))


@pytest.fixture(scope="module")
def page(files: ReportFiles) -> str:
    return files.page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    ours = whole_run()
    bare = tuple(
        replace(
            outcome,
            quotes=tuple(replace(one, facts=None, verbatim=None, located=None) for one in outcome.quotes),
            retrieved=None,
        )
        for outcome in ours.outcomes
    )
    run = replace(ours, outcomes=bare)
    return write_report(run, tmp_path_factory.mktemp("other"), against=ours)


class TestPage:
    def test_it_says_the_figures_their_intervals_and_what_they_mean(self, page: str) -> None:
        text = plain(page)
        assert "Information attendue citée 66,7 %" in text
        assert "Questions à réponse connue dont les citations la contiennent : 67 sur 100." in text
        assert "Réponses à tort 8,3 %" in text
        assert "(objectif : 5 % au plus)" in text

    def test_it_shows_what_was_expected_and_what_was_retrieved(self, page: str) -> None:
        text = plain(page)
        assert "Identifiant répété dans la réponse" in text
        assert "un fait parmi cons-02" in text
        assert "contient l’attendu (cons-02)" in text
        assert "contenu non vérifiable" in text
        assert "pas de réponse en 30 s" in text
        assert "fiche d’urgence : Matériel volé ou perdu" in text

    def test_it_says_what_is_not_measured(self, page: str) -> None:
        assert re.search(r"Non mesuré ici [^.]*Consignes cachées sans effet sur les liens", plain(page))

    def test_it_compares(self, page: str) -> None:
        text = plain(page)
        assert "Comparaison avec un passage antérieur" in text
        assert re.search(r"Silences à tort 52,0 % 20,0 % −32,0 points", text)
        assert "gagnée q-4" in text

    def test_measures_without_established_difference_are_folded(self, page: str) -> None:
        folded = "".join(re.findall(r"<details>.*?</details>", page, re.DOTALL))
        shown = page.replace(folded, "")
        rows = [
            re.findall(r'<tr><th scope="row">([^<]+)</th>\n<td class="number" data-label="Avant"', part)
            for part in (shown, folded)
        ]
        assert rows[0]
        assert rows[1]
        told = re.search(r"<summary>(\d+)\W+autres? mesures?, sans différence établie", html.unescape(folded))
        assert told
        assert int(told[1]) == len(rows[1])
        assert "mieux" not in folded
        assert not {definition.label for definition in CATALOGUE if definition.headline} & set(rows[1])

    def test_questions_beyond_the_first_ten_are_named(self, page: str) -> None:
        assert page.count('<article class="worst">') == 10
        following = page.split("<h3>Les suivantes</h3>")[1].split("</ul>")[0]
        assert following.count("<li>") == int(re.findall(r"<p>(\d+)\W+questions sur", html.unescape(page))[0]) - 10

    def test_nothing_comes_from_elsewhere_and_nothing_runs(self, page: str) -> None:
        assert not re.search(r"<(?:script|link|img|iframe|object|base)\b|\bon\w+=|javascript:|@import|url\((?!#)", page)
        assert set(re.findall(r'(?:href|src)="([^"]+)"', page)) == {
            link for link in re.findall(r'(?:href|src)="([^"]+)"', page) if link.startswith("#")
        }
        assert not re.search(r"\sstyle=", page)
        assert "default-src 'none'" in page

    def test_ids_are_unique_and_references_lead_somewhere(self, page: str) -> None:
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        wanted = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', page))
        labels = itertools.chain.from_iterable(
            label.split() for label in re.findall(r'aria-labelledby="([^"]+)"', page)
        )
        assert {one or other for one, other in wanted} | set(labels) <= set(ids)

    def test_plots_have_a_title_a_description_and_colours_of_the_page(self, page: str) -> None:
        plots = [ET.fromstring(plot) for plot in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]
        assert len(plots) >= 4
        for plot in plots:
            assert plot.get("role") == "img"
            assert plot.findtext("title")
            assert plot.findtext("desc")
            # A stand-in colour left over would be a black that no theme changes.
            assert "#0101" not in ET.tostring(plot, encoding="unicode")

    def test_hostile_texts_are_shown_as_they_are(self, tmp_path: Path) -> None:
        run = whole_run(hostile=HOSTILE)
        run = replace(run, meta=replace(run.meta, system=replace(run.meta.system, name=HOSTILE)))
        written = write_report(run, tmp_path, against=run)
        content = written.page.read_text(encoding="utf-8")
        assert "<script" not in content
        assert "{{ 7*7 }}" in content
        assert "&lt;script&gt;" in content
        assert "<script" not in written.summary.read_text(encoding="utf-8").replace("\\<script", "")

    def test_questions_whose_texts_are_not_kept_are_named_by_their_id(self, tmp_path: Path) -> None:
        run = whole_run(hostile="Secret du patient")
        bare = replace(
            run,
            questions=tuple(without_text(asked) for asked in run.questions),
            outcomes=tuple(replace(outcome, quotes=(), retrieved=None) for outcome in run.outcomes),
            meta=replace(run.meta, texts_kept=False),
        )
        written = write_report(bare, tmp_path)
        for path in (written.page, written.summary, written.data):
            content = path.read_text(encoding="utf-8")
            assert "Secret du patient" not in content
            assert "1 85 05 78" not in content
        assert "n’a pas été conservé" in written.page.read_text(encoding="utf-8")

    def test_a_long_name_leaves_room_for_its_plot(self, tmp_path: Path) -> None:
        long = "Page d'information d'une agence régionale de santé (auteur non précisé)"
        pairs = [
            (asked, answered(asked, quote(facts=("cons-02",))))
            for n in range(4)
            if (asked := question(n, expected=FACT, publisher="CNIL" if n % 2 else long))
        ]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            written = write_report(run_of(*pairs), tmp_path).page.read_text(encoding="utf-8")
        assert long.replace("'", "’") in html.unescape(written)
        assert "Page d’information d’une\u00a0… (2)" in plain_plots(written)
        # The marks of its axis would run into each other.
        [plot] = [one for one in re.findall(r"<svg.*?</svg>", written, re.DOTALL) if "Page d’information" in one]
        assert re.findall(r">(\d+)\u00a0%<", html.unescape(plot)) == ["0", "50", "100"]

    def test_a_run_with_next_to_nothing(self, tmp_path: Path) -> None:
        asked = question(1, Kind.UNSAFE)
        outcome = Outcome(asked.id, status=None, answer="Non.")
        run = run_of((asked, outcome), corpus_digest=None, machine={}, versions={}, count=2)
        text = plain(write_report(run, tmp_path).page.read_text(encoding="utf-8"))
        assert "Passage inachevé." in text
        assert "Empreinte des textes non donnée par le système" in text
        assert "Citations mot pour mot" in text

    def test_typography(self, page: str) -> None:
        assert typos(page) == {}


class TestAnotherProduct:
    """A system that quotes other texts than the starter corpus, beside ours."""

    def test_what_is_judged_by_document_is_labelled_as_such(self, other: ReportFiles, page: str) -> None:
        text = plain(other.page.read_text(encoding="utf-8"))
        assert "Jugé au niveau du document." in text
        assert "est jugée, pour les deux, au document officiel cité" in text
        assert "jugée au niveau du document" in other.summary.read_text(encoding="utf-8")
        assert "Jugé au niveau du document." not in plain(page)

    def test_what_only_one_shows_is_named(self, other: ReportFiles) -> None:
        told = re.search(r"Non comparé, car un seul des deux systèmes le montre : ([^.]*)\.", plain(page_of(other)))
        assert told is not None
        assert "« nDCG@10 »" in told[1]
        assert "« Citations mot pour mot »" in told[1]
        assert "ndcg_10" in json.loads(other.data.read_text(encoding="utf-8"))["comparison"]["one_sided"]

    def test_typography(self, other: ReportFiles) -> None:
        assert typos(page_of(other)) == {}


class TestPromise:
    def test_what_the_service_says_stands_beside_what_is_measured(self, tmp_path: Path, page: str) -> None:
        run = whole_run()
        rate = {"promise_false_answer_rate": "0.0635", "promise_over_refusal_rate": "0.1186"}
        told = rate | {"promise_over_refusal_rate_low": "0.09", "promise_over_refusal_rate_high": "0.16"}
        run = replace(run, meta=replace(run.meta, system=replace(run.meta.system, details=told)))
        written = write_report(run, tmp_path)
        text = plain(page_of(written))
        assert "Annoncé par le service, sur d’autres questions : 6,3 %" in text
        assert "annoncé : 11,9 % (de 9,0 à 16,0 %)" in text
        summary = written.summary.read_text(encoding="utf-8")
        assert "Réponses à tort, 6,3\u00a0%\u202f; Silences à tort, 11,9\u00a0%" in summary
        assert "Annoncé par le service" not in plain(page)
        assert typos(page_of(written)) == {}


class TestSummaryAndData:
    def test_markdown(self, files: ReportFiles) -> None:
        text = files.summary.read_text(encoding="utf-8")
        assert "| Information attendue citée | 66,7\u00a0% |" in text
        assert "## Comparé à CyberVigie 1.0" in text
        assert "- Identifiant répété" not in text
        assert "identifiant répété dans la réponse\u00a0: 1" in text
        tables = [line for line in text.splitlines() if line.startswith("|")]
        assert {line.count("|") for line in tables} == {6, 7}

    def test_json(self, files: ReportFiles) -> None:
        data = json.loads(files.data.read_text(encoding="utf-8"))
        scores = {score["code"]: score for score in data["scores"]["scores"]}
        assert scores["expected_cited"]["value"] == pytest.approx(16 / 24)
        assert scores["orders_without_foreign_link"]["value"] is None
        assert data["worst"][0]["fault"] == "leak"
        assert data["worst"][0]["question"]["id"] == "q-51"
        assert {one["move"] for one in data["comparison"]["changes"]} == {"gained"}
        assert data["run"]["questions_digest"] == "q" * 64

    def test_a_folder_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("", encoding="utf-8")
        with pytest.raises(ReportError, match="impossible à écrire"):
            write_report(whole_run(), tmp_path / "taken")


class TestWorst:
    def test_the_gravest_fault_first_then_the_surest_mistake(self) -> None:
        worst = worst_questions(cases(whole_run()), Sight.FACTS)
        assert [one.fault for one in worst] == sorted(one.fault for one in worst)
        surest = [one.case.outcome.confidence for one in worst if one.fault is Fault.NOT_CARRIED]
        assert surest == sorted(surest, reverse=True)
        assert len(surest) == 4

    def test_a_good_answer_has_no_fault(self) -> None:
        asked = question(expected=FACT)
        (case,) = cases(run_of((asked, answered(asked, quote(facts=("cons-02",))))))
        assert fault_of(case) is None

    def test_a_misplaced_quote_is_a_fault_whatever_the_question(self) -> None:
        asked = question(1, Kind.INJECTION)
        (case,) = cases(run_of((asked, answered(asked, quote(located=False)))))
        assert fault_of(case) is Fault.MISQUOTE


class TestWords:
    @pytest.mark.parametrize(
        ("value", "told"),
        [
            (1.0, "100\u00a0%"),
            (0.0, "0\u00a0%"),
            (0.9999, "99,9\u00a0%"),
            (0.0001, "0,1\u00a0%"),
            (0.857, "85,7\u00a0%"),
        ],
    )
    def test_a_percentage_never_says_all_or_nothing_of_what_is_neither(self, value: float, told: str) -> None:
        assert words.percent(value) == told

    def test_out_of_a_hundred(self) -> None:
        assert [words.hundred(value) for value in (0.0, 0.001, 0.5, 0.999, 1.0)] == [
            *("0", "moins de\u00a01", "50", "plus de\u00a099", "100")
        ]

    def test_intervals_and_changes(self) -> None:
        rate, score, delay = BY_CODE["status_right"], BY_CODE["ndcg_10"], BY_CODE["latency_p95"]
        assert words.between(Interval(0.775, 0.931), rate) == "de 77,5 à 93,1\u00a0%"
        assert words.between(Interval(0.7, 0.8), score) == "de 0,700 à 0,800"
        assert words.change(-0.013, rate) == "−1,3\u00a0point"
        assert words.change(-0.0001, rate) == "0,0\u00a0point"
        assert words.change_between(Interval(-0.0004, 0.02), rate) == "de 0,0 à +2,0\u00a0points"
        assert words.change(0.026, rate) == "+2,6\u00a0points"
        assert words.change_between(Interval(-0.01, 0.02), score) == "de −0,010 à +0,020"
        assert words.amount(1400.0, delay) == "1,4\u00a0s"

    def test_every_reading_is_a_sentence(self) -> None:
        for definition in CATALOGUE:
            told = words.reading(0.5, definition)
            assert told.endswith(".")
            assert not list(slips(told)), told
            assert not list(slips(definition.label)), definition.label


class TestInABrowser:
    @pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light")])
    def test_accessible_without_sideways_scrolling(
        self, browser: Any, files: ReportFiles, width: int, scheme: str
    ) -> None:
        axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
        opened = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
        opened.goto(files.page.as_uri())
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        violations = axe.run(opened).response["violations"]
        opened.close()
        assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in violations] == []

    @pytest.mark.parametrize(("media", "width"), [("screen", 1280), ("screen", 390), ("print", 680)])
    def test_a_table_keeps_within_its_card(self, browser: Any, tmp_path: Path, media: str, width: int) -> None:
        """On paper what is wider than the page is cut; the names of publishers are the longest."""
        run = whole_run()
        long = "Ministère de l’Intérieur / Cybermalveillance.gouv.fr"
        questions = tuple(replace(asked, publisher=long) for asked in run.questions)
        written = write_report(replace(run, questions=questions), tmp_path)
        opened = browser.new_page(viewport={"width": width, "height": 900})
        opened.emulate_media(media=media)
        opened.goto(written.page.as_uri())
        assert long in opened.inner_text("main")
        beyond = opened.evaluate(
            "[...document.querySelectorAll('table')].filter((table) => table.getBoundingClientRect().right >"
            " table.closest('section').getBoundingClientRect().right + 1).map((table) => table.caption.textContent)"
        )
        opened.close()
        assert beyond == []

    def test_its_own_policy_lets_its_style_through(self, browser: Any, files: ReportFiles) -> None:
        opened = browser.new_page()
        refused_by_policy: list[str] = []
        opened.on("console", lambda message: refused_by_policy.append(message.text))
        opened.goto(files.page.as_uri())
        family = opened.evaluate("getComputedStyle(document.querySelector('.card')).borderTopWidth")
        opened.close()
        assert refused_by_policy == []
        assert family == "1px"

    def test_it_prints(self, browser: Any, files: ReportFiles, tmp_path: Path) -> None:
        opened = browser.new_page()
        opened.goto(files.page.as_uri())
        opened.pdf(path=tmp_path / "report.pdf", format="A4")
        opened.close()
        import pypdfium2

        with pypdfium2.PdfDocument(tmp_path / "report.pdf") as document:
            text = "".join(page.get_textpage().get_text_range() for page in document)
            assert 2 <= len(document) <= 20
        assert "Chiffres clés" in text
        assert "Empreinte des questions" in text


def visible(page: str) -> str:
    return re.sub(r"<(style|svg|title|desc)\b.*?</\1>", "", page, flags=re.DOTALL)


def plain_plots(page: str) -> str:
    """The words of the plots: drawn as text, or told beside."""
    return html.unescape(" ".join(re.findall(r"<svg.*?</svg>", page, re.DOTALL)))


def page_of(files: ReportFiles) -> str:
    return files.page.read_text(encoding="utf-8")


def typos(page: str) -> dict[str, list[tuple[str, str]]]:
    lines = [line.strip() for line in html.unescape(re.sub(r"<[^>]+>", "\n", visible(page))).splitlines()]
    # Codes, numbers and digests are no French.
    return {line: list(slips(line)) for line in lines if re.search(r"[a-zà-ü]{3} ", line) and list(slips(line))}


def plain(page: str) -> str:
    """The words of a page, white space folded, non-breaking spaces as spaces."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", visible(page)))
    return re.sub(r" (?=[.,)])|(?<=\() ", "", re.sub(r"\s+", " ", text))

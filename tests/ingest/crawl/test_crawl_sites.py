"""The replica sites, read end to end by the real command: these documents and no others, word for word."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.crawl.model import PageRecord
from ingest.model import Document, DocumentKind

from .replica import stored
from .replica.catalogue import replicas
from .replica.expected import Expected, Replica
from .replica.pages import BOILERPLATE
from .replica.sante_numerique import CATEGORIES, QUESTIONS
from .replica.server import Exchange, ReplicaServer
from .replica.terminal import CONTACT, Result, Terminal, Workplace

SOURCES = replicas()
DOCUMENTS = [document for replica in SOURCES for document in replica.documents]
IDS = [replica.id for replica in SOURCES]


@dataclass(frozen=True)
class Visit:
    """Two crawls of all the replica sites, and what the first one left."""

    place: Workplace
    first: Result
    asked: list[Exchange]
    documents: dict[str, Document]
    pages: dict[str, PageRecord]
    raw: set[str]
    second: Result
    asked_again: list[Exchange]


@pytest.fixture(scope="module")
def visit(terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    sites = [site for replica in SOURCES for site in replica.sites]
    with ReplicaServer(sites) as server:
        place = Workplace(terminal, server, tmp_path_factory.mktemp("sites"), [replica.block for replica in SOURCES])
        first = place.crawl()
        assert first.code in {0, 1}, first.err
        mark = server.mark()
        found = stored.documents(place.data), stored.pages(place.data), stored.raw_files(place.data)
        second = place.crawl()
        yield Visit(place, first, server.since()[:mark], *found, second, server.since(mark))


def test_everything_was_visited(visit: Visit) -> None:
    assert visit.first.code == 0, visit.first.err
    for replica in SOURCES:
        summary = visit.first.summary(replica.id)
        assert summary["finished"]
        assert summary["errors"] == []
        assert summary["held"] is None
        assert summary["documents"] == len(replica.documents)


def test_exactly_the_expected_documents_are_stored(visit: Visit) -> None:
    assert sorted(visit.documents) == sorted(document.url for document in DOCUMENTS)


@pytest.mark.parametrize("expected", DOCUMENTS, ids=[document.url.removeprefix("https://") for document in DOCUMENTS])
def test_a_document_says_what_its_page_says(visit: Visit, expected: Expected) -> None:
    document = visit.documents[expected.url]
    assert document.title == expected.title
    assert document.publisher == expected.publisher
    assert document.kind is DocumentKind.OFFICIAL
    assert document.url == expected.url
    assert document.date == expected.date
    assert document.lang == "fr"
    assert document.licence == "Licence Ouverte 2.0"
    assert tuple(section.heading for section in document.sections) == expected.sections
    assert [page.number for page in document.pages] == list(range(1, expected.pages + 1))
    for quote in expected.quotes:
        assert quote in document.text
    for foreign in (*expected.absent, *BOILERPLATE):
        assert foreign not in document.text
    landing = (expected.landing_url,) if expected.landing_url else ()
    assert document.attributes.get("landing_url", ()) == landing


def test_answers_stand_in_the_section_of_their_question(visit: Visit) -> None:
    document = visit.documents["https://agence.sante-numerique.test/foire-aux-questions/messagerie"]
    questions = [section for section in document.sections if section.heading.endswith("?")]
    assert len(questions) == len(QUESTIONS)
    for number, section in enumerate(questions):
        assert section.path == (CATEGORIES[number % 2], section.heading)
        about = section.heading.removeprefix("Peut-on ").removesuffix(" du cabinet ?")
        answer = document.text[section.start : section.end]
        assert answer.strip().startswith(f"Pour {about}, suivez la règle")
        assert answer.count("suivez la règle") == 1


def test_recommendations_stand_on_their_page(visit: Visit) -> None:
    pdf = (
        "https://agence.sante-numerique.test/sites/default/files/media_entity/documents/referentiel-identification.pdf"
    )
    document = visit.documents[pdf]
    section = next(section for section in document.sections if section.heading.startswith("R2 "))
    (page,) = (page for page in document.pages if page.start <= section.start < page.end)
    assert page.number == 2


@pytest.mark.parametrize("replica", SOURCES, ids=IDS)
def test_what_was_not_kept_is_told_with_its_reason(visit: Visit, replica: Replica) -> None:
    refused = dict(map(tuple, visit.first.summary(replica.id)["refused"]))
    for url, reason in {**replica.refused, **replica.missing}.items():
        assert refused.get(url) == reason, url


@pytest.mark.parametrize("replica", SOURCES, ids=IDS)
def test_moved_and_duplicate_addresses_lead_to_the_one_that_is_kept(visit: Visit, replica: Replica) -> None:
    summary = visit.first.summary(replica.id)
    assert dict(map(tuple, summary["duplicates"])) == dict(replica.duplicates)
    # Nothing was kept before this first crawl: old addresses lead on, but no document moved.
    assert summary["moved"] == []
    for old, new in replica.moved.items():
        step = visit.pages[old].moved_to
        for _ in range(5):
            if step == new or step is None:
                break
            step = visit.pages[step].moved_to
        assert step == new


@pytest.mark.parametrize("replica", SOURCES, ids=IDS)
def test_what_must_not_be_read_was_not_asked_for(visit: Visit, replica: Replica) -> None:
    hosts = {site.host for site in replica.sites}
    asked = {one.target for one in (*visit.asked, *visit.asked_again) if one.host in hosts}
    assert not asked.intersection(replica.unread)


def test_nothing_was_asked_twice(visit: Visit) -> None:
    urls = [one.url for one in visit.asked]
    assert len(urls) == len(set(urls))


def test_requests_say_who_asks_and_carry_nothing_else(visit: Visit) -> None:
    for one in visit.asked:
        assert one.method == "GET"
        assert one.headers["user-agent"].startswith("CyberVigie/")
        assert f"(+mailto:{CONTACT})" in one.headers["user-agent"]
        assert not {"cookie", "referer", "authorization", "x-forwarded-for", "range"} & set(one.headers)
        assert one.headers["accept-language"].startswith("fr")
        assert one.together == 1


def test_hidden_text_is_counted(visit: Visit) -> None:
    assert visit.first.summary("libertes")["hidden_passages"] >= 1


def test_a_page_that_asks_for_no_copy_leaves_none(visit: Visit) -> None:
    url = "https://www.libertes.test/fr/avis-provisoire"
    record, document = visit.pages[url], visit.documents[url]
    assert not record.archived
    assert record.raw_sha256 not in visit.raw
    assert document.attributes["noarchive"]
    kept = [one.raw_sha256 for address, one in visit.documents.items() if address != url]
    assert set(kept) <= visit.raw


def test_a_page_knows_its_attachments(visit: Visit) -> None:
    page = visit.documents["https://cert.cyber.test/fiche/CERT-2024-RFX-001"]
    assert page.attributes["attachments"] == ("https://cert.cyber.test/uploads/CERT-2024-RFX-001.pdf",)
    pdf = visit.documents["https://cert.cyber.test/uploads/CERT-2024-RFX-001.pdf"]
    assert pdf.attributes["landing_title"] == (page.title,)


def test_the_report_is_written_for_people_and_for_programs(visit: Visit) -> None:
    folder = visit.place.data / "reports"
    latest = json.loads((folder / "crawl-latest.json").read_text(encoding="utf-8"))
    assert latest == json.loads(visit.second.out)
    page = (folder / "crawl-1.html").read_text(encoding="utf-8")
    assert "https://www.libertes.test/fr/page-supprimee" in page
    assert "<script" not in page
    assert (folder / "crawl.prom").read_text(encoding="utf-8").count('source="libertes"') > 3


def test_a_second_crawl_of_unchanged_sites_fetches_no_body(visit: Visit) -> None:
    assert visit.second.code == 0, visit.second.err
    # "Unchanged" would not say whether what keeps a page out still does.
    kept_out = {
        url for replica in SOURCES for url, reason in replica.refused.items() if reason in {"noindex", "nosnippet"}
    }
    read = [one.url for one in visit.asked_again if one.status == 200]
    assert set(read) <= kept_out
    for replica in SOURCES:
        summary = visit.second.summary(replica.id)
        assert summary["fetched"] == len(kept_out & replica.refused.keys())
        assert summary["added"] == []
        assert summary["changed"] == []
        assert summary["unchanged"] >= len(replica.documents)


def test_pages_missing_twice_leave_nothing_behind(visit: Visit) -> None:
    gone = {url for replica in SOURCES for url in replica.missing}
    assert not gone & set(visit.documents)
    assert stored.documents(visit.place.data).keys() == visit.documents.keys()


def test_the_data_folder_holds_no_address_of_this_machine(visit: Visit) -> None:
    store = Path(visit.place.data / "store" / "documents.sqlite").read_bytes()
    assert b"127.0.0.1" not in store

"""``GET /v1/emergencies``: every sheet, the same as a question gets, with contacts that can be drawn."""

import pytest

from bot.answer import Answerer
from bot.contacts import load_contacts
from bot.incident import Incident
from bot.service import CORPUS
from tests.bot.contract import Client

QUESTION = {"question": "Mes fichiers sont chiffrés"}
VOLATILE = ("id", "timings_ms")


def test_every_incident_has_its_sheet(client: Client) -> None:
    found = client.get("/v1/emergencies").json()
    assert [sheet["incident"] for sheet in found["sheets"]] == [incident.value for incident in Incident]
    assert found["index"] == client.get("/v1/meta").json()["index"]
    for sheet in found["sheets"]:
        assert sheet["name"]
        assert sheet["answer"]["status"] == "emergency"
        assert len(sheet["answer"]["citations"]) >= 2
        assert sheet["answer"]["contacts"]


def test_a_sheet_is_what_a_question_gets(client: Client) -> None:
    sheets = {sheet["incident"]: sheet["answer"] for sheet in client.get("/v1/emergencies").json()["sheets"]}
    asked = client.post("/v1/ask", json=QUESTION).json()
    for name in VOLATILE:
        asked.pop(name)
        sheets["ransomware"].pop(name)
    assert asked == sheets["ransomware"]


def test_contacts_come_with_their_hours_and_for_whom(client: Client) -> None:
    known = {contact.id: contact for contact in load_contacts(CORPUS / "contacts.toml").contacts}
    given = client.post("/v1/ask", json=QUESTION).json()["contacts"]
    assert "17cyber" in {contact["id"] for contact in given}
    for contact in given:
        source = known[contact["id"]]
        for field in ("name", "for_whom", "phone", "url", "hours", "cost", "note", "reserve"):
            assert contact[field] == getattr(source, field), field


def test_links_of_sheets_and_contacts_lead_to_hosts_that_meta_tells(client: Client) -> None:
    hosts = set(client.get("/v1/meta").json()["hosts"])
    assert all("/" not in host for host in hosts)
    for sheet in client.get("/v1/emergencies").json()["sheets"]:
        answer = sheet["answer"]
        urls = [citation["url"] for citation in answer["citations"]] + [one["url"] for one in answer["contacts"]]
        assert {url.split("/")[2] for url in urls if url} <= hosts


def test_they_are_written_and_compressed_once_a_generation(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = client.get("/v1/emergencies")
    monkeypatch.setattr(Answerer, "emergency_sheets", lambda _: pytest.fail("written again"))
    again = client.get("/v1/emergencies")
    assert again.content == whole.content
    assert (again.headers["content-encoding"], again.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert int(again.headers["content-length"]) < len(whole.content) / 4
    plain = client.get("/v1/emergencies", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == whole.content


def test_they_are_not_sent_again_to_who_has_them(client: Client) -> None:
    tag = client.get("/v1/emergencies").headers["etag"]
    unchanged = client.get("/v1/emergencies", headers={"if-none-match": tag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert client.get("/v1/emergencies", headers={"if-none-match": '"0"'}).status_code == 200


def test_without_an_index_it_says_so(without_index: Client) -> None:
    assert without_index.get("/v1/emergencies").status_code == 503

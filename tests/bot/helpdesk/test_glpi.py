"""GLPI: sessions, polling with a cursor, webhooks of GLPI 11, follow-ups that stay private."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.helpdesk.errors import DeskAuth, DeskRefused, DeskTemporary, HelpdeskMisset, WebhookRefused
from bot.helpdesk.glpi import BATCH, GlpiDesk
from bot.helpdesk.glpi_oauth import OAuthApi
from bot.helpdesk.http import HttpClient
from bot.helpdesk.model import Audience, Format, Incoming, TicketRef
from bot.helpdesk.ports import PollingDesk, ProbedDesk, WebhookDesk
from bot.helpdesk.reach import Reach
from bot.helpdesk.secret import Secret

from . import fake_glpi
from .desk_benches import QUESTION, SECRETS, GlpiBench, delivery, glpi_oauth, glpi_rest, opened, settings
from .fake_glpi import ME, REQUESTER, FakeGlpi, signed
from .fake_server import Break, Fault

HOOK = SECRETS["hook"]
NOW = 1_796_000_000
TECHNICIAN = 3


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[GlpiBench]:
    """Over the REST API, follow-ups answered too."""
    with glpi_rest(tmp_path, "followups = true") as found:
        yield found


@pytest.fixture(params=["rest", "oauth"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GlpiBench]:
    """Over each of the two APIs."""
    with {"rest": glpi_rest, "oauth": glpi_oauth}[request.param](tmp_path) as found:
        yield found


def desk_of(bench: GlpiBench, *, clock: float = NOW) -> GlpiDesk:
    assert isinstance(bench.desk, GlpiDesk)
    bench.desk._clock = lambda: clock
    return bench.desk


def polled(bench: GlpiBench, cursor: str) -> tuple[list[tuple[str, str]], str, bool]:
    batch = desk_of(bench).poll(cursor)
    return [(one.ref.ticket, one.ref.article) for one in batch.intakes], batch.cursor, batch.more


class Outbox:
    """Takes each message once, and keeps the cursor, as the real one does."""

    def __init__(self, bench: GlpiBench) -> None:
        self.bench = bench
        self.known: set[tuple[str, str]] = set()
        self.cursor = ""

    def fresh(self) -> list[tuple[str, str]]:
        """What polls find that is not known, until they say that there is no more."""
        found: list[tuple[str, str]] = []
        more = True
        while more:
            announced, self.cursor, more = polled(self.bench, self.cursor)
            assert len(announced) <= BATCH
            found += [one for one in announced if one not in self.known]
            self.known.update(announced)
        return found


def test_asks_and_is_called(either: GlpiBench) -> None:
    assert isinstance(either.desk, PollingDesk)
    assert isinstance(either.desk, WebhookDesk)
    assert either.desk.format is Format.HTML


# Sessions.


def test_a_session_is_ended_after_each_operation(bench: GlpiBench) -> None:
    ref = bench.announce()
    bench.desk.read(ref)
    bench.desk.delivered(ref, ref.key)
    bench.desk.deliver(delivery(bench.desk, ref))
    assert bench.server.opened == 3
    assert not bench.server.sessions
    assert [path for path in bench.server.paths() if "initSession" in path or "killSession" in path] == [
        "GET /glpi/apirest.php/initSession",
        "GET /glpi/apirest.php/killSession",
    ] * 3


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500, path="/Ticket/"),
        Fault(status=200, body=b"<html>", path="/Ticket/"),
        Fault(breaks=Break.AFTER, path="/Ticket/"),
    ],
)
def test_a_session_is_ended_also_after_an_error(bench: GlpiBench, fault: Fault) -> None:
    bench.server.faults.append(fault)
    with pytest.raises(DeskTemporary):
        bench.desk.read(bench.announce())
    assert bench.server.opened == 1
    assert not bench.server.sessions


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(breaks=Break.BEFORE), Fault(status=503)])
def test_an_end_that_fails_is_tried_again_and_hides_nothing(bench: GlpiBench, fault: Fault) -> None:
    ending = Fault(breaks=fault.breaks, status=fault.status, path="killSession")
    bench.server.faults.append(ending)
    assert bench.desk.read(bench.announce()) is not None
    assert not bench.server.sessions
    bench.server.faults += [ending, ending]
    assert bench.desk.read(bench.announce()) is not None
    bench.server.faults += [Fault(status=400, body=b'["ERROR_SQL", ""]', path="/Ticket/"), ending, ending]
    with pytest.raises(DeskRefused, match="ERROR_SQL"):
        bench.desk.read(bench.announce())


def test_a_session_that_ended_meanwhile_is_opened_again_later(bench: GlpiBench) -> None:
    body = b'["ERROR_SESSION_TOKEN_INVALID", "session_token semble invalide"]'
    bench.server.faults.append(Fault(status=401, body=body, path="/Ticket/"))
    ref = bench.announce()
    with pytest.raises(DeskTemporary):
        bench.desk.read(ref)
    assert bench.desk.read(ref) is not None


@pytest.mark.parametrize(
    ("code", "status", "path"),
    [
        ("ERROR_WRONG_APP_TOKEN_PARAMETER", 400, "initSession"),
        ("ERROR_APP_TOKEN_PARAMETERS_MISSING", 400, "initSession"),
        ("ERROR_NOT_ALLOWED_IP", 400, "initSession"),
        ("ERROR_GLPI_LOGIN_USER_TOKEN", 401, "initSession"),
        ("ERROR_GLPI_LOGIN", 401, "initSession"),
        ("ERROR_RIGHT_MISSING", 403, "search/Ticket"),
        ("ERROR_RIGHT_MISSING", 401, "search/Ticket"),
    ],
)
def test_the_code_tells_refused_credentials_whatever_the_status(
    bench: GlpiBench, code: str, status: int, path: str
) -> None:
    bench.server.faults.append(Fault(status=status, body=f'["{code}", "phrase"]'.encode(), path=path))
    with pytest.raises(DeskAuth) as caught:
        desk_of(bench).poll("")
    assert caught.value.code == code
    assert "phrase" not in caught.value.message


def test_a_profile_that_may_not_write_pauses_the_desk(either: GlpiBench) -> None:
    either.server.may_write = False
    with pytest.raises(DeskAuth):
        either.desk.deliver(delivery(either.desk, either.announce()))


# Tokens of the high-level API.


def test_a_token_serves_until_it_is_old(tmp_path: Path) -> None:
    with FakeGlpi() as server:
        clock = [0.0]
        client = HttpClient(f"{server.url}/api.php", Reach(internal=True))
        secrets = Secret(fake_glpi.CLIENT_SECRET), Secret(fake_glpi.PASSWORD)
        api = OAuthApi(client, fake_glpi.CLIENT_ID, secrets[0], "cybervigie", secrets[1], lambda: clock[0])
        number = server.add_ticket(QUESTION)
        for moment in (1.0, 60.0, 3500.0, 3600.0):
            clock[0] = moment
            with api.opened() as session:
                assert session.ticket(number) is not None
        assert server.paths().count("POST /api.php/token") == 2


def test_a_token_that_was_revoked_is_asked_for_again(tmp_path: Path) -> None:
    with glpi_oauth(tmp_path) as bench:
        ref = bench.announce()
        assert bench.desk.read(ref) is not None
        bench.server.bearer.clear()
        with pytest.raises(DeskTemporary):
            bench.desk.read(ref)
        assert bench.desk.read(ref) is not None


def test_a_fresh_token_that_is_refused_pauses_the_desk(tmp_path: Path) -> None:
    with glpi_oauth(tmp_path) as bench:
        ref = bench.announce()
        bench.server.faults.append(Fault(status=401, body=b'{"status":"ERROR_UNAUTHENTICATED"}', path="Assistance"))
        with pytest.raises(DeskAuth):
            bench.desk.read(ref)


def test_an_api_that_is_switched_off_pauses_the_desk(tmp_path: Path) -> None:
    with glpi_oauth(tmp_path) as bench:
        body = b'{"status":"ERROR_RIGHT_MISSING","title":"","detail":"The High-Level API is disabled"}'
        bench.server.faults.append(Fault(status=403, body=body, path="Assistance"))
        with pytest.raises(DeskAuth):
            bench.desk.read(bench.announce())


# Polling.


def test_polling_begins_with_what_comes_from_now_on(either: GlpiBench) -> None:
    for _ in range(30):
        either.announce()
    outbox = Outbox(either)
    assert outbox.fresh() == []
    new = either.announce()
    assert outbox.fresh() == [(new.ticket, "t")]
    assert outbox.fresh() == []


def test_polling_begins_on_an_empty_server(either: GlpiBench) -> None:
    outbox = Outbox(either)
    assert outbox.fresh() == []
    new = either.announce()
    assert outbox.fresh() == [(new.ticket, "t")]


def test_polling_walks_through_pages_oldest_first(either: GlpiBench) -> None:
    outbox = Outbox(either)
    outbox.fresh()
    numbers = [either.announce().ticket for _ in range(BATCH + 130)]
    assert [ticket for ticket, _ in outbox.fresh()] == numbers


@pytest.mark.parametrize("size", [1, 49, 50, 51, 100])
def test_polling_at_the_edges_of_a_page(either: GlpiBench, size: int) -> None:
    either.announce()
    outbox = Outbox(either)
    outbox.fresh()
    numbers = [either.announce().ticket for _ in range(size)]
    assert [ticket for ticket, _ in outbox.fresh()] == numbers


def test_a_ticket_that_becomes_visible_late_is_not_lost(either: GlpiBench) -> None:
    """Two are written at the same moment, and the second is seen first."""
    outbox = Outbox(either)
    outbox.fresh()
    late, early = either.announce(), either.announce()
    hidden = either.server.tickets.pop(int(late.ticket))
    assert outbox.fresh() == [(early.ticket, "t")]
    either.server.tickets[int(late.ticket)] = hidden
    assert outbox.fresh() == [(late.ticket, "t")]


def test_a_cursor_may_come_again(either: GlpiBench) -> None:
    _, cursor, _ = polled(either, "")
    either.announce()
    assert polled(either, cursor) == polled(either, cursor)


@pytest.mark.parametrize("cursor", ["x", "t", "t1", "tx-1", "t1-1f", "t1-1;drop", "t" + "9" * 30 + "-1"])
def test_a_cursor_of_another_kind_begins_anew(bench: GlpiBench, cursor: str) -> None:
    bench.announce()
    assert polled(bench, cursor)[0] == []


def test_polling_finds_public_followups(bench: GlpiBench) -> None:
    ref = bench.announce()
    bench.server.add_followup(int(ref.ticket), "avant")
    outbox = Outbox(bench)
    outbox.fresh()
    public = bench.server.add_followup(int(ref.ticket), "Et pour les radios ?")
    bench.server.add_followup(int(ref.ticket), "note", TECHNICIAN, private=True)
    assert outbox.fresh() == [(ref.ticket, f"f{public}")]
    assert outbox.fresh() == []


def test_followups_of_a_change_are_passed_over_once(bench: GlpiBench) -> None:
    ref = bench.announce()
    outbox = Outbox(bench)
    outbox.fresh()
    number = bench.server.add_followup(int(ref.ticket), "suivi d’un changement")
    bench.server.followups[number]["itemtype"] = "Change"
    assert outbox.fresh() == []
    before = len(bench.server.requests)
    assert outbox.fresh() == []
    assert all("only_id" in one.query for one in bench.server.requests[before:] if "ITILFollowup" in one.path)


def test_many_followups_come_in_batches(bench: GlpiBench) -> None:
    ref = bench.announce()
    outbox = Outbox(bench)
    outbox.fresh()
    numbers = [bench.server.add_followup(int(ref.ticket), "suite") for _ in range(BATCH + 60)]
    assert outbox.fresh() == [(ref.ticket, f"f{number}") for number in numbers]


def test_no_text_of_followups_is_asked_for_where_nothing_is_new(bench: GlpiBench) -> None:
    bench.server.add_followup(int(bench.announce().ticket), "ancien")
    outbox = Outbox(bench)
    outbox.fresh()
    outbox.fresh()
    listed = [request for request in bench.server.requests if request.path.endswith("/ITILFollowup")]
    assert len(listed) == 2
    assert all(request.query["only_id"] == "true" for request in listed)


def test_followups_switched_on_later_do_not_bring_back_the_past(bench: GlpiBench) -> None:
    ref = bench.announce()
    bench.server.add_followup(int(ref.ticket), "ancien")
    outbox = Outbox(bench)
    outbox.cursor = f"t{ref.ticket}-{ref.ticket}"
    assert outbox.fresh() == []
    new = bench.server.add_followup(int(ref.ticket), "nouveau")
    assert outbox.fresh() == [(ref.ticket, f"f{new}")]


def test_followups_switched_off_forget_their_place(either: GlpiBench) -> None:
    either.announce()
    assert polled(either, "t1-1f9-9")[1] == "t1-1"


def test_its_own_note_does_not_come_back(bench: GlpiBench) -> None:
    outbox = Outbox(bench)
    outbox.fresh()
    ref = bench.announce()
    bench.desk.deliver(delivery(bench.desk, ref))
    assert outbox.fresh() == [(ref.ticket, "t")]


def test_only_ids_are_asked_for_in_a_poll(either: GlpiBench) -> None:
    outbox = Outbox(either)
    outbox.fresh()
    either.announce()
    outbox.fresh()
    asked = {request.path.partition(".php")[2] for request in either.server.requests}
    allowed = {"/initSession", "/killSession", "/search/Ticket", "/token", "/v2/Assistance/Ticket"}
    assert asked <= allowed


# Reading.


@pytest.mark.parametrize("version", [10, 11])
def test_text_comes_out_the_same_however_it_is_stored(tmp_path: Path, version: int) -> None:
    with glpi_rest(tmp_path, version=version) as bench:
        content = "<p>Mot de passe &lt;12&gt; &amp; clé&nbsp;?</p><p>Merci</p>"
        ticket = bench.desk.read(bench.announce(content))
        assert ticket is not None
        assert ticket.text == "Mot de passe <12> & clé ?\n\nMerci"
        assert ticket.category == "Sécurité > Messagerie"


def test_the_category_of_the_high_level_api_is_its_name(tmp_path: Path) -> None:
    with glpi_oauth(tmp_path) as bench:
        ticket = bench.desk.read(bench.announce())
        assert ticket is not None
        assert ticket.category == "Messagerie"


@pytest.mark.parametrize("values", [{"status": 5}, {"status": 6}, {"is_deleted": 1}])
def test_a_ticket_that_is_over_asks_nothing(either: GlpiBench, values: dict[str, Any]) -> None:
    number = either.server.add_ticket(QUESTION, **values)
    assert either.desk.read(TicketRef("aide", str(number), "t")) is None


@pytest.mark.parametrize(("author", "read"), [(REQUESTER, True), (0, True), (TECHNICIAN, False), (ME, False)])
def test_only_followups_of_those_who_asked_are_answered(bench: GlpiBench, author: int, read: bool) -> None:
    ref = bench.announce()
    number = bench.server.add_followup(int(ref.ticket), "<p>Et pour les radios ?</p>", author)
    ticket = bench.desk.read(TicketRef("aide", ref.ticket, f"f{number}"))
    assert (ticket is not None) is read
    assert ticket is None or ticket.text == "Et pour les radios ?"


def test_a_private_or_foreign_followup_asks_nothing(bench: GlpiBench) -> None:
    ref, other = bench.announce(), bench.announce()
    private = bench.server.add_followup(int(ref.ticket), "note", private=True)
    public = bench.server.add_followup(int(ref.ticket), "question")
    assert bench.desk.read(TicketRef("aide", ref.ticket, f"f{private}")) is None
    assert bench.desk.read(TicketRef("aide", other.ticket, f"f{public}")) is None
    assert bench.desk.read(TicketRef("aide", ref.ticket, "f999")) is None


def test_the_key_in_a_persons_followup_is_no_draft(bench: GlpiBench) -> None:
    ref = bench.announce()
    bench.server.add_followup(int(ref.ticket), f"Vous citez {ref.key}")
    bench.server.add_followup(int(ref.ticket), f"Vous citez {ref.key}", 0)
    assert not bench.desk.delivered(ref, ref.key)


def test_the_draft_is_found_among_many_followups(bench: GlpiBench) -> None:
    ref = bench.announce()
    bench.desk.deliver(delivery(bench.desk, ref))
    for _ in range(120):
        bench.server.add_followup(int(ref.ticket), "suite")
    assert bench.desk.delivered(ref, ref.key)


# Writing.


def test_a_followup_that_came_out_public_stops_the_desk(either: GlpiBench) -> None:
    either.server.keeps_private = False
    with pytest.raises(DeskAuth, match="privé") as caught:
        either.desk.deliver(delivery(either.desk, either.announce()))
    assert caught.value.code == "public"


def test_a_reply_to_the_person_is_public(bench: GlpiBench) -> None:
    ref = bench.announce()
    bench.desk.deliver(delivery(bench.desk, ref, audience=Audience.PERSON))
    assert bench.drafts(ref) == [False]
    assert bench.desk.delivered(ref, ref.key)


# Webhooks of GLPI 11.


def test_a_signed_call_announces_a_ticket(either: GlpiBench) -> None:
    ref = either.announce()
    body = either.server.webhook(int(ref.ticket))
    headers = signed(HOOK, body, NOW - 900)
    (intake,) = desk_of(either).receive(Incoming(headers, body))
    assert intake.ref == ref
    assert intake.delivery == headers["x-glpi-signature"]
    assert intake.ticket is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"event": "new", "itemtype": "Ticket", "item": {"id": 5}}', [("5", "t")]),
        (b'{"event": "new", "item": {"id": 5, "type": 2}}', [("5", "t")]),
        (b'{"event": "update", "item": {"id": 5, "type": 2}}', []),
        (b'{"event": "delete", "item": {"id": 5, "type": 2}}', []),
        # A problem or a change, in the default payload.
        (b'{"event": "new", "item": {"id": 5}}', []),
        (b'{"event": "new", "itemtype": "Change", "item": {"id": 5, "type": 1}}', []),
        (
            b'{"event": "new", "item": {"id": 9, "itemtype": "Ticket", "items_id": 5, "is_private": false}}',
            [("5", "f9")],
        ),
        (b'{"event": "new", "item": {"id": 9, "itemtype": "Ticket", "items_id": 5, "is_private": true}}', []),
        (b'{"event": "new", "item": {"id": 9, "itemtype": "Problem", "items_id": 5, "is_private": false}}', []),
    ],
)
def test_what_a_call_announces(bench: GlpiBench, body: bytes, expected: list[tuple[str, str]]) -> None:
    found = desk_of(bench).receive(Incoming(signed(HOOK, body, NOW), body))
    assert [(one.ref.ticket, one.ref.article) for one in found] == expected


def test_followups_are_not_announced_unless_wanted(either: GlpiBench) -> None:
    ref = either.announce()
    body = either.server.webhook(int(ref.ticket), either.server.add_followup(int(ref.ticket), "suite"))
    assert desk_of(either).receive(Incoming(signed(HOOK, body, NOW), body)) == ()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"x-glpi-signature": ""}, "header"),
        ({"x-glpi-signature": "0" * 64}, "signature"),
        ({"x-glpi-timestamp": ""}, "header"),
        ({"x-glpi-timestamp": "x"}, "header"),
        ({"x-glpi-timestamp": "-1"}, "header"),
        ({"x-glpi-timestamp": str(NOW + 1)}, "signature"),
        ({"x-glpi-timestamp": str(NOW - 3700)}, "time"),
        ({"x-glpi-timestamp": str(NOW + 3700)}, "time"),
    ],
)
def test_a_forged_header_is_refused(bench: GlpiBench, changed: dict[str, str], code: str) -> None:
    body = b'{"event": "new", "itemtype": "Ticket", "item": {"id": 5}}'
    with pytest.raises(WebhookRefused) as caught:
        desk_of(bench).receive(Incoming({**signed(HOOK, body, NOW), **changed}, body))
    assert caught.value.code == code


def test_an_altered_body_is_refused(bench: GlpiBench) -> None:
    body = b'{"event": "new", "itemtype": "Ticket", "item": {"id": 5}}'
    headers = signed(HOOK, body, NOW)
    for place in range(len(body)):
        other = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(WebhookRefused, match="signature"):
            desk_of(bench).receive(Incoming(headers, other))
    # A digit moved from the time to the body is the same signed text.
    moved = signed(HOOK, body, NOW)["x-glpi-signature"]
    shifted = {"x-glpi-signature": moved, "x-glpi-timestamp": str(NOW)[1:]}
    with pytest.raises(WebhookRefused):
        desk_of(bench).receive(Incoming(shifted, body + str(NOW)[:1].encode()))


def test_without_a_secret_every_call_is_refused(tmp_path: Path) -> None:
    files = {"app_token_file": "app", "user_token_file": "user"}
    desk = opened(settings(tmp_path, "glpi", "http://127.0.0.1:1", "", **files))
    assert isinstance(desk, GlpiDesk)
    assert not isinstance(desk, ProbedDesk)
    desk._clock = lambda: NOW
    body = b'{"event": "new", "itemtype": "Ticket", "item": {"id": 5}}'
    with pytest.raises(WebhookRefused, match="signature"):
        desk.receive(Incoming(signed("", body, NOW), body))


# Settings.


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ('api = "soap"', "api"),
        ('consent_tag = "accord"', "consent_tag"),
        ('evaluation_tag = "accord"', "evaluation_tag"),
        ("webhook_tolerance = 5", "webhook_tolerance"),
        ("folowups = true", "folowups"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, lines: str, key: str) -> None:
    files = {"app_token_file": "app", "user_token_file": "user"}
    with pytest.raises(HelpdeskMisset, match=key):
        opened(settings(tmp_path, "glpi", "http://127.0.0.1:1", lines, **files))


@pytest.mark.parametrize("lines", ["followups = true", 'auto_reply_categories = ["Messagerie"]'])
def test_what_the_high_level_api_cannot_do_is_said(tmp_path: Path, lines: str) -> None:
    files = {"client_secret_file": "client", "password_file": "password"}
    own = f'api = "oauth"\nclient_id = "c"\nuser = "u"\n{lines}'
    with pytest.raises(HelpdeskMisset, match="rest"):
        opened(settings(tmp_path, "glpi", "http://127.0.0.1:1", own, **files))


def test_the_check_says_what_is_visible(either: GlpiBench) -> None:
    either.announce()
    assert "1 ticket(s)" in list(either.desk.check())[-1].detail

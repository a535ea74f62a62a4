"""What every desk must do, whatever the tool: the contract of ``bot.helpdesk.ports``."""

import contextlib
import random
import re
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.helpdesk.config import load_config
from bot.helpdesk.errors import DeskAuth, DeskRefused, DeskTemporary, HelpdeskError, WebhookRefused
from bot.helpdesk.model import Format, Incoming, TicketRef
from bot.helpdesk.ports import ProbedDesk, WebhookDesk
from bot.helpdesk.registry import template
from bot.model import Status

from .desk_benches import ALL, PLAIN, REREAD, SECRETS, Bench, delivery, opened
from .fake_server import Break, Fault
from .mail_servers import INSTALLED
from .mailbox_bench import mailbox

_BROKEN = [
    Fault(status=500),
    Fault(status=502, body=b"<html>Bad gateway</html>"),
    Fault(status=503),
    Fault(status=429),
    Fault(breaks=Break.BEFORE),
    Fault(breaks=Break.AFTER),
]


@pytest.fixture(params=ALL)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with ALL[request.param](tmp_path) as found:
        yield found


@pytest.fixture(params=[*ALL, "mailbox"])
def any_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Every desk, HTTP or not: nothing can be made to break."""
    if request.param != "mailbox":
        with ALL[request.param](tmp_path) as found:
            yield found
    elif not INSTALLED:
        pytest.skip("needs Dovecot and Exim (make debian)")
    else:
        with mailbox(request.getfixturevalue("servers"), tmp_path) as found:
            yield found


@pytest.fixture(params=REREAD)
def asked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with REREAD[request.param](tmp_path) as found:
        yield found


def attempt(bench: Bench, ref: TicketRef) -> None:
    """What the worker does at every attempt."""
    if bench.rereads and bench.desk.read(ref) is None:
        return
    if not bench.desk.delivered(ref, ref.key):
        bench.desk.deliver(delivery(bench.desk, ref))


def failure(bench: Bench, ref: TicketRef) -> HelpdeskError:
    with pytest.raises(HelpdeskError) as caught:
        attempt(bench, ref)
    return caught.value


@pytest.mark.parametrize("kind", ["zammad", "glpi", "chatwoot", "generic"])
def test_the_template_is_a_desk_once_its_secrets_are_there(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "helpdesk.toml"
    file.write_text(template(kind, "essai"), encoding="utf-8")
    for key, name in re.findall(r'^(\w+_file) = "(.+)"$', file.read_text(encoding="utf-8"), re.MULTILINE):
        secret = tmp_path / name
        secret.write_text(SECRETS["signing"] if key == "secret_file" else "secret", encoding="utf-8")
        secret.chmod(0o600)
    (config,) = load_config(file)
    assert config.name == "essai"
    assert config.rules.auto_reply_categories == frozenset()
    assert opened(config).format in Format


def test_reads_the_message_as_text(any_desk: Bench) -> None:
    if not any_desk.rereads:
        with pytest.raises(DeskRefused):
            any_desk.desk.read(any_desk.announce())
        return
    ticket = any_desk.desk.read(any_desk.announce())
    assert ticket is not None
    assert PLAIN in ticket.text
    assert "<" not in ticket.text


def test_a_draft_is_under_the_ticket_once_and_for_agents_only(any_desk: Bench) -> None:
    ref = any_desk.announce()
    attempt(any_desk, ref)
    attempt(any_desk, ref)
    assert any_desk.drafts(ref) == [True]


def test_knows_what_it_delivered(any_desk: Bench) -> None:
    ref, other = any_desk.announce(), any_desk.announce()
    assert not any_desk.desk.delivered(ref, ref.key)
    any_desk.desk.deliver(delivery(any_desk.desk, ref))
    assert any_desk.desk.delivered(ref, ref.key) is any_desk.rereads
    if any_desk.rereads:
        assert not any_desk.desk.delivered(ref, other.key)
        assert not any_desk.desk.delivered(other, other.key)


@pytest.mark.parametrize("status", Status)
def test_every_status_can_be_delivered(any_desk: Bench, status: Status) -> None:
    ref = any_desk.announce()
    any_desk.desk.deliver(delivery(any_desk.desk, ref, status))
    assert any_desk.drafts(ref) == [True]


def test_a_lost_reply_does_not_make_two_drafts(bench: Bench) -> None:
    ref = bench.announce()
    bench.server.faults.append(Fault(breaks=Break.AFTER, method="POST", path=bench.writes))
    assert isinstance(failure(bench, ref), DeskTemporary)
    assert len(bench.drafts(ref)) == 1
    attempt(bench, ref)
    assert bench.drafts(ref) == [True]


@pytest.mark.parametrize("seed", range(6))
def test_exactly_one_draft_through_a_flaky_tool(bench: Bench, seed: int) -> None:
    rng = random.Random(seed)
    refs = [bench.announce() for _ in range(4)] if bench.rereads else [bench.announce()]
    for ref in refs:
        for _ in range(60):
            # One call in three breaks in some way.
            bench.server.faults[:] = [rng.choice(_BROKEN) for _ in range(rng.choice((0, 0, 1, 1, 2)))]
            try:
                attempt(bench, ref)
            except DeskTemporary:
                continue
            break
        bench.server.faults.clear()
        attempt(bench, ref)
    assert [bench.drafts(ref) for ref in refs] == [[True]] * len(refs)


@pytest.mark.parametrize("fault", _BROKEN, ids=lambda fault: str(fault.status or fault.breaks))
def test_what_may_pass_is_temporary(bench: Bench, fault: Fault) -> None:
    ref = bench.announce()
    bench.server.faults.append(fault)
    assert isinstance(failure(bench, ref), DeskTemporary)


def test_the_wait_that_the_tool_asks_for_is_passed_on(bench: Bench) -> None:
    ref = bench.announce()
    bench.server.faults.append(Fault(status=429, headers={"Retry-After": "7"}))
    found = failure(bench, ref)
    assert isinstance(found, DeskTemporary)
    assert found.retry_after == 7


def test_refused_credentials_are_told_from_the_rest(bench: Bench) -> None:
    ref = bench.announce()
    bench.revoke()
    assert isinstance(failure(bench, ref), DeskAuth)
    assert not bench.drafts(ref)


@pytest.mark.parametrize("status", [400, 422])
def test_what_the_tool_will_never_take_is_permanent(bench: Bench, status: int) -> None:
    ref = bench.announce()
    fault = Fault(status=status, body=b'{"error": "Invalid"}', method="POST", path=bench.writes)
    bench.server.faults.append(fault)
    assert isinstance(failure(bench, ref), DeskRefused)


def test_a_redirection_is_not_followed(bench: Bench) -> None:
    ref = bench.announce()
    bench.server.faults.append(Fault(status=302, headers={"Location": "https://exemple.fr/"}))
    # The desk pauses: behind a page of maintenance or of login, every ticket would else be a dead letter.
    assert isinstance(failure(bench, ref), DeskAuth)


_PROXY_404 = (
    b"404 page not found\n",
    b"",
    b"<html><h1>404 Not Found</h1></html>",
    b'{"message": "no Route matched with those values"}',
    b'{"timestamp": 1, "status": 404, "error": "Not Found", "path": "/x"}',
)


@pytest.mark.parametrize("page", _PROXY_404, ids=("traefik", "empty", "nginx", "kong", "spring"))
def test_a_404_of_a_proxy_does_not_lose_the_ticket(asked: Bench, page: bytes) -> None:
    """A backend that restarts: each of the calls of an attempt gets the proxy's answer once."""
    ref = asked.announce()
    for method, path in (("GET", ref.ticket), ("GET", ref.article), ("GET", asked.writes), ("GET", "")):
        asked.server.faults[:] = [Fault(status=404, body=page, method=method, path=path)]
        with contextlib.suppress(DeskTemporary):
            assert asked.desk.read(ref) is not None
        with contextlib.suppress(DeskTemporary):
            assert not asked.desk.delivered(ref, ref.key)
    asked.server.faults.clear()
    attempt(asked, ref)
    assert asked.drafts(ref) == [True]


@pytest.mark.parametrize("page", _PROXY_404[:3], ids=("traefik", "empty", "nginx"))
def test_a_404_of_a_proxy_to_a_draft_is_temporary(bench: Bench, page: bytes) -> None:
    ref = bench.announce()
    bench.server.faults.append(Fault(status=404, body=page, method="POST", path=bench.writes))
    assert isinstance(failure(bench, ref), DeskTemporary)
    attempt(bench, ref)
    assert bench.drafts(ref) == [True]


def test_a_page_in_the_place_of_json_is_temporary(asked: Bench) -> None:
    ref = asked.announce()
    page = b"<html>Maintenance</html>"
    asked.server.faults.append(Fault(status=200, headers={"Content-Type": "text/html"}, body=page, method="GET"))
    assert isinstance(failure(asked, ref), DeskTemporary)


def test_a_ticket_that_is_gone_asks_nothing(any_desk: Bench) -> None:
    ref = any_desk.announce()
    if not any_desk.rereads:
        with pytest.raises(DeskRefused):
            any_desk.desk.read(ref)
        return
    any_desk.remove(ref)
    assert any_desk.desk.read(ref) is None
    assert not any_desk.desk.delivered(ref, ref.key)


def test_one_ticket_out_of_sight_does_not_stop_the_others(asked: Bench) -> None:
    ref, other = asked.announce(), asked.announce()
    asked.forbid(ref)
    with pytest.raises(DeskRefused):
        asked.desk.read(ref)
    assert asked.desk.read(other) is not None


@pytest.mark.parametrize(("ticket", "article"), [("../users", "1"), ("1", "1/../2"), ("0", "0"), ("-1", "x"), ("", "")])
def test_a_reference_cannot_lead_elsewhere(asked: Bench, ticket: str, article: str) -> None:
    with contextlib.suppress(DeskRefused):
        assert asked.desk.read(TicketRef("aide", ticket, article)) is None
    assert not any(".." in path or "users" in path for path in asked.server.paths())


def test_checks_pass_and_leave_nothing_in_the_tool(any_desk: Bench) -> None:
    steps = list(any_desk.desk.check())
    assert steps
    assert all(step.ok for step in steps), steps
    assert any_desk.drafts(any_desk.announce()) == []


def test_a_call_can_be_imitated_and_announces_nothing(bench: Bench) -> None:
    desk = bench.desk
    assert isinstance(desk, ProbedDesk)
    assert isinstance(desk, WebhookDesk)
    probe = desk.probe()
    assert desk.receive(probe) == ()
    for other in (Incoming(probe.headers, probe.body + b" "), Incoming({}, probe.body)):
        with pytest.raises(WebhookRefused):
            desk.receive(other)


def test_checks_say_what_to_do(bench: Bench) -> None:
    bench.revoke()
    steps = list(bench.desk.check())
    assert not steps[-1].ok
    assert steps[-1].advice


def test_no_secret_and_no_word_of_a_ticket_in_an_error(bench: Bench) -> None:
    ref = bench.announce()
    shown = [repr(bench.desk), str(vars(bench.desk))]
    quoting = b'{"error": "CANARI jeton-SECRET"}'
    faults = [*_BROKEN, *(Fault(status=status, body=quoting) for status in (400, 401, 403, 404, 422, 451))]
    for fault in faults:
        bench.server.faults[:] = [fault]
        try:
            attempt(bench, ref)
        except HelpdeskError as error:
            shown += [*traceback.format_exception(error), error.code]
        shown += [f"{step.detail} {step.advice}" for step in bench.desk.check()]
    bench.server.faults.clear()
    bench.revoke()
    shown += traceback.format_exception(failure(bench, ref))
    everything = "\n".join(shown)
    assert "CANARI" not in everything
    assert not [name for name, secret in SECRETS.items() if secret.removeprefix("whsec_") in everything]

"""The steps of ``cybervigie helpdesk test``: way in, composition, way out. Nothing is left in the tool."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

from bot.errors import BotError
from bot.helpdesk.draft import Drafter
from bot.helpdesk.errors import HelpdeskError, HelpdeskMisset, WebhookRefused
from bot.helpdesk.http import HttpClient
from bot.helpdesk.model import Audience, Check, Incoming, Ticket, TicketRef
from bot.helpdesk.ports import Desk, PollingDesk, ProbedDesk, WebhookDesk
from bot.helpdesk.reach import Reach
from bot.helpdesk.render import render
from bot.helpdesk.words import outcome

_QUESTION = "Combien de temps faut-il conserver un dossier patient ?"

# The errors of the client speak of the tool; here it is our own service that is called.
_OWN_FAILURES = {
    "connect": "rien ne répond à cette adresse",
    "dns": "ce nom est introuvable",
    "timeout": "CyberVigie ne répond pas à temps",
    "tls": "le certificat de cette adresse n’est pas reconnu d’ici",
}


def trial(name: str, desk: Desk, drafter: Drafter, own_url: str = "") -> Iterator[Check]:
    """One step after the other. ``own_url``: where this service is called by the tool, to try that way too."""
    yield from _way_in(name, desk, own_url)
    yield _composition(name, desk, drafter)
    yield from desk.check()


def _way_in(name: str, desk: Desk, own_url: str) -> Iterator[Check]:
    if isinstance(desk, WebhookDesk) and isinstance(desk, ProbedDesk):
        yield _signature(desk, desk.probe())
        if own_url:
            yield _own_address(f"{own_url.rstrip('/')}/v1/helpdesk/{name}/webhook", desk.probe())
    elif isinstance(desk, WebhookDesk):
        yield Check("Appels de l’outil", True, f"attendus sur /v1/helpdesk/{name}/webhook (non essayés d’ici)")
    if isinstance(desk, PollingDesk):
        yield Check("Interrogation de l’outil", True, "cet outil est interrogé à intervalle régulier")


def _signature(desk: WebhookDesk, probe: Incoming) -> Check:
    """An authentic call is taken, and the same with one byte more is not."""
    step, advice = "Signature des appels", "vérifiez le secret et l’heure de la machine"
    try:
        announced = desk.receive(probe)
    except WebhookRefused as error:
        return Check(step, False, error.message, advice=advice)
    with contextlib.suppress(WebhookRefused):
        desk.receive(replace(probe, body=probe.body + b" "))
        return Check(step, False, "un appel altéré a été accepté", advice="signalez ce défaut")
    if announced:
        return Check(step, False, "l’appel d’essai annonce un message", advice="signalez ce défaut")
    return Check(step, True, "appel signé accepté, appel altéré refusé")


def _own_address(url: str, probe: Incoming) -> Check:
    step = "Adresse d’appel de CyberVigie"
    try:
        reply = HttpClient(url, Reach(internal=True, cleartext=True)).request(
            "POST", "", content=probe.body, headers=probe.headers
        )
    except HelpdeskMisset:
        advice = "donnez par exemple --url https://cybervigie.exemple.fr"
        return Check(step, False, "adresse non valable", advice=advice)
    except HelpdeskError as error:
        told = _OWN_FAILURES.get(error.code, "CyberVigie ne répond pas comme attendu à cette adresse")
        return Check(step, False, told, advice="vérifiez --url, et que « cybervigie serve » répond à cette adresse")
    if reply.status != 200:
        advice = "vérifiez que le service a les mêmes réglages (CYBERVIGIE_HELPDESK) et le même secret"
        return Check(step, False, f"réponse {reply.status}", advice=advice)
    return Check(step, True, "appel signé accepté par le service")


def _composition(name: str, desk: Desk, drafter: Drafter) -> Check:
    step = "Brouillon d’essai"
    ref = TicketRef(name, "essai", "essai")
    try:
        draft = drafter.draft(Ticket(ref, _QUESTION))
        body = render(draft, ref.key, desk.format, Audience.AGENT)
    except BotError as error:
        return Check(step, False, error.message, advice="lancez « cybervigie index », puis recommencez")
    return Check(step, True, f"composé ({outcome(draft.status)}, {len(body)} caractères), non envoyé")

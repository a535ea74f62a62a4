"""GLPI: tickets by polling, or by the webhooks of GLPI 11; a private follow-up out.

GLPI knows no tags of its own. A private follow-up is seen by technicians only, and only they can write one:
``delivered`` looks there.

Webhooks (published source of GLPI 11.0): ``X-GLPI-signature`` is the HMAC-SHA256, in hexadecimal, of the body followed
by ``X-GLPI-timestamp``. GLPI signs when it queues a call and sends it by its scheduled task, minutes later or more, and
signs nothing anew when it sends again: hence ``webhook_tolerance``, wider than five minutes. The signature serves as
the id of the call. A call only names a message, which is then read from GLPI: replayed, it announces nothing new.
"""

import time
from collections.abc import Callable, Iterator, Sequence

from bot.helpdesk import authenticity
from bot.helpdesk.config import DeskConfig
from bot.helpdesk.errors import DeskAuth, HelpdeskError, WebhookRefused
from bot.helpdesk.fields import Fields
from bot.helpdesk.glpi_api import GlpiApi, GlpiNote, GlpiSession
from bot.helpdesk.glpi_oauth import OAuthApi
from bot.helpdesk.glpi_references import Place, cursor_of, note_ref, numbers, places, ticket_ref
from bot.helpdesk.glpi_rest import RestApi
from bot.helpdesk.http import HttpClient
from bot.helpdesk.model import Audience, Batch, Check, Delivery, Format, Incoming, Intake, Ticket, TicketRef
from bot.helpdesk.plain import decoded, plain_text
from bot.helpdesk.secret import Secret

KIND = "glpi"
BATCH = 200
"""Messages of one poll."""
TEMPLATE = """\
[desks.{name}]
kind = "glpi"
# Adresse de GLPI, sans apirest.php ; pour un serveur de votre réseau : internal = true (et ca_file).
url = "https://glpi.exemple.fr"
# internal = true
# ca_file = "autorite.pem"
# "rest" : apirest.php, toutes versions. "oauth" : api.php/v2, GLPI 11 et suivants.
api = "rest"
# Pour "rest" : jeton d’application (client d’API) et jeton d’API du compte, chacun dans un fichier.
app_token_file = "{name}.app-token"
user_token_file = "{name}.user-token"
# Pour "oauth" : client OAuth (autorisation « mot de passe », périmètre « api ») et compte.
# client_id = ""
# client_secret_file = "{name}.client-secret"
# user = "cybervigie"
# password_file = "{name}.mot-de-passe"
# Répondre aussi aux suivis que le demandeur ajoute ("rest" seulement) ; sinon, au texte du ticket seul.
followups = false
# Webhook de GLPI 11 : son secret. Sans lui, les tickets sont cherchés à intervalle régulier.
# secret_file = "{name}.secret"
# previous_secret_file = "{name}.ancien-secret"
# Âge admis d’un appel, en secondes : GLPI signe à la mise en file et envoie par sa tâche planifiée.
# webhook_tolerance = 3600
# Intervalle de recherche des nouveaux tickets, en secondes.
# poll_seconds = 60
# Quels tickets : catégories ITIL, chemin entier ("rest") ou nom ("oauth") ; vide : tous.
categories = []
# Rien n’est envoyé à la personne, sauf pour les catégories nommées ici ("rest" seulement).
auto_reply_categories = []
"""


def desk(config: DeskConfig) -> "GlpiDesk":
    """The desk of a settings table. Raises HelpdeskMisset."""
    kind = config.text("api", "rest")
    if kind not in ("rest", "oauth"):
        raise config.misset("api", "« rest » ou « oauth »")
    api: GlpiApi = _rest(config) if kind == "rest" else _oauth(config)
    followups = config.flag("followups")
    for key in ("consent_tag", "evaluation_tag"):
        if getattr(config.rules, key):
            raise config.misset(key, "GLPI n’a pas d’étiquettes ; choisissez les tickets par categories")
    if not api.tells_authors and (followups or config.rules.auto_reply_categories):
        key = "followups" if followups else "auto_reply_categories"
        raise config.misset(key, 'l’API « oauth » ne dit pas qui écrit un suivi ; prenez api = "rest"')
    secrets = authenticity.webhook_secrets(config)
    tolerance = config.number("webhook_tolerance", 3600, least=60, most=7 * 86_400)
    config.finish()
    made = SignedGlpiDesk if secrets else GlpiDesk
    return made(config.name, api, secrets, followups=followups, tolerance=tolerance)


class GlpiDesk:
    """Tickets of a GLPI server. ``tolerance``: seconds. ``clock``: Unix seconds."""

    def __init__(
        self,
        name: str,
        api: GlpiApi,
        secrets: tuple[Secret, ...],
        *,
        followups: bool,
        tolerance: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._name = name
        self._api = api
        self._secrets = secrets
        self._followups = followups
        self._tolerance = tolerance
        self._clock = clock

    @property
    def format(self) -> Format:
        """HTML, which GLPI cleans again."""
        return Format.HTML

    def receive(self, incoming: Incoming) -> tuple[Intake, ...]:
        """The new ticket, or the new public follow-up of a ticket, that a call announces. Raises WebhookRefused."""
        given = authenticity.header(incoming, "x-glpi-signature")
        moment = authenticity.header(incoming, "x-glpi-timestamp")
        authenticity.check_time(moment, self._clock(), self._tolerance)
        authenticity.check_signature(given, self._secrets, incoming.body + moment.encode(), "sha256")
        call = authenticity.body_object(incoming)
        item = call.inside("item")
        if not item.id("id"):
            raise WebhookRefused("ni ticket ni suivi dans l’appel : vérifiez le contenu du webhook", code="body")
        if call.text("event") != "new":
            return ()
        ref = self._announced(item, item.text("itemtype") or call.text("itemtype"))
        return () if ref is None else (Intake(ref, given),)

    def poll(self, cursor: str) -> Batch:
        """New tickets, and new public follow-ups where they are wanted; the latest known ones among them."""
        at, notes_at = places(cursor)
        if not self._followups:
            # Switched on again, they begin anew.
            notes_at = None
        tickets: Sequence[int] = ()
        notes: Sequence[GlpiNote] = ()
        with self._api.opened() as session:
            if at is None:
                newest = session.newest_ticket()
                at = Place(newest, newest)
            else:
                tickets = session.tickets_after(at.after)
            latest = session.newest_note() if self._followups else 0
            if self._followups and notes_at is None:
                notes_at = Place(latest, latest)
            elif notes_at is not None and latest > notes_at.last:
                notes = session.notes_after(notes_at.after)
        taken = tickets[:BATCH]
        kept = notes[: BATCH - len(taken)]
        intakes = [Intake(ticket_ref(self._name, number)) for number in taken]
        intakes += [Intake(note_ref(self._name, note)) for note in kept if not note.private]
        if notes_at is not None:
            # Follow-ups of changes and problems are passed over.
            seen = [note.number for note in kept] if len(kept) < len(notes) else [latest]
            notes_at = notes_at.moved(*seen)
        more = len(tickets) > len(taken) or len(notes) > len(kept)
        return Batch(tuple(intakes), cursor_of(at.moved(*taken), notes_at), more)

    def read(self, ref: TicketRef) -> Ticket | None:
        """The text; None where the ticket is gone or over, or where the follow-up is private or not the person's."""
        number, followup = numbers(ref)
        with self._api.opened() as session:
            ticket = session.ticket(number)
            if ticket is None:
                return None
            content = ticket.content
            if followup is not None:
                note = session.note(number, followup)
                if note is None or note.ticket != number or note.private or not _by_person(session, note):
                    return None
                content = note.content
        text = plain_text(decoded(content))
        return Ticket(ref, text, plain_text(decoded(ticket.title)), plain_text(decoded(ticket.category)))

    def delivered(self, ref: TicketRef, key: str) -> bool:
        """Whether a private follow-up, or a public one of somebody who did not ask, holds the key."""
        number, _ = numbers(ref)
        with self._api.opened() as session:
            found = [note for note in session.notes(number) if key in note.content]
            return any(note.private or not _by_person(session, note) for note in found)

    def deliver(self, delivery: Delivery) -> None:
        """Add a follow-up: private, unless the operator lets it go to the person."""
        number, _ = numbers(delivery.ref)
        private = delivery.audience is Audience.AGENT
        with self._api.opened() as session:
            note = session.add_note(number, delivery.body, private=private)
        if private and (note is None or not note.private):
            raise DeskAuth(
                "GLPI n’a pas gardé privé un suivi demandé privé : vérifiez ce suivi, et donnez au profil du compte le "
                "droit de voir et d’écrire les suivis privés",
                code="public",
            )

    def check(self) -> Iterator[Check]:
        """The session, then what it sees."""
        try:
            with self._api.opened() as session:
                yield Check("Connexion à l’API", True, f"session ouverte sur {self._api.origin}")
                try:
                    seen = session.visible()
                except HelpdeskError as error:
                    yield Check("Lecture des tickets", False, error.message, advice="vérifiez le profil et l’entité")
                else:
                    yield Check("Lecture des tickets", True, seen)
        except HelpdeskError as error:
            yield Check("Connexion à l’API", False, error.message, advice="vérifiez url, jetons et adresse admise")

    def _announced(self, item: Fields, kind: str) -> TicketRef | None:
        if item.id("items_id"):
            wanted = kind == "Ticket" and self._followups and not item.flag("is_private")
            return TicketRef(self._name, item.text("items_id"), f"f{item.id('id')}") if wanted else None
        # Problems and changes look alike in the default payload, save for the type of a ticket.
        if kind == "Ticket" or (not kind and item.id("type") in (1, 2)):
            return ticket_ref(self._name, item.id("id"))
        return None


class SignedGlpiDesk(GlpiDesk):
    """The same where GLPI calls: a call can be imitated."""

    def probe(self) -> Incoming:
        """A signed call about an event that is none."""
        body, moment = b'{"event": "essai", "item": {"id": 1}}', str(int(self._clock()))
        given = authenticity.signature(self._secrets[0], body + moment.encode(), "sha256")
        kind = {"content-type": "application/json"}
        return Incoming({**kind, "x-glpi-signature": given, "x-glpi-timestamp": moment}, body)


def _rest(config: DeskConfig) -> RestApi:
    app = config.optional_secret("app_token_file")
    user = config.secret("user_token_file")
    client = HttpClient(_under(config, "apirest.php"), config.reach(), headers={"App-Token": app} if app else None)
    return RestApi(client, user)


def _oauth(config: DeskConfig) -> OAuthApi:
    client = HttpClient(_under(config, "api.php"), config.reach())
    secrets = config.secret("client_secret_file"), config.secret("password_file")
    return OAuthApi(client, config.text("client_id"), secrets[0], config.text("user"), secrets[1])


def _under(config: DeskConfig, script: str) -> str:
    return f"{config.text('url').rstrip('/')}/{script}"


def _by_person(session: GlpiSession, note: GlpiNote) -> bool:
    """Whether one of those who asked wrote it; a person without account (0) is one."""
    return note.author == 0 or note.author in session.requesters(note.ticket)

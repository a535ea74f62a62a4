"""Zammad: a webhook of a trigger in, an internal note out.

Written from the public documentation of Zammad 6.4 and 6.5 (admin-docs.zammad.org: "Webhook", "Trigger") and, for what
it leaves out, from what the published source shows. Rests on:

- ``X-Hub-Signature: sha1=`` HMAC-SHA1 of the body. The id in ``X-Zammad-Delivery`` is not signed and no time is given:
  a call replayed under another id announces the same article, which is the same reference, hence no second draft.
- An account without the agent role writes *public* articles whatever it asks for: it is refused before it writes.
- A tag added twice stays one. Tags come first, the note last: the note is what ``delivered`` looks for.
- ``preferences`` of an article by e-mail tell what its header said: ``is-auto-response`` (RFC 3834, lists, bounces),
  which is never answered, and ``send-auto-response``, without which nothing goes out unseen. Zammad keeps no result of
  SPF, DKIM or DMARC: that a From is genuine is for the mail server before it to see to.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.helpdesk import authenticity
from bot.helpdesk.config import DeskConfig
from bot.helpdesk.errors import DeskTemporary, HelpdeskError, WebhookRefused
from bot.helpdesk.fields import identifier
from bot.helpdesk.http import HttpClient
from bot.helpdesk.model import Audience, Check, Delivery, Format, Incoming, Intake, Ticket, TicketRef
from bot.helpdesk.plain import plain_text
from bot.helpdesk.render import render
from bot.helpdesk.secret import Secret
from bot.helpdesk.zammad_api import ZammadApi, is_agent
from bot.helpdesk.zammad_articles import answered, from_person, note, sender_of
from bot.model import Status

KIND = "zammad"
_CLOSED = ("closed", "merged", "removed")
TEMPLATE = """\
[desks.{name}]
kind = "zammad"
# Adresse de Zammad ; pour un serveur de votre réseau : internal = true (et ca_file pour une autorité interne).
url = "https://zammad.exemple.fr"
# internal = true
# ca_file = "autorite.pem"
# Jeton d’accès d’un compte du rôle Agent (permission ticket.agent seule), dans un fichier que seul ce compte lit.
token_file = "{name}.jeton"
# Signature du webhook : le « jeton de signature HMAC SHA1 » saisi dans Zammad. Pendant un renouvellement, l’ancien va
# dans previous_secret_file.
secret_file = "{name}.secret"
# previous_secret_file = "{name}.ancien-secret"
# En plus (ou, à défaut de signature, à la place) : authentification de base, « nom:motdepasse ».
# basic_file = "{name}.base"
# Étiquettes posées, à créer d’abord dans Zammad ; vides : aucune.
tag_answered = "cybervigie-reponse"
tag_no_answer = "cybervigie-sans-reponse"
tag_emergency = "cybervigie-urgence"
# États (noms internes) des tickets auxquels rien n’est proposé.
closed_states = ["closed", "merged", "removed"]
# Quels tickets : groupes (vide : tous), étiquette de consentement (vide : tous).
categories = []
consent_tag = ""
# Rien n’est envoyé à la personne, sauf pour les groupes nommés ici.
auto_reply_categories = []
"""


def desk(config: DeskConfig) -> "ZammadDesk":
    """The desk of a settings table. Raises HelpdeskMisset."""
    token = config.secret("token_file")
    secrets = authenticity.webhook_secrets(config)
    basic = config.optional_secret("basic_file")
    if not secrets and basic is None:
        raise config.misset("secret_file", "absent ; un webhook sans signature ni mot de passe n’est pas admis")
    without = config.text("tag_no_answer", "cybervigie-sans-reponse")
    tags = {
        Status.ANSWERED: config.text("tag_answered", "cybervigie-reponse"),
        Status.NO_ANSWER: without,
        Status.CLARIFY: without,
        Status.EMERGENCY: config.text("tag_emergency", "cybervigie-urgence"),
    }
    closed = frozenset(state.casefold() for state in config.texts("closed_states") or _CLOSED)
    headers = {"Authorization": Secret(f"Token token={token.reveal()}")}
    client = HttpClient(config.text("url"), config.reach(), headers=headers)
    config.finish()
    wants_tags = bool(config.rules.consent_tag or config.rules.evaluation_tag)
    kind = SignedZammadDesk if secrets else ZammadDesk
    return kind(config.name, ZammadApi(client), secrets, basic, tags, closed, wants_tags=wants_tags)


class ZammadDesk:
    """Tickets of a Zammad server. ``category`` is the group of the ticket."""

    def __init__(
        self,
        name: str,
        api: ZammadApi,
        secrets: tuple[Secret, ...],
        basic: Secret | None,
        tags: Mapping[Status, str],
        closed: frozenset[str],
        *,
        wants_tags: bool,
    ) -> None:
        self._name = name
        self._api = api
        self._secrets = secrets
        self._basic = basic
        self._tags = tags
        self._closed = closed
        self._wants_tags = wants_tags

    @property
    def format(self) -> Format:
        """HTML, which Zammad cleans again."""
        return Format.HTML

    def receive(self, incoming: Incoming) -> tuple[Intake, ...]:
        """The article of a call of a trigger, unless an agent or the system wrote it. Raises WebhookRefused."""
        delivery = authenticity.header(incoming, "x-zammad-delivery")
        if self._basic is not None:
            authenticity.check_basic(incoming, self._basic)
        if self._secrets:
            kind, _, given = authenticity.header(incoming, "x-hub-signature").partition("=")
            if kind != "sha1":
                raise WebhookRefused("signature d’une autre sorte que sha1", code="header")
            authenticity.check_signature(given, self._secrets, incoming.body, "sha1")
        call = authenticity.body_object(incoming)
        article, ticket = call.inside("article"), call.inside("ticket")
        number = ticket.id("id") or article.id("ticket_id")
        if not article.id("id") or not number:
            raise WebhookRefused("ni ticket ni article dans l’appel : vérifiez le contenu du webhook", code="body")
        if not from_person(article):
            return ()
        return (Intake(TicketRef(self._name, str(number), str(article.id("id"))), delivery),)

    def read(self, ref: TicketRef) -> Ticket | None:
        """The article as text; None where it is gone, not the person's, moved by a merge, or answered by an agent."""
        article = self._api.article(ref.article)
        if article is None or article.text("ticket_id") != ref.ticket or not from_person(article):
            return None
        ticket = self._api.ticket(ref.ticket)
        if ticket is None or ticket.text("state").casefold() in self._closed or answered(ticket, article):
            return None
        body = article.text("body")
        return Ticket(
            ref,
            text=plain_text(body) if article.text("content_type").startswith("text/html") else body,
            subject=ticket.text("title"),
            category=ticket.text("group"),
            tags=self._api.tags(ref.ticket) if self._wants_tags else frozenset(),
        )

    def delivered(self, ref: TicketRef, key: str) -> bool:
        """Whether an article of this account, later than the one answered, holds the key."""
        ticket = self._api.ticket(ref.ticket)
        if ticket is None:
            return False
        numbers = ticket.ids("article_ids")
        if not numbers:
            # Saying no here would write a second draft.
            raise DeskTemporary("Zammad n’a pas donné la liste des articles du ticket", code="body")
        me = self._api.agent()
        later = sorted((number for number in numbers if number > identifier(ref.article)), reverse=True)
        articles = (self._api.article(number) for number in later)
        return any(one is not None and one.id("created_by_id") == me and key in one.text("body") for one in articles)

    def deliver(self, delivery: Delivery) -> None:
        """Tag the ticket, then write the note, or the reply where the operator lets it go to the person."""
        self._api.agent()
        written = note(delivery) if delivery.audience is Audience.AGENT else self._reply(delivery)
        if tag := self._tags[delivery.draft.status]:
            self._api.add_tag(delivery.ref.ticket, tag)
        self._api.add_article(written)

    def check(self) -> Iterator[Check]:
        """The token, the role, the tags."""
        try:
            me = self._api.profile()
        except HelpdeskError as error:
            yield Check("Jeton d’accès", False, error.message, advice="vérifiez url et token_file")
            return
        yield Check("Jeton d’accès", True, f"compte n° {me.text('id')} de {self._api.origin}")
        agent = is_agent(me)
        advice = "donnez à ce compte le rôle Agent, sans quoi ses notes seraient visibles de la personne"
        yield Check("Rôle d’agent", agent, ", ".join(me.texts("roles")), advice="" if agent else advice)
        for tag in sorted({tag for tag in self._tags.values() if tag}):
            yield self._check_tag(tag)

    def _check_tag(self, tag: str) -> Check:
        step = f"Étiquette « {tag} »"
        try:
            known = self._api.knows_tag(tag)
        except HelpdeskError as error:
            return Check(step, False, error.message, advice="vérifiez les permissions du jeton (ticket.agent)")
        if known:
            return Check(step, True)
        return Check(step, False, "inconnue de Zammad", advice="créez-la (Administration, Étiquettes)")

    def _reply(self, delivery: Delivery) -> dict[str, Any]:
        """A public article, by e-mail where the person wrote by e-mail; a note where no reply may go out unseen."""
        asked = self._api.article(delivery.ref.article)
        address = sender_of(asked) if asked is not None else ""
        if asked is None or (asked.text("type") == "email" and not address):
            # Rendered anew: the body that came is for the person.
            return note(delivery, render(delivery.draft, delivery.key, delivery.format, Audience.AGENT))
        article = {**note(delivery), "internal": False}
        if asked.text("type") != "email":
            return article
        thread = {"subject": asked.text("subject"), "in_reply_to": asked.text("message_id")}
        return {**article, "type": "email", "to": address, **{name: value for name, value in thread.items() if value}}


class SignedZammadDesk(ZammadDesk):
    """The same where calls are signed: one can be imitated."""

    def probe(self) -> Incoming:
        """A signed call about an article of the system."""
        body = b'{"ticket": {"id": 1}, "article": {"id": 1, "sender": "System"}}'
        headers = {
            "content-type": "application/json; charset=utf-8",
            "x-zammad-delivery": "essai",
            "x-hub-signature": "sha1=" + authenticity.signature(self._secrets[0], body, "sha1"),
        }
        if self._basic is not None:
            headers["authorization"] = authenticity.basic(self._basic)
        return Incoming(headers, body)

"""The generic desk: any tool that can send and receive signed webhooks (``signature``).

In: ``{"type": "message.created", "data": {"ticket": "12", "message": "345", "text": "…", "subject": "…", "category":
"…", "tags": ["…"], "language": "fr"}}``; the last four may be absent, other fields and other types are passed over.
Out: ``draft.created``, whose ``webhook-id`` is the key of the draft, the same at every attempt: the receiver takes each
id once, as Standard Webhooks asks of every receiver. The tool cannot be asked again, so the ticket comes with the call.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.helpdesk.config import DeskConfig
from bot.helpdesk.errors import DeskRefused, HelpdeskError, WebhookRefused
from bot.helpdesk.http import HttpClient
from bot.helpdesk.model import Audience, Check, Delivery, Format, Incoming, Intake, Ticket, TicketRef
from bot.helpdesk.signature import SigningKeys

KIND = "generic"
TEXT_MAX = 50_000
"""Characters of a message that are taken: more than ``reading`` reads, so that the draft says what was left out."""
_ID_MAX = 200
_WORD_MAX = 200
_TAGS_MAX = 50
TEMPLATE = """\
[desks.{name}]
kind = "generic"
# Où envoyer les brouillons. Adresse publique en https ; pour un outil de votre réseau : internal = true.
url = "https://aide.exemple.fr/cybervigie/brouillons"
# internal = true               # http:// est alors admis vers cette machine même ; ailleurs, il y faut cleartext
# ca_file = "autorite.pem"
# Secret commun (whsec_...), dans un fichier à part que seul ce compte lit (chmod 600). Pendant un renouvellement,
# l’ancien secret va dans previous_secret_file : les deux sont acceptés.
secret_file = "{name}.secret"
# previous_secret_file = "{name}.ancien-secret"
# Format des brouillons : "html", "markdown" ou "text".
format = "html"
# Quels tickets : catégories (vide : toutes), étiquette de consentement (vide : tous).
categories = []
consent_tag = ""
# Rien n’est envoyé à la personne, sauf pour les catégories nommées ici.
auto_reply_categories = []
"""


def desk(config: DeskConfig) -> "GenericDesk":
    """The desk of a settings table. Raises HelpdeskMisset."""
    secrets = [config.secret("secret_file")]
    previous = config.optional_secret("previous_secret_file")
    keys = SigningKeys([*secrets, previous] if previous else secrets)
    wanted = config.text("format", Format.HTML.value)
    if wanted not in set(Format):
        raise config.misset("format", "« html », « markdown » ou « text »")
    client = HttpClient(config.text("url"), config.reach())
    config.finish()
    return GenericDesk(config.name, keys, client, Format(wanted))


class GenericDesk:
    """Signed webhooks in and out. ``clock``: Unix seconds."""

    def __init__(
        self, name: str, keys: SigningKeys, client: HttpClient, form: Format, clock: Callable[[], float] = time.time
    ) -> None:
        self._name = name
        self._keys = keys
        self._client = client
        self._format = form
        self._clock = clock

    @property
    def format(self) -> Format:
        """As the settings say."""
        return self._format

    def receive(self, incoming: Incoming) -> tuple[Intake, ...]:
        """The message that an authentic call brings. Raises WebhookRefused."""
        delivery = self._keys.verify(incoming, self._clock())
        call = _object(incoming.body)
        if call.get("type") != "message.created":
            return ()
        data = call.get("data")
        if not isinstance(data, dict):
            raise _unreadable("data")
        ref = TicketRef(self._name, _identifier(data, "ticket"), _identifier(data, "message"))
        tags = data.get("tags") or []
        if not isinstance(tags, list):
            raise _unreadable("tags")
        # Empty is a message without words (a lone attachment); absent is a mistake of who wrote the caller.
        if not isinstance(data.get("text"), str):
            raise _unreadable("text")
        ticket = Ticket(
            ref,
            text=_text(data, "text", TEXT_MAX),
            subject=_text(data, "subject", _WORD_MAX),
            category=_text(data, "category", _WORD_MAX),
            tags=frozenset(tag[:_WORD_MAX] for tag in tags[:_TAGS_MAX] if isinstance(tag, str)),
            language=_text(data, "language", 16),
        )
        return (Intake(ref, delivery, ticket),)

    def precheck(self, headers: Mapping[str, str]) -> None:
        """Refuse a call that is not signed at all, or not now. Raises WebhookRefused."""
        self._keys.precheck(headers, self._clock())

    def probe(self) -> Incoming:
        """A signed call of type ``ping``, as the tool would make it."""
        now = self._clock()
        body = b'{"type": "ping"}'
        headers = {"content-type": "application/json", **self._keys.headers(f"probe-{int(now * 1e6)}", body, now)}
        return Incoming(headers, body)

    def read(self, ref: TicketRef) -> Ticket | None:
        """Never: what came with the call was erased."""
        raise DeskRefused("ce ticket n’est plus conservé : renvoyez-le depuis l’outil", code="gone")

    def delivered(self, ref: TicketRef, key: str) -> bool:
        """Not to be known: the receiver takes each ``webhook-id`` once."""
        return False

    def deliver(self, delivery: Delivery) -> None:
        """Send the draft."""
        self._send("draft.created", _data(delivery), delivery.key)

    def check(self) -> Iterator[Check]:
        """A call of type ``ping``, which the tool must take."""
        try:
            self._send("ping", {}, f"ping-{int(self._clock())}")
        except HelpdeskError as error:
            advice = "vérifiez url, et que l’outil accepte l’événement « ping » avec ce secret"
            yield Check("Appel de l’outil", False, error.message, advice=advice)
            return
        yield Check("Appel de l’outil", True, f"« ping » accepté par {self._client.origin}")

    def _send(self, kind: str, data: Mapping[str, Any], identifier: str) -> None:
        now = self._clock()
        moment = datetime.fromtimestamp(int(now), UTC).isoformat()
        body = json.dumps({"type": kind, "timestamp": moment, "data": data}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", **self._keys.headers(identifier, body, now)}
        self._client.request("POST", "", content=body, headers=headers).accepted()


def _data(delivery: Delivery) -> dict[str, Any]:
    draft = delivery.draft
    return {
        "ticket": delivery.ref.ticket,
        "message": delivery.ref.article,
        "reference": delivery.key,
        "audience": delivery.audience.value,
        "status": draft.status.value,
        "reason": draft.reason.value if draft.reason else None,
        "confidence": draft.confidence.value,
        "format": delivery.format.value,
        "body": delivery.body,
        "not_covered": list(draft.not_covered),
        "advice": list(draft.advice),
        "replies": [
            {
                "answer_id": reply.answer_id,
                # Words of the message are for agents: see ``render``.
                "question": reply.question if delivery.audience is Audience.AGENT else "",
                "status": reply.status.value,
                "reason": reply.reason.value if reply.reason else None,
                "confidence": reply.confidence.value,
                "quotes": [
                    {"marker": quote.marker, "text": quote.text, "reference": quote.reference, "url": quote.url}
                    for quote in reply.quotes
                ],
            }
            for reply in draft.replies
        ],
    }


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise WebhookRefused("le corps de l’appel n’est pas un objet JSON", code="body")
    return found


def _identifier(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not 1 <= len(text) <= _ID_MAX or not text.isprintable():
        raise _unreadable(name)
    return text


def _text(data: Mapping[str, Any], name: str, longest: int) -> str:
    value = data.get(name) or ""
    if not isinstance(value, str):
        raise _unreadable(name)
    # JSON may hold half of a surrogate pair, which is no text.
    return value[:longest].encode("utf-8", "ignore").decode("utf-8")


def _unreadable(name: str) -> WebhookRefused:
    return WebhookRefused(f"champ « {name} » absent ou mal formé dans l’appel", code="body")

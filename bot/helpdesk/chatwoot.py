"""Chatwoot: an agent bot. A private note for the agents, then the conversation is theirs.

Written from developers.chatwoot.com ("Agent bots", "Application APIs") and the published source of 4.13 to 4.18:

- The webhook must be answered within five seconds, or the conversation is opened to the agents: ``receive`` only checks
  and names the message. Calls are signed since 4.13: ``X-Chatwoot-Signature: sha256=`` HMAC-SHA256, in hexadecimal, of
  ``X-Chatwoot-Timestamp``, a full stop and the body, with the secret of the bot; ``X-Chatwoot-Delivery`` names a call.
- Chatwoot goes on calling the bot after the hand-over: the bot looks at the status itself, and leaves alone whatever is
  not ``pending``, when it reads and again when it writes.
- Agents do not see what is pending: a note alone would be read by nobody. Every note therefore goes with a hand-over;
  so do a refusal and an emergency (after its sheet, and as urgent), and a person who asks for a human gets one at once.
- People write in several messages: the latest speaks for those before it that had no answer.
"""

import time
from collections.abc import Callable, Iterator

from bot.helpdesk import authenticity
from bot.helpdesk.chatwoot_api import PENDING, Author, ChatwootApi, Message
from bot.helpdesk.chatwoot_words import asks_for_human, only_greets
from bot.helpdesk.config import DeskConfig, Rules
from bot.helpdesk.errors import DeskRefused, HelpdeskError, WebhookRefused
from bot.helpdesk.http import HttpClient
from bot.helpdesk.model import Audience, Check, Delivery, Format, Incoming, Intake, Ticket, TicketRef
from bot.helpdesk.rules import left_alone
from bot.helpdesk.secret import Secret
from bot.model import Status

KIND = "chatwoot"
HANDED_OVER = "Je transmets votre demande à un conseiller, qui vous répondra ici."
"""Ends a public message that is followed by a hand-over; by it, a hand-over that a crash prevented is known."""
_STAYS = frozenset({Status.ANSWERED, Status.CLARIFY})
"""Public messages after which the bot keeps the conversation."""
TEMPLATE = """\
[desks.{name}]
kind = "chatwoot"
# Adresse de Chatwoot ; pour un serveur de votre réseau : internal = true (et ca_file).
url = "https://chat.exemple.fr"
# internal = true
# ca_file = "autorite.pem"
# Numéro du compte : celui des adresses /app/accounts/NUMERO.
account = 1
# Jeton du robot (Agent Bot), qui écrit ; jeton d’un agent ajouté aux boîtes concernées, qui lit.
token_file = "{name}.jeton-robot"
agent_token_file = "{name}.jeton-agent"
# Secret de signature du robot (Chatwoot 4.13 et suivants). Avant cette version : unsigned = true.
secret_file = "{name}.secret"
# previous_secret_file = "{name}.ancien-secret"
# unsigned = false
# Quelles conversations : noms de boîtes (vide : toutes), étiquette de consentement (vide : toutes).
categories = []
consent_tag = ""
# Rien n’est écrit à la personne, sauf dans les boîtes nommées ici.
auto_reply_categories = []
"""


def desk(config: DeskConfig) -> "ChatwootDesk":
    """The desk of a settings table. Raises HelpdeskMisset."""
    account = config.number("account", 0)
    if not account:
        raise config.misset("account", "absent ; donnez le numéro du compte")
    secrets = authenticity.webhook_secrets(config)
    unsigned = config.flag("unsigned")
    if bool(secrets) == unsigned:
        raise config.misset("secret_file", "donnez le secret du robot, ou unsigned = true avant Chatwoot 4.13")
    client = HttpClient(config.text("url"), config.reach())
    api = ChatwootApi(client, account, config.secret("token_file"), config.secret("agent_token_file"))
    config.finish()
    made = SignedChatwootDesk if secrets else ChatwootDesk
    return made(config.name, api, account, secrets, config.rules)


class ChatwootDesk:
    """Conversations of an account. ``category`` is the name of the inbox, tags are labels. ``clock``: Unix seconds."""

    def __init__(
        self,
        name: str,
        api: ChatwootApi,
        account: int,
        secrets: tuple[Secret, ...],
        rules: Rules,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._name = name
        self._api = api
        self._account = account
        self._secrets = secrets
        self._rules = rules
        self._wants_inbox = bool(rules.categories or rules.auto_reply_categories)
        self._clock = clock

    @property
    def format(self) -> Format:
        """Markdown, which Chatwoot shows to agents and people alike."""
        return Format.MARKDOWN

    def receive(self, incoming: Incoming) -> tuple[Intake, ...]:
        """The person's message of a pending conversation. Raises WebhookRefused."""
        if self._secrets:
            kind, _, given = authenticity.header(incoming, "x-chatwoot-signature").partition("=")
            moment = authenticity.header(incoming, "x-chatwoot-timestamp")
            authenticity.check_time(moment, self._clock())
            if kind != "sha256":
                raise WebhookRefused("signature d’une autre sorte que sha256", code="header")
            authenticity.check_signature(given, self._secrets, f"{moment}.".encode() + incoming.body, "sha256")
        call = authenticity.body_object(incoming)
        if call.text("event") != "message_created" or call.text("message_type") not in ("incoming", "0"):
            return ()
        conversation = call.inside("conversation")
        if call.flag("private") or call.inside("account").id("id") != self._account:
            return ()
        if not call.id("id") or not conversation.id("id"):
            raise WebhookRefused("ni message ni conversation dans l’appel", code="body")
        if conversation.text("status") != PENDING:
            return ()
        ref = TicketRef(self._name, conversation.text("id"), call.text("id"))
        return (Intake(ref, incoming.headers.get("x-chatwoot-delivery", "")[:200]),)

    def read(self, ref: TicketRef) -> Ticket | None:
        """What the person has written since the last answer; None where the bot has nothing to say (any more)."""
        conversation = self._api.conversation(ref.ticket)
        if conversation is None or conversation.status != PENDING:
            return None
        if any(_speaks(message) for message in self._api.messages_after(ref.ticket, ref.article)):
            return None
        text = _latest(self._api.messages_until(ref.ticket, ref.article), int(ref.article))
        if text is None or only_greets(text):
            return None
        inbox = self._api.inbox_name(conversation.inbox) if self._wants_inbox else ""
        ticket = Ticket(ref, text=text, category=inbox, tags=conversation.labels)
        if not text or asks_for_human(text) or left_alone(ticket, self._rules):
            # A picture without words, or nothing of ours: left pending, the person would wait for nobody.
            self._api.hand_over(ref.ticket)
            return None
        return ticket

    def delivered(self, ref: TicketRef, key: str) -> bool:
        """Whether a message of the bot holds the key, and nothing is left to be done after it."""
        found = self._written(ref, key)
        if found is None:
            return False
        conversation = self._api.conversation(ref.ticket)
        if conversation is None or conversation.status != PENDING:
            return True
        return not found.private and HANDED_OVER not in found.text

    def deliver(self, delivery: Delivery) -> None:
        """Write a private note and hand over, or answer the person where the operator lets it; nothing where a human
        has taken over meanwhile. What a crash left half done is completed."""
        ref, status = delivery.ref, delivery.draft.status
        conversation = self._api.conversation(ref.ticket)
        if conversation is None:
            raise DeskRefused("la conversation n’existe plus", code="gone")
        if conversation.status != PENDING:
            return
        private = delivery.audience is Audience.AGENT
        leaves = private or status not in _STAYS
        if self._written(ref, delivery.key) is None:
            text = f"{delivery.body}\n\n{HANDED_OVER}" if leaves and not private else delivery.body
            self._api.write(ref.ticket, text, private=private)
        if leaves:
            self._api.hand_over(ref.ticket, urgent=status is Status.EMERGENCY)

    def check(self) -> Iterator[Check]:
        """The agent's token, what it sees, the bot's token."""
        steps: tuple[tuple[str, Callable[[], str], str], ...] = (
            ("Jeton de lecture", lambda: f"agent n° {self._api.agent()}", "vérifiez url et agent_token_file"),
            ("Compte", lambda: f"{self._api.inboxes()} boîte(s) visibles", "vérifiez account et les boîtes de l’agent"),
            ("Jeton du robot", self._api.bot, "vérifiez token_file et le compte du robot"),
        )
        for step, ask, advice in steps:
            try:
                detail = ask()
            except HelpdeskError as error:
                yield Check(step, False, error.message, advice=advice)
                return
            yield Check(step, True, detail)

    def _written(self, ref: TicketRef, key: str) -> Message | None:
        later = self._api.messages_after(ref.ticket, ref.article)
        return next((one for one in later if one.author is Author.BOT and key in one.text), None)


class SignedChatwootDesk(ChatwootDesk):
    """The same where calls are signed: one can be imitated."""

    def probe(self) -> Incoming:
        """A signed call about an event that is none."""
        body, moment = b'{"event": "essai"}', str(int(self._clock()))
        mac = authenticity.signature(self._secrets[0], f"{moment}.".encode() + body, "sha256")
        kind = {"content-type": "application/json"}
        return Incoming({**kind, "x-chatwoot-timestamp": moment, "x-chatwoot-signature": f"sha256={mac}"}, body)


def _speaks(message: Message) -> bool:
    """Whether a later message makes this one none of ours: the person went on, or a human answered."""
    return message.author is Author.PERSON or (message.author is Author.AGENT and not message.private)


def _latest(messages: list[Message], number: int) -> str | None:
    """The person's messages up to one, since the last that somebody answered; None where that one is not theirs."""
    if not messages or messages[-1].number != number or messages[-1].author is not Author.PERSON:
        return None
    found: list[str] = []
    for message in reversed(messages):
        if message.author is Author.PERSON:
            found.append(message.text.strip())
        elif message.author is Author.BOT or (message.author is Author.AGENT and not message.private):
            break
    return "\n".join(text for text in reversed(found) if text)

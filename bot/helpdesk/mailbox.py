"""A mailbox as a desk: people's messages in over IMAP, drafts out to the agents, for teams without a tool.

What is read: the header fields of ``mailbox_fields.NAMES`` and the text that a person wrote. Attachments stay on the
server, and no message is marked as read. What is written: a draft in the folder of drafts, in the conversation, which
an agent corrects and sends; or a message to the agents; and to the person only where the operator said so.
"""

from collections.abc import Iterator

import structlog

from bot.helpdesk.config import DeskConfig
from bot.helpdesk.errors import DeskRefused, HelpdeskError
from bot.helpdesk.mailbox_check import steps
from bot.helpdesk.mailbox_imap import ImapSession
from bot.helpdesk.mailbox_inbox import Inbox
from bot.helpdesk.mailbox_options import MailboxOptions, mailbox_options
from bot.helpdesk.mailbox_outgoing import Outgoing
from bot.helpdesk.mailbox_smtp import Submission
from bot.helpdesk.model import Batch, Check, Delivery, Format, Ticket, TicketRef

log = structlog.get_logger("cybervigie.mailbox")
KIND = "mailbox"
TEMPLATE = """\
[desks.{name}]
kind = "mailbox"
# L’adresse à laquelle les professionnels écrivent, et le serveur IMAP de sa boîte.
address = "assistance@exemple.fr"
imap_host = "imap.exemple.fr"
# imap_security = "tls"        # "tls" (port 993) ou "starttls" (port 143) ; rien ne circule en clair
# imap_port = 993
# user = "assistance@exemple.fr"   # par défaut : address
# Le mot de passe, dans un fichier à part que seul ce compte lit (chmod 600) ; ou, pour OAuth2 (XOAUTH2), un jeton
# d’accès que votre programme renouvelle : token_file. Le fichier est relu à chaque connexion.
password_file = "{name}.secret"
# ca_file = "autorite.pem"     # si le certificat vient d’une autorité de votre structure
# Le dossier lu. Il n’est jamais modifié, sauf si vous donnez un mot-clé IMAP à poser sur les messages traités.
folder = "INBOX"
# poll_seconds = 60            # intervalle entre deux lectures
# keyword = "$CyberVigie"
# Où déposer le brouillon : dans le dossier des brouillons (réponse prête à corriger et à envoyer)...
drafts = true
# drafts_folder = "Brouillons"
# ... et, ou, par courriel aux agents. Il faut alors un serveur d’envoi, et un dossier des messages envoyés.
# agents_address = "agents@exemple.fr"
# smtp_host = "smtp.exemple.fr"
# smtp_security = "tls"        # "tls" (port 465) ou "starttls" (port 587)
# smtp_user = "assistance@exemple.fr"
# smtp_password_file = "{name}-smtp.secret"
# sent_folder = "Envoyés"
# Messages à laisser de côté (adresses, ou "@domaine" entier : celui de vos agents), et listes de diffusion par
# lesquelles des personnes écrivent (en-tête List-Id).
ignore_from = []
lists = []
# Quels messages : la catégorie est le nom du dossier lu, les étiquettes sont les mots-clés IMAP.
categories = []
consent_tag = ""
# Rien n’est envoyé à la personne, sauf pour les dossiers nommés ici.
auto_reply_categories = []
# Obligatoire avec auto_reply_categories : le nom sous lequel votre serveur de courriel dit, dans l’en-tête
# « Authentication-Results », si l’expéditeur est authentique (DMARC).
# authserv_id = "mx.exemple.fr"
"""


def desk(config: DeskConfig) -> "MailboxDesk":
    """The desk of a settings table. Raises HelpdeskMisset."""
    return MailboxDesk(mailbox_options(config))


class MailboxDesk:
    """One folder of one mailbox. Contacts nothing before it is asked something."""

    def __init__(self, options: MailboxOptions) -> None:
        self._options = options
        self._session = ImapSession(options.imap, options.account)
        self._submission = Submission(options.smtp, options.smtp_account) if options.smtp else None
        self._inbox = Inbox(options, self._session)
        self._outgoing = Outgoing(options, self._session, self._submission)

    @property
    def format(self) -> Format:
        """HTML; the letter carries plain text beside it."""
        return Format.HTML

    def close(self) -> None:
        """Leave the IMAP server."""
        self._session.close()

    def poll(self, cursor: str) -> Batch:
        """Messages since ``cursor``. Raises HelpdeskError."""
        return self._inbox.poll(cursor)

    def read(self, ref: TicketRef) -> Ticket | None:
        """The message; None where it was moved away, deleted or answered. Raises HelpdeskError."""
        return self._inbox.read(ref)

    def delivered(self, ref: TicketRef, key: str) -> bool:
        """Whether the draft has gone wherever it is to go. Raises HelpdeskError."""
        return self._outgoing.delivered(key)

    def deliver(self, delivery: Delivery) -> None:
        """Write the draft. Raises HelpdeskError."""
        answered = self._inbox.answerable(delivery.ref)
        if answered is None:
            raise DeskRefused("le message n’est plus dans le dossier : un agent s’en est occupé", code="gone")
        self._outgoing.deliver(delivery, answered)
        if self._options.keyword:
            try:
                self._inbox.mark(delivery.ref, self._options.keyword)
            except HelpdeskError as error:
                # The draft is there: a mark that is missing is no reason to begin again.
                log.warning("mailbox_unmarked", code=error.code)

    def check(self) -> Iterator[Check]:
        """Connection, account, folders, and whether the submission server takes what would be sent."""
        return steps(self._options, self._session, self._outgoing, self._submission)

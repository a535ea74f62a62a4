"""Options of a mailbox desk, as its table of the settings file gives them."""

import re
import ssl
from dataclasses import dataclass
from pathlib import Path

from bot.helpdesk.config import DeskConfig
from bot.helpdesk.errors import DeskAuth, HelpdeskMisset
from bot.helpdesk.reach import Reach, tls
from bot.helpdesk.secret import Secret, read_secret

ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+"
)
"""An address that goes into a header as it stands: dot-atom and domain of RFC 5322, section 3.4.1, in ASCII."""
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")
# What RFC 9051 (section 9) lets a keyword be made of, less what would need care elsewhere.
_KEYWORD = re.compile(r"\$?[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is only talked to under TLS; ``starttls``: begun in clear, and switched before anything else."""

    host: str
    port: int
    starttls: bool
    tls: ssl.SSLContext


@dataclass(frozen=True, slots=True)
class Account:
    """Who logs in. The file of the secret is read at each login, for another program may renew a token."""

    user: str
    file: Path
    oauth: bool

    def secret(self) -> Secret:
        """The password, or the access token where ``oauth``. Raises DeskAuth where its file cannot be read any more."""
        try:
            return read_secret(self.file)
        except HelpdeskMisset as error:
            raise DeskAuth(error.message, code="secret") from None


@dataclass(frozen=True, slots=True)
class MailboxOptions:
    """Everything about one mailbox.

    ``address``: its own address, from which drafts are written. ``agents``: where drafts are sent, "" for nowhere.
    ``drafts``: whether they are put into the folder of drafts. Folders are named as people see them; "" for the one
    that the server declares (RFC 6154). ``authserv_id``: under which name the mail server tells what it found out about
    senders (RFC 8601), "" for nowhere. ``keyword``: what a message is flagged with once drafted, "" for nothing.
    ``lists``: ids of the mailing lists through which people write. ``ignored``: addresses, or "@domain", whose
    messages are no questions.
    """

    name: str
    address: str
    imap: Server
    account: Account
    folder: str
    drafts: bool
    drafts_folder: str
    sent_folder: str
    agents: str
    smtp: Server | None
    smtp_account: Account
    auto_reply: bool
    authserv_id: str
    keyword: str
    lists: frozenset[str]
    ignored: frozenset[str]

    @property
    def domain(self) -> str:
        """The right-hand side of the ids of what is written here."""
        return self.address.rpartition("@")[2].lower()


def mailbox_options(config: DeskConfig) -> MailboxOptions:
    """The options in a table. Raises HelpdeskMisset."""
    address = _address(config, "address")
    ca_file = config.path("ca_file")
    trust = tls(Reach(ca_file=ca_file))
    account = _account(config, "", Account(address, Path(), oauth=False))
    if account is None:
        raise config.misset("password_file", "absent ; donnez password_file, ou token_file pour OAuth2")
    agents = _address(config, "agents_address", default="")
    drafts = config.flag("drafts", default=True)
    auto_reply = bool(config.rules.auto_reply_categories)
    smtp = _server(config, "smtp", {"tls": 465, "starttls": 587}, trust) if config.text("smtp_host", "") else None
    if not drafts and not agents:
        raise config.misset("drafts", "false sans agents_address : le brouillon n’irait nulle part")
    if (agents or auto_reply) and smtp is None:
        raise config.misset("smtp_host", "absent ; agents_address et auto_reply_categories en ont besoin")
    authserv_id = config.text("authserv_id", "")
    if auto_reply and not authserv_id:
        raise config.misset(
            "authserv_id",
            "absent ; sans lui, une réponse automatique irait à des expéditeurs usurpés : donnez le nom sous lequel "
            "votre serveur écrit « Authentication-Results »",
        )
    keyword = config.text("keyword", "")
    if keyword and not _KEYWORD.fullmatch(keyword):
        raise config.misset("keyword", "un mot-clé IMAP est fait de lettres sans accent, de chiffres, « _ », « - »")
    options = MailboxOptions(
        name=config.name,
        address=address,
        imap=_server(config, "imap", {"tls": 993, "starttls": 143}, trust),
        account=account,
        folder=config.text("folder", "INBOX"),
        drafts=drafts,
        drafts_folder=config.text("drafts_folder", ""),
        sent_folder=config.text("sent_folder", ""),
        agents=agents,
        smtp=smtp,
        smtp_account=_account(config, "smtp_", account) or account,
        auto_reply=auto_reply,
        authserv_id=authserv_id,
        keyword=keyword,
        lists=frozenset(one.casefold() for one in config.texts("lists")),
        ignored=frozenset(one.casefold() for one in config.texts("ignore_from")),
    )
    config.finish()
    return options


def _address(config: DeskConfig, key: str, default: str | None = None) -> str:
    value = config.text(key, default)
    if value and not (len(value) <= 254 and ADDRESS.fullmatch(value)):
        raise config.misset(key, "une adresse est attendue, comme assistance@exemple.fr")
    return value


def _server(config: DeskConfig, prefix: str, ports: dict[str, int], trust: ssl.SSLContext) -> Server:
    host = config.text(f"{prefix}_host")
    if not _HOST.fullmatch(host):
        raise config.misset(f"{prefix}_host", "un nom de serveur est attendu, comme imap.exemple.fr")
    security = config.text(f"{prefix}_security", "tls")
    if security not in ports:
        raise config.misset(f"{prefix}_security", "« tls » ou « starttls » est attendu : rien n’est envoyé en clair")
    port = config.number(f"{prefix}_port", ports[security], least=1, most=65_535)
    return Server(host, port, security == "starttls", trust)


def _account(config: DeskConfig, prefix: str, default: Account) -> Account | None:
    """The account under ``prefix``; None where no file of a secret is named."""
    user = config.text(f"{prefix}user", default.user)
    password, token = f"{prefix}password_file", f"{prefix}token_file"
    files = {key: path for key in (password, token) if (path := config.path(key)) is not None}
    if len(files) > 1:
        raise config.misset(token, f"donnez {password} ou {token}, pas les deux")
    for key, path in files.items():
        config.secret(key)
        return Account(user, path, oauth=key == token)
    return None if user == default.user else Account(user, default.file, default.oauth)

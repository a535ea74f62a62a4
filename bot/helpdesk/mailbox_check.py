"""The steps of ``cybervigie helpdesk test`` for a mailbox. Nothing is written, nothing is sent."""

from collections.abc import Callable, Iterator

from bot.helpdesk.errors import HelpdeskError
from bot.helpdesk.mailbox_imap import ImapSession
from bot.helpdesk.mailbox_options import MailboxOptions
from bot.helpdesk.mailbox_outgoing import Outgoing
from bot.helpdesk.mailbox_smtp import Submission
from bot.helpdesk.model import Check

_RIGHTS = "voyez « Les droits du compte » dans docs/helpdesk-courriel.md"


def steps(
    options: MailboxOptions, session: ImapSession, outgoing: Outgoing, submission: Submission | None
) -> Iterator[Check]:
    """The steps in order; after a connection that fails, those that need it are left out."""
    connection = _step(f"Connexion à {options.imap.host}", lambda: _connection(session))
    yield connection
    if connection.ok:
        yield _step("Dossier lu", lambda: _folder(session, options.folder, "folder", options.keyword))
        if options.drafts:
            yield _step("Dossier des brouillons", lambda: _folder(session, outgoing.drafts_folder(), "drafts_folder"))
        if submission is not None:
            yield _step("Dossier des envois", lambda: _folder(session, outgoing.sent_folder(), "sent_folder"))
    if submission is not None and options.smtp is not None:
        yield _step(f"Envoi par {options.smtp.host}", lambda: _sending(options, submission))


def _connection(session: ImapSession) -> str:
    session.login()
    return "chiffrée, certificat vérifié, compte accepté"


def _folder(session: ImapSession, name: str, setting: str, keyword: str = "") -> str:
    with session.opened(name, setting, write=bool(keyword) or setting != "folder") as (_, state):
        refused = keyword and not state.any_keyword
    return f"«\u00a0{name}\u00a0» ouvert" + (f"\u00a0; le serveur refuse le mot-clé {keyword}" if refused else "")


def _sending(options: MailboxOptions, submission: Submission) -> str:
    recipient = options.agents or options.address
    submission.rehearse(options.address, recipient)
    return f"compte accepté, {options.address} peut écrire à {recipient}\u00a0; rien n’a été envoyé"


def _step(name: str, act: Callable[[], str]) -> Check:
    try:
        return Check(name, True, act())
    except HelpdeskError as error:
        return Check(name, False, error.message, advice=_RIGHTS if error.code in {"folder", "rights"} else "")

"""The folder where people's messages arrive: what is new in it, and one message read again."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.helpdesk.mailbox_fields import Fields
from bot.helpdesk.mailbox_head import Head
from bot.helpdesk.mailbox_imap import Folder, ImapSession
from bot.helpdesk.mailbox_options import MailboxOptions
from bot.helpdesk.mailbox_origin import program
from bot.helpdesk.mailbox_parts import Parts, parts
from bot.helpdesk.model import Batch, Intake, Ticket, TicketRef

BATCH = 100
"""Messages looked at by one poll."""
TEXT_BYTES = 64 * 1024
"""Of a part, as transferred, that are fetched: a question is shorter, a pasted file is not read to its end."""
_AGAIN_DAYS = 2
"""When a server numbers a folder anew, what arrived since so long before the last message is announced again; the
outbox knows what it took. IMAP searches by day, in the server's own time zone."""
_FOUND_DAYS = 30
_FOUND_MOST = 5_000
_OVER = frozenset({"\\deleted", "\\draft", "\\answered"})


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the folder was looked at: its UIDVALIDITY, the last UID, and when that message arrived."""

    validity: int
    uid: int
    day: date

    def __str__(self) -> str:
        return f"{self.validity} {self.uid} {self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class Answerable:
    """The message that a draft answers."""

    uid: int
    fields: Fields
    attachments: int


class Inbox:
    """The folder of a mailbox desk. Nothing in it is changed. Every method raises HelpdeskError."""

    def __init__(self, options: MailboxOptions, session: ImapSession) -> None:
        self._options = options
        self._session = session
        self._uids: dict[str, int] = {}
        self._validity = 0

    def poll(self, cursor: str) -> Batch:
        """What came since ``cursor``; messages of programs, and those that were answered, are passed over."""
        with self._session.opened(self._options.folder, "folder") as (folder, state):
            self._numbered(state.validity)
            before = _cursor(cursor)
            today = datetime.now(UTC).date()
            last = state.next_uid - 1 if state.next_uid else max(folder.since(1), default=0)
            if before is None:
                return Batch((), str(Cursor(state.validity, last, today)))
            if before.validity == state.validity:
                uids = folder.since(before.uid + 1)
                last = before.uid
            else:
                uids = folder.received_since(before.day - timedelta(days=_AGAIN_DAYS))
            heads = folder.heads(uids[:BATCH])
            self._remember(heads)
        intakes = tuple(self._intake(head) for head in heads if self._is_question(head))
        day = max((head.received.date() for head in heads if head.received), default=before.day)
        after = Cursor(state.validity, uids[:BATCH][-1] if uids else last, min(day, today))
        return Batch(intakes, str(after), more=len(uids) > BATCH)

    def read(self, ref: TicketRef) -> Ticket | None:
        """The message; None where it was moved, deleted or answered, or is not a person's."""
        with self._session.opened(self._options.folder, "folder") as (folder, state):
            head = self._find(folder, state.validity, ref)
            if head is None or not self._is_question(head):
                return None
            structure = folder.structure(head.uid)
            if structure is None:
                return None
            found = parts(structure)
            text = self._text(folder, head.uid, found)
        if not text and (found.encrypted or not head.fields.subject):
            return None
        tags = frozenset(flag for flag in head.flags if not flag.startswith("\\"))
        return Ticket(ref, text, subject=head.fields.subject, category=self._options.folder, tags=tags)

    def answerable(self, ref: TicketRef) -> Answerable | None:
        """What a reply needs of the message; None where it is gone."""
        with self._session.opened(self._options.folder, "folder") as (folder, state):
            head = self._find(folder, state.validity, ref)
            structure = folder.structure(head.uid) if head else None
        if head is None or structure is None:
            return None
        return Answerable(head.uid, head.fields, parts(structure).attachments)

    def mark(self, ref: TicketRef, keyword: str) -> None:
        """Set a keyword on the message, where the server lets keywords be made."""
        with self._session.opened(self._options.folder, "folder", write=True) as (folder, state):
            head = self._find(folder, state.validity, ref)
            if head is not None and state.any_keyword:
                folder.flag(head.uid, add=[keyword.encode("ascii")])

    def _intake(self, head: Head) -> Intake:
        return Intake(TicketRef(self._options.name, head.fields.thread, head.fields.article))

    def _is_question(self, head: Head) -> bool:
        return not head.flags & _OVER and not program(head.fields, self._options)

    def _find(self, folder: Folder, validity: int, ref: TicketRef) -> Head | None:
        """The message of a reference: where it was last seen, else by looking through what arrived lately."""
        self._numbered(validity)
        uid = self._uids.get(ref.article)
        if uid is not None:
            for head in folder.heads([uid]):
                if head.fields.article == ref.article:
                    return head
            # Moved away, and perhaps back: it then has a higher UID.
            uids = folder.since(uid + 1)
        else:
            uids = folder.received_since(datetime.now(UTC).date() - timedelta(days=_FOUND_DAYS))
        uids = uids[-_FOUND_MOST:]
        for start in range(0, len(uids), BATCH):
            heads = folder.heads(uids[start : start + BATCH])
            self._remember(heads)
            for head in heads:
                if head.fields.article == ref.article:
                    return head
        return None

    def _text(self, folder: Folder, uid: int, found: Parts) -> str:
        read = []
        for forms in found.texts:
            for part in forms:
                text = part.text(folder.section(uid, part.section, TEXT_BYTES)).strip()
                if text:
                    read.append(text)
                    break
        return "\n\n".join(read)

    def _numbered(self, validity: int) -> None:
        if validity != self._validity:
            self._uids.clear()
            self._validity = validity

    def _remember(self, heads: list[Head]) -> None:
        if len(self._uids) > 2 * _FOUND_MOST:
            self._uids.clear()
        for head in heads:
            # The latest, where a message is there twice: one that was moved out and back has a higher UID.
            self._uids[head.fields.article] = max(head.uid, self._uids.get(head.fields.article, 0))


def _cursor(text: str) -> Cursor | None:
    try:
        validity, uid, day = text.split(" ")
        return Cursor(int(validity), int(uid), date.fromisoformat(day))
    except ValueError:
        return None

"""Errors of ingestion.

    IngestError
    ├── ParseError         a file that cannot be read as what it claims to be
    │   ├── LimitError     a file beyond the limits (size, pages, time, memory)
    │   └── ReaderLostError     the parser's process died or was killed: of the file, or of something else
    │       └── ReaderLateError     it was killed when its time was up (a LimitError too)
    ├── UnknownFormat      a file whose format is not handled
    └── StoreError         the document store cannot be opened, read or written

Each error names the file or id it is about and says, in French, what to do next: these messages reach the
person at the terminal.
"""


class IngestError(Exception):
    """Base of all errors of ingestion; ``subject`` is the file, address or id concerned."""

    def __init__(self, subject: str, reason: str) -> None:
        super().__init__(f"{subject} : {reason}")
        self.subject = subject
        self.reason = reason


class ParseError(IngestError):
    """The file cannot be read as what it claims to be."""


class LimitError(ParseError):
    """The file exceeds a limit of the parser (size, pages, characters, time, memory)."""


class ReaderLostError(ParseError):
    """The parser's process was lost: the file's doing or the machine's, which a second try may tell."""


class ReaderLateError(LimitError, ReaderLostError):
    """The parser's process was killed when its time was up: a loaded machine does that to any file."""


class UnknownFormat(IngestError):
    """The file's format is not one of HTML, PDF, Markdown and JSON Lines."""


class StoreError(IngestError):
    """The document store cannot be opened, read or written."""

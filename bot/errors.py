"""Errors of the bot.

BotError
├── BadQuestion          a question that cannot be taken; ``code`` is stable, the message is French
├── UnknownFilter        a filter names a publisher or a topic that the index does not hold
├── NotReady             no index serves
├── FeedbackUnavailable  the file of feedback cannot be used
└── QuoteMismatch        a quote is not at its offsets: a defect that must never reach a user
"""


class BotError(Exception):
    """Base of all errors of the bot; ``code`` is for programs, the message for people."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadQuestion(BotError):
    """A question that cannot be taken."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class UnknownFilter(BotError):
    """A filter names a publisher or a topic that the index does not hold."""

    code = "unknown_filter_value"


class NotReady(BotError):
    """No index serves."""

    code = "not_ready"


class QuoteMismatch(BotError):
    """A quote is not at its offsets in the stored text."""

    code = "quote_mismatch"


class FeedbackUnavailable(BotError):
    """The file of feedback cannot be read or written; the message is French and holds nothing of a feedback."""

    code = "feedback_unavailable"

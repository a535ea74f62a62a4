"""The kinds of emergency that have a sheet."""

from enum import StrEnum


class Incident(StrEnum):
    """Kinds of emergency; the values are the ``emergency`` slugs of the starter corpus and of the contacts."""

    CLICKED = "clicked"
    RANSOMWARE = "ransomware"
    THEFT = "theft"
    WRONG_RECIPIENT = "wrong-recipient"
    FAKE_SUPPORT = "fake-support"
    FAKE_BANKER = "fake-banker"
    MAILBOX_HACKED = "mailbox-hacked"
    DATA_LEAK = "data-leak"

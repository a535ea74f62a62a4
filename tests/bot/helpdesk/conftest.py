"""Real mail servers, once for all the tests that need them."""

from collections.abc import Iterator

import pytest

from .mail_servers import MailServers, mail_servers


@pytest.fixture(scope="session")
def _started() -> Iterator[MailServers]:
    with mail_servers() as made:
        yield made


@pytest.fixture(scope="module")
def servers(_started: MailServers) -> MailServers:
    """Both servers, running; every test has mailboxes of its own."""
    for name in ("imap", "smtp"):
        # A test that failed half-way may have left one stopped.
        if name not in _started.processes:
            _started.start(name)
    return _started

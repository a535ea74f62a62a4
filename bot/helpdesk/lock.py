"""The lock of the outbox: held by the one process that works on it."""

from pathlib import Path

from filelock import FileLock, Timeout

from bot.helpdesk.errors import OutboxUnavailable
from ingest.system_words import system_words


def lock_path(outbox: Path) -> Path:
    """The lock of the outbox at that path."""
    return outbox.with_name("worker.lock")


def acquired(path: Path) -> FileLock | None:
    """The lock, held, to be released by the caller; None where another holds it.

    Raises OutboxUnavailable where it cannot be used.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0)
        lock.acquire()
    except Timeout:
        return None
    except (OSError, NotImplementedError) as error:
        raise OutboxUnavailable(
            f"{path} : verrou inutilisable ({system_words(error)}) ; vérifiez les droits et l’espace disque",
            code="lock",
        ) from None
    return lock


def unattended(path: Path) -> bool:
    """Whether no process works on the outbox just now. Raises OutboxUnavailable."""
    lock = acquired(path)
    if lock is None:
        return False
    lock.release()
    return True

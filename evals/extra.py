"""The libraries of the extra ``eval``: only some commands need them, and their absence is one clear line."""

import contextlib
from collections.abc import Iterator

from evals.errors import EvalError

_OURS = frozenset({"evals", "bot", "index", "ingest", "corpus"})


@contextlib.contextmanager
def extra_installed() -> Iterator[None]:
    """A block that imports them.

    Raises:
        EvalError: one is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        name = (error.name or "?").partition(".")[0]
        if name in _OURS:
            raise
        raise EvalError(f"il manque la bibliothèque « {name} » ; installez pip install 'cybervigie[eval]'") from error

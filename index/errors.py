"""Errors of the index.

    SearchIndexError
    ├── ModelError            the embedding model cannot be found, prepared or read
    │   └── ParityError       the exported model does not agree with the original one
    ├── IndexMissing          there is no index yet
    ├── IndexDamaged          a file of the index is missing or differs from its manifest
    └── BuildError            the index cannot be built or published

Each error names the path or id it is about and says, in French, what to do next.
"""


class SearchIndexError(Exception):
    """Base of all errors of the index; ``subject`` is the path, model or id concerned."""

    def __init__(self, subject: str, reason: str) -> None:
        super().__init__(f"{subject} : {reason}")
        self.subject = subject
        self.reason = reason


class ModelError(SearchIndexError):
    """The embedding model cannot be found, prepared or read."""


class ParityError(ModelError):
    """The exported model's vectors differ from the original model's beyond what is allowed."""


class IndexMissing(SearchIndexError):
    """No index has been built in the data directory."""


class IndexDamaged(SearchIndexError):
    """A file of the index is missing or differs from its manifest."""


class BuildError(SearchIndexError):
    """The index cannot be built or published."""

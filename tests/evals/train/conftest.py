"""Learning needs torch, which takes seconds and hundreds of MiB in every process that collects a test of it."""

from pathlib import Path

import pytest

OF_TORCH = {"test_adapter.py", "test_run.py"}
"""All their tests are marked ``long``."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Not even imported where ``long`` tests are left out."""
    return True if config.option.markexpr == "not long" and collection_path.name in OF_TORCH else None

"""Shared by the tests of the evaluation."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def _opened_models(opened_models: None) -> None:
    """See the fixture of that name."""

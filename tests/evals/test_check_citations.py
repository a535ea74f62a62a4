"""The outsider's check must catch every kind of false citation."""

import copy
from typing import Any

import pytest

from evals.check_citations import Client, check

TEXT = "Premier paragraphe.\n\nLe dossier se garde vingt ans."
QUOTE = "Le dossier se garde vingt ans."
START = TEXT.index(QUOTE)


class FakeClient(Client):
    """A service that gives one answer."""

    def __init__(self, citation: dict[str, Any], answer: str, *, verdict: bool = True) -> None:
        super().__init__("http://127.0.0.1:1")
        self._citation, self._answer, self._verdict = citation, answer, verdict

    def call(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        if path == "/v1/ask":
            return {"status": "answered", "answer": self._answer, "citations": [self._citation]}
        if path.endswith("/text"):
            return {"text": TEXT}
        if path.endswith("/verify"):
            return {"results": [{"valid": self._verdict, "code": "ok" if self._verdict else "mismatch"}]}
        return {"page_list": [{"number": 4, "start": 0, "end": len(TEXT)}]}


def citation(**changes: Any) -> dict[str, Any]:
    return {
        "marker": 1,
        "quote": QUOTE,
        "document_id": "d1",
        "start": START,
        "end": START + len(QUOTE),
        "page": 4,
        "kind": "official",
        "url": "https://example.gouv.fr/a.pdf",
        "deep_link": "https://example.gouv.fr/a.pdf#page=4",
    } | changes


GOOD = f"Voici : « {QUOTE} » [1]"


def test_a_true_citation_passes() -> None:
    tally = check(FakeClient(citation(), GOOD), ["combien de temps ?"])
    assert tally.failures == []
    assert (tally.questions, tally.citations) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "answer", "reason"),
    [
        ({"start": START - 1}, GOOD, "not at its offsets"),
        ({"quote": QUOTE.replace("vingt", "trente")}, GOOD, "not at its offsets"),
        ({}, "Voici : [1]", "not in the answer"),
        ({}, f"Voici : « {QUOTE} »", "marker"),
        ({"page": 3}, GOOD, "page 3 instead of 4"),
        ({"url": "http://example.gouv.fr/"}, GOOD, "url is not https"),
        ({"deep_link": "javascript:alert(1)"}, GOOD, "deep_link is not https"),
    ],
)
def test_a_false_citation_is_caught(changes: dict[str, Any], answer: str, reason: str) -> None:
    tally = check(FakeClient(copy.deepcopy(citation(**changes)), answer), ["?"])
    assert any(reason in failure for failure in tally.failures)


def test_the_services_own_verdict_counts() -> None:
    tally = check(FakeClient(citation(), GOOD, verdict=False), ["?"])
    assert tally.failures == ["'?': verify says mismatch"]

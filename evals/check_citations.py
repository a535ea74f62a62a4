"""Check every citation of a running CyberVigie, as an outsider would: over the API alone.

    python -m evals.check_citations http://127.0.0.1:8000 [questions.jsonl ...]

Asks each question, then fetches the text of every cited document and compares ``text[start:end]`` with the quote,
the page with the document's pages, and asks the service for its own verdict. Exit code 1 at the first-class
failure: a quote that is not where it is said to be. Waits when the service answers 429, as its header asks.
"""

import argparse
import json
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.shared import REPOSITORY, read_lines

TRIES = 20
DEFAULT = REPOSITORY / "evals" / "questions" / "real-input.jsonl"


@dataclass(slots=True)
class Tally:
    """What was seen."""

    questions: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    citations: int = 0
    failures: list[str] = field(default_factory=list)


class Client:
    """Requests to one service; keeps the texts already fetched."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")
        self._texts: dict[str, str] = {}
        self._documents: dict[str, dict[str, Any]] = {}

    def call(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The JSON of a reply; waits and tries again on 429 and 503."""
        data = None if body is None else json.dumps(body).encode()
        for _ in range(TRIES):
            request = urllib.request.Request(self._base + path, data, {"content-type": "application/json"})
            try:
                with urllib.request.urlopen(request, timeout=30) as reply:
                    content: dict[str, Any] = json.load(reply)
                    return content
            except urllib.error.HTTPError as error:
                if error.code not in (429, 503):
                    raise
                time.sleep(float(error.headers.get("Retry-After", "1")))
        raise SystemExit(f"{path}: still refused after {TRIES} tries")

    def text(self, document_id: str) -> str:
        """The stored text of a document."""
        if document_id not in self._texts:
            self._texts[document_id] = self.call(f"/v1/documents/{document_id}/text")["text"]
        return self._texts[document_id]

    def document(self, document_id: str) -> dict[str, Any]:
        """The description of a document."""
        if document_id not in self._documents:
            self._documents[document_id] = self.call(f"/v1/documents/{document_id}")
        return self._documents[document_id]


def check(client: Client, questions: list[str]) -> Tally:
    """Ask every question and check every citation."""
    tally = Tally()
    for question in questions:
        answer = client.call("/v1/ask", {"question": question, "max_citations": 8})
        tally.questions += 1
        tally.statuses[answer["status"]] = tally.statuses.get(answer["status"], 0) + 1
        for citation in answer["citations"]:
            tally.citations += 1
            tally.kinds[citation["kind"]] = tally.kinds.get(citation["kind"], 0) + 1
            tally.failures.extend(f"{question!r}: {reason}" for reason in faults(client, answer, citation))
        if answer["citations"]:
            fields = ("document_id", "start", "end", "quote")
            asked = [{name: citation[name] for name in fields} for citation in answer["citations"]]
            verdicts = client.call("/v1/citations/verify", {"citations": asked})["results"]
            tally.failures.extend(f"{question!r}: verify says {v['code']}" for v in verdicts if not v["valid"])
    return tally


def faults(client: Client, answer: dict[str, Any], citation: dict[str, Any]) -> list[str]:
    """What is wrong with a citation."""
    found = []
    if client.text(citation["document_id"])[citation["start"] : citation["end"]] != citation["quote"]:
        found.append("quote is not at its offsets")
    if citation["quote"] not in answer["answer"]:
        found.append("quote is not in the answer")
    if f"[{citation['marker']}]" not in answer["answer"]:
        found.append("marker is not in the answer")
    pages = client.document(citation["document_id"])["page_list"]
    expected = next((p["number"] for p in pages if p["start"] <= citation["start"] < p["end"]), None)
    if citation["page"] != expected:
        found.append(f"page {citation['page']} instead of {expected}")
    for name in ("url", "deep_link"):
        if citation[name] is not None and not citation[name].startswith("https://"):
            found.append(f"{name} is not https")
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", help="address of the service")
    parser.add_argument("questions", nargs="*", type=Path, default=[DEFAULT])
    options = parser.parse_args()
    questions = [line["question"] for path in options.questions for line in read_lines(path)]
    tally = check(Client(options.base), questions)
    print(f"{tally.questions} questions: {tally.statuses}")
    print(f"{tally.citations} citations {tally.kinds}, {len(tally.failures)} failures")
    for failure in tally.failures[:20]:
        print(f"  {failure}")
    sys.exit(1 if tally.failures or not tally.citations else 0)


if __name__ == "__main__":
    main()

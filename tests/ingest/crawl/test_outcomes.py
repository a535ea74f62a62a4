"""What a run lists, and when an absence counts."""

import time

import msgspec

from ingest.crawl.model import SourceSummary
from ingest.crawl.outcomes import list_refusal


def test_refusals_are_listed_once_and_a_thousand_times_a_reason() -> None:
    summary = SourceSummary("site", refused=[("https://site.test/0", "trap")])
    begun = time.perf_counter()
    for number in range(20_000):
        for reason in ("robots", "trap", "pages"):
            list_refusal(summary, f"https://site.test/{number}", reason)
    list_refusal(summary, "https://site.test/0", "format")
    assert len(summary.refused) == len(set(summary.refused)) == 3_001
    assert time.perf_counter() - begun < 5
    again = msgspec.json.decode(msgspec.json.encode(summary), type=SourceSummary)
    assert again == summary
    list_refusal(again, "https://site.test/0", "format")
    assert again == summary

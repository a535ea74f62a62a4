"""Sources that share hosts are visited one after the other, the others at the same time.

Each host belongs to one lane, and a lane waits for the reply to a request before it makes the next: that alone keeps to
one request at a time a host, and makes the order of a source's requests the same in every run.
"""

from collections.abc import Iterator, Sequence

from ingest.crawl.robots import Robots
from ingest.crawl.urls import canonical
from ingest.manifest import Source


class Lane:
    """Sources that share hosts, in the manifest's order. ``rules``: host -> its robots.txt, as far as it was read in
    this run."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = tuple(sources)
        self.rules: dict[str, Robots] = {}
        self._starts: dict[str, Source] = {}
        for source in self.sources:
            for url in self.starts(source):
                self._starts.setdefault(url, source)

    @staticmethod
    def starts(source: Source) -> Iterator[str]:
        """A source's start pages, canonical."""
        return (url for written in source.start_urls if (url := canonical(written)) is not None)

    def owner(self, url: str, recorded: str | None) -> Source | None:
        """The source of the lane to which an address belongs.

        The one that starts there, else the one of which the address is ``recorded``, else the first that allows it.
        None: an address of none of them, or of a source that this run does not visit.
        """
        if url in self._starts:
            return self._starts[url]
        if recorded is not None:
            known = next((source for source in self.sources if source.id == recorded), None)
            if known is None or known.allows(url):
                return known
        return next((source for source in self.sources if source.allows(url)), None)


def lanes_of(sources: Sequence[Source]) -> list[Lane]:
    """The lanes of a run, by the place of their first source."""
    groups: list[tuple[set[str], list[int]]] = []
    for place, source in enumerate(sources):
        hosts, places = set(source.hosts), [place]
        for group in [group for group in groups if group[0] & hosts]:
            groups.remove(group)
            hosts |= group[0]
            places = group[1] + places
        groups.append((hosts, places))
    ordered = sorted(sorted(places) for _, places in groups)
    return [Lane([sources[place] for place in places]) for places in ordered]

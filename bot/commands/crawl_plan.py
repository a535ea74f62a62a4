"""What a crawl would ask for, in the terminal: ``cybervigie crawl --dry-run``."""

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from rich.markup import escape

from bot.commands.terminal import console, count
from ingest.crawl.model import Purpose
from ingest.crawl.options import CrawlOptions, PlannedFetch
from ingest.crawl.wording import via_words
from ingest.manifest import Source

_MINUTE_S = 60.0


def print_plan(
    planned: Sequence[PlannedFetch], *, sources: Sequence[Source], unvisited: Collection[str], options: CrawlOptions
) -> None:
    """What a run would ask for, in its order, how long that takes at least, and what may come on top.

    ``unvisited``: sources that no run has visited whole.
    """
    for fetch in planned:
        # An address stays whole on its line, so that it can be copied.
        console.print(
            f"{escape(fetch.source)}  {escape(fetch.url)}  [dim]{via_words(fetch.why)}{_how(fetch)}[/]",
            highlight=False,
            soft_wrap=True,
        )
    named = len({fetch.source for fetch in planned})
    seconds = _least_seconds(planned, sources, options)
    console.print(
        f"{count(len(planned), 'requête')} pour {count(named, 'source')}, {_lasting(seconds)} au moins, à "
        f"{options.minimum_gap_s:.0f} s entre deux requêtes à un même site. Rien n’a été demandé.",
        highlight=False,
    )
    console.print(_beyond(sources, unvisited, options), highlight=False)


def _how(fetch: PlannedFetch) -> str:
    if fetch.purpose is Purpose.ROBOTS:
        return ""
    return ", si le contenu a changé" if fetch.conditional else ", contenu entier"


def _beyond(sources: Sequence[Source], unvisited: Collection[str], options: CrawlOptions) -> str:
    """What links and sitemaps may add."""
    most = sum(source.limits.max_pages for source in sources)
    limit = most if options.max_pages is None else min(most, options.max_pages)
    told = f"Les liens et les plans de site pourront en ajouter, jusqu’à {count(limit, 'page')} en tout (max_pages)"
    if not unvisited:
        return f"{told}."
    longest: dict[str, float] = {}
    for source in sources:
        seconds = min(source.limits.max_pages, limit) * _gap(source, options)
        longest[source.hosts[0]] = longest.get(source.hosts[0], 0.0) + seconds
    never = count(len(unvisited), "source n’a pas encore été visitée", "sources n’ont pas encore été visitées")
    return f"{never} en entier. {told}, donc {_lasting(max(longest.values()))} pour le plus long des sites."


def _least_seconds(planned: Sequence[PlannedFetch], sources: Sequence[Source], options: CrawlOptions) -> float:
    """Sites are read side by side: the one that is asked most takes the longest."""
    gaps = {source.id: _gap(source, options) for source in sources}
    waits: dict[str, float] = {}
    for fetch in planned:
        host = urlsplit(fetch.url).hostname or ""
        waits[host] = waits.get(host, -gaps[fetch.source]) + gaps[fetch.source]
    return max(waits.values(), default=0.0)


def _gap(source: Source, options: CrawlOptions) -> float:
    return max(options.minimum_gap_s, source.limits.min_delay_s)


def _lasting(seconds: float) -> str:
    """ "40 s", "12 minutes", "1 h 05"."""
    if seconds < 2 * _MINUTE_S:
        return f"{seconds:.0f}\u00a0s"
    minutes = round(seconds / _MINUTE_S)
    return count(minutes, "minute") if minutes < 100 else f"{minutes // 60}\u00a0h\u00a0{minutes % 60:02d}"

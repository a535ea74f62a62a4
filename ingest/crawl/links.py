"""Which page leads where, and which sitemap lists what."""

from collections.abc import Iterable, Iterator
from itertools import islice

from ingest.crawl.model import PageStatus
from ingest.database import Database

LINKS_A_PAGE = 500
"""Links kept of a page: the first ones."""
BYTES_A_PAGE = 64 * 1024
"""What the addresses of a page's links may take: with the pages that a source may have (``max_pages``), it bounds what
a site can make us write, however many links its pages have and however long they are."""
BYTES_A_SITEMAP = 1024 * 1024
"""What the addresses that a sitemap lists may take: some 12,000, where a host has 2,000 read in one run."""
_NUMBER = "(SELECT number FROM crawl_addresses WHERE url = ?)"


class Links:
    """Addresses by number, the links between them, and the listings of sitemaps."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save_links(self, url: str, targets: Iterable[str]) -> None:
        """Replace the links of a page (canonical addresses); kept because an unchanged page sends no body.

        Of those of a page, the first ``LINKS_A_PAGE`` are kept, and of these what ``BYTES_A_PAGE`` hold.
        """
        with self._db.transaction():
            page, *numbers = self._numbers([url, *_first(islice(dict.fromkeys(targets), LINKS_A_PAGE), BYTES_A_PAGE)])
            self._db.change("DELETE FROM crawl_links WHERE page = ?", page)
            self._db.change_each(
                "INSERT INTO crawl_links VALUES (?, ?, ?)",
                [(page, place, target) for place, target in enumerate(numbers)],
            )

    def links(self, url: str) -> tuple[str, ...]:
        """The links of a page, in page order, each once."""
        rows = self._db.rows(
            f"""SELECT url FROM crawl_links JOIN crawl_addresses ON number = target
            WHERE page = {_NUMBER} ORDER BY place""",  # noqa: S608
            url,
        )
        return tuple(row[0] for row in rows)

    def linked(self, url: str) -> bool:
        """Whether a page whose status is OK, or ERROR for the time being, links to the address; a page's link to itself
        does not count."""
        found = self._db.row(
            f"""SELECT 1 FROM crawl_links
            JOIN crawl_addresses ON number = page JOIN crawl_pages USING (url)
            WHERE target = {_NUMBER} AND page != target AND status IN (?, ?) LIMIT 1""",  # noqa: S608
            url,
            PageStatus.OK.value,
            PageStatus.ERROR.value,
        )
        return found is not None

    def save_listed(self, sitemap: str, urls: Iterable[str]) -> bool:
        """Replace what a sitemap lists, after it was read whole; nothing, when the sitemap itself is gone. False when
        it lists more than ``BYTES_A_SITEMAP`` hold: what is beyond is not kept."""
        wanted = dict.fromkeys(urls)
        kept = list(_first(wanted, BYTES_A_SITEMAP))
        with self._db.transaction():
            number, *targets = self._numbers([sitemap, *kept])
            self._db.change("DELETE FROM crawl_listed WHERE sitemap = ?", number)
            self._db.change_each("INSERT INTO crawl_listed VALUES (?, ?)", [(number, target) for target in targets])
        return len(kept) == len(wanted)

    def listing(self, sitemap: str) -> list[str]:
        """What a sitemap lists, as kept."""
        found = f"SELECT url FROM crawl_listed JOIN crawl_addresses ON number = target WHERE sitemap = {_NUMBER}"  # noqa: S608
        return sorted(url for (url,) in self._db.rows(found, sitemap))

    def listed(self, url: str) -> bool:
        """Whether a sitemap, as last read, lists the address."""
        return self._db.row(f"SELECT 1 FROM crawl_listed WHERE target = {_NUMBER} LIMIT 1", url) is not None  # noqa: S608

    def _numbers(self, urls: list[str]) -> list[int]:
        """The numbers under which addresses are kept, in their order."""
        self._db.change_each("INSERT OR IGNORE INTO crawl_addresses (url) VALUES (?)", [(url,) for url in urls])
        return [self._db.rows("SELECT number FROM crawl_addresses WHERE url = ?", url)[0][0] for url in urls]

    def forget_addresses(self) -> None:
        """Forget the addresses that no link and no sitemap leads to any more."""
        self._db.change(
            """DELETE FROM crawl_addresses WHERE number NOT IN (
            SELECT page FROM crawl_links UNION SELECT target FROM crawl_links
            UNION SELECT sitemap FROM crawl_listed UNION SELECT target FROM crawl_listed)"""
        )


def _first(urls: Iterable[str], size: int) -> Iterator[str]:
    """The first addresses, as many as ``size`` bytes hold."""
    for url in urls:
        size -= len(url)
        if size < 0:
            return
        yield url

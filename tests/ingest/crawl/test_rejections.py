from pathlib import Path

from ingest.crawl.holdings import Holdings
from ingest.crawl.rejections import REMOVAL, Rejections
from ingest.store import DocumentStore


def test_what_was_rejected_is_known_by_its_id_and_its_text(tmp_path: Path) -> None:
    with DocumentStore(tmp_path) as store:
        Holdings(store, ranks={})
        rejections = Rejections(store.database)
        rejections.remember("u", "site", ("d1", "f1"))
        rejections.remember("u", "site", ("d2", "f2"))
        assert rejections.covers("u", ("d1", "f1"), there="f0")
        assert rejections.covers("u", ("d9", "f2"), there="f0")
        assert rejections.covers("u", ("d9", "f2"), there=None)
        assert not rejections.covers("u", ("d9", "f2"), there="f2"), "only its title is another"
        assert rejections.covers("u", ("d2", "f2"), there="f2")
        assert not rejections.covers("u", ("d9", "f9"), there="f0")
        assert not rejections.covers("u", REMOVAL, there=None)
        assert not rejections.covers("v", ("d1", "f1"), there="f0")


def test_removals_are_told_apart(tmp_path: Path) -> None:
    with DocumentStore(tmp_path) as store:
        Holdings(store, ranks={})
        rejections = Rejections(store.database)
        rejections.remember("u", "site", REMOVAL)
        rejections.remember("u", "site", ("d1", "f1"))
        assert rejections.covers("u", REMOVAL, there=None)
        rejections.lift_removal("u")
        assert not rejections.covers("u", REMOVAL, there=None)
        assert rejections.covers("u", ("d1", "f1"), there=None)
        rejections.remember("v", "autre", ("d1", "f1"))
        assert rejections.lift_all("site") == 1
        assert not rejections.covers("u", ("d1", "f1"), there=None)
        rejections.lift("v")
        assert rejections.lift_all("autre") == 0

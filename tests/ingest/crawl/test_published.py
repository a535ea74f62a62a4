from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.crawl.holdings import Holdings
from ingest.store import DocumentStore

from .shelf import NOW, RANKS, Visits, document, published, url


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    with DocumentStore(tmp_path) as opened:
        yield opened


@pytest.fixture
def holdings(store: DocumentStore) -> Holdings:
    return Holdings(store, ranks=RANKS)


def stage(holdings: Holdings, address: str, newest: str = "", date: str | None = None, *, source: str = "site") -> None:
    holdings.stage(1, source, document(address, ["Le même guide."], date=date), raw=None, newest=newest)


def settled(holdings: Holdings, store: DocumentStore, *sources: str) -> set[str]:
    for source in sources or ("site",):
        holdings.settle(1, source, known=False, now=NOW)
    return set(published(store))


def test_the_newest_address_of_a_text_is_published(holdings: Holdings, store: DocumentStore) -> None:
    stage(holdings, url(1, "new"), "2023-04-01")
    stage(holdings, url(1, "old"), "2024-01-05T10:00:00Z")
    stage(holdings, url(1, "older"), "", date="2024-01")
    assert settled(holdings, store) == {url(1, "old")}


def test_the_date_of_the_document_counts_where_the_site_gives_none(holdings: Holdings, store: DocumentStore) -> None:
    stage(holdings, url(1, "new"), "2023-04-01")
    stage(holdings, url(1, "older"), "", date="2024")
    assert settled(holdings, store) == {url(1, "older")}


def test_then_the_place_of_the_host_then_the_address(holdings: Holdings, store: DocumentStore) -> None:
    for place in (2, 1, 3):
        stage(holdings, url(place, "older"))
        stage(holdings, url(place, "unknown"))
    assert settled(holdings, store) == {url(1, "older")}
    stage(holdings, url(7, "new"))
    assert settled(holdings, store) == {url(7, "new")}
    assert holdings.same_text(url(3, "older")) == [
        url(7, "new"),
        *(url(place, "older") for place in (1, 2, 3)),
        *(url(place, "unknown") for place in (1, 2, 3)),
    ]


def test_a_text_of_three_generations_of_addresses(holdings: Holdings, store: DocumentStore) -> None:
    guide = list(range(5))
    visits = {source: Visits(holdings, source) for source in ("ssi", "cyber", "services")}
    assert visits["ssi"]({url("g", "older"): guide, url("x", "older"): [90]}).added == (
        url("g", "older"),
        url("x", "older"),
    )
    second = visits["cyber"]({url("g", "old"): guide, url("y", "old"): [91]})
    assert second.added == (url("g", "old"), url("y", "old"))
    third = visits["services"]({url("g", "new"): guide, url("z", "new"): [92]})
    assert third.added == (url("g", "new"), url("z", "new"))
    assert {address for address in published(store) if "/g" in address} == {url("g", "new")}
    # Nothing changed on the older sites: their settlements say under which address their text stands.
    assert visits["ssi"]({}).duplicates == ((url("g", "older"), url("g", "new")),)
    assert visits["cyber"]({}).duplicates == ((url("g", "old"), url("g", "new")),)
    # The winners leave one after the other: what was kept aside comes back, without a visit.
    assert visits["services"]({url("g", "new"): None}).removed == ((url("g", "new"), "404"),)
    assert published(store)[url("g", "old")][0] == "crawl:cyber"
    visits["cyber"]({url("g", "old"): None})
    assert published(store)[url("g", "older")][0] == "crawl:ssi"
    assert published(store).keys() == {url("g", "older"), url("x", "older"), url("y", "old"), url("z", "new")}


def test_a_loser_of_the_same_source_that_comes_back_is_an_addition(holdings: Holdings) -> None:
    visits = Visits(holdings)
    first = visits({url(1, "new"): [1], url(1, "old"): [1], url(2): [2], url(3): [3]})
    assert first.duplicates == ((url(1, "old"), url(1, "new")),)
    second = visits({url(1, "new"): None})
    assert (second.added, second.removed) == ((url(1, "old"),), ((url(1, "new"), "404"),))
    third = visits({url(2): [1]})
    assert (third.added, third.changed, third.removed) == ((), (url(2),), ())
    assert third.duplicates == ((url(1, "old"), url(2)),)


def test_a_new_date_alone_moves_the_address(holdings: Holdings, store: DocumentStore) -> None:
    stage(holdings, url(1, "new"), "2023-01-01")
    stage(holdings, url(1, "old"), "2022-01-01")
    assert settled(holdings, store) == {url(1, "new")}
    stage(holdings, url(1, "old"), "2024-01-01")
    assert settled(holdings, store) == {url(1, "old")}


def test_an_address_kept_out_gives_its_text_to_another_one(holdings: Holdings, store: DocumentStore) -> None:
    visits = Visits(holdings)
    visits({url(1, "new"): [1], url(1, "old"): [1], url(2): [2]})
    assert holdings.excluded() == []
    holdings.exclude(url(1, "new"), now=NOW)
    assert published(store).keys() == {url(1, "old"), url(2)}
    for address in holdings.same_text(url(1, "new")):
        holdings.exclude(address, now=NOW)
    holdings.exclude(url(1, "old"), now=NOW)
    assert published(store).keys() == {url(2)}
    assert holdings.excluded() == [url(1, "new"), url(1, "old")]
    settlement = visits({url(1, "new"): [7]})
    assert (settlement.added, settlement.changed, settlement.duplicates) == ((), (), ())
    assert published(store).keys() == {url(2)}
    holdings.include(url(1, "new"), now=NOW)
    assert published(store)[url(1, "new")][1] == document(url(1, "new"), [7]).text


def test_a_document_added_by_hand_stays(holdings: Holdings, store: DocumentStore) -> None:
    mine = document(url(1), ["Le texte ajouté à la main."], publisher="Votre structure")
    store.put(mine)
    visits = Visits(holdings)
    settlement = visits({url(1): [1], url(1, "old"): [1], url(2): [2]})
    assert settlement.added == (url(2), url(1, "old"))
    assert store.get(url(1)) == mine
    store.remove(url(1))
    visits({})
    assert published(store).keys() == {url(1), url(2)}
    assert published(store)[url(1)][0] == "crawl:site"


Page = tuple[str, tuple[int, str], list[int] | None, str]
PAGES = st.lists(
    st.tuples(
        st.sampled_from(["ssi", "cyber"]),
        st.sampled_from([(place, host) for place in range(3) for host in RANKS]),
        st.sampled_from([None, [1], [2], [1, 2]]),
        st.sampled_from(["", "2024", "2024-05-06T00:00:00Z"]),
    ),
    max_size=12,
    unique_by=lambda page: page[1],
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), first=PAGES, second=PAGES)
def test_the_order_of_visits_and_sources_changes_nothing(
    data: st.DataObject, first: list[Page], second: list[Page]
) -> None:
    outcomes = []
    for shuffled in (False, True):
        with TemporaryDirectory() as folder, DocumentStore(Path(folder)) as store:
            store.database.rows("PRAGMA synchronous = OFF")
            holdings = Holdings(store, ranks=RANKS)
            for run, pages in enumerate((first, second), 1):
                sources = ["ssi", "cyber"]
                if shuffled:
                    pages, sources = data.draw(st.permutations(pages)), data.draw(st.permutations(sources))
                for source, (place, host), texts, newest in pages:
                    address = url(f"{source}-{place}", host)
                    if texts is None:
                        holdings.stage_removal(run, source, address, "404")
                    else:
                        holdings.stage(run, source, document(address, texts), raw=None, newest=newest)
                held = {source: holdings.settle(run, source, known=run > 1, now=NOW).held for source in sources}
            outcomes.append((published(store), held, holdings.held()))
    assert outcomes[0] == outcomes[1]

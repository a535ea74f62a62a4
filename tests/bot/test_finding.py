"""Finding and judging, on the real index."""

import pytest

from bot.answer import Answerer
from bot.finding import STORED, Finder
from bot.model import Reason

DURATION = "Combien de temps un cabinet libéral garde-t-il les dossiers de ses patients ?"


@pytest.fixture(scope="module")
def finder(answerer: Answerer) -> Finder:
    return Finder(answerer.engine)


def test_no_step_of_an_emergency_sheet_is_found(answerer: Answerer, finder: Finder) -> None:
    reading = finder.read("Que faire face à un rançongiciel, faut-il éteindre l’ordinateur ?")
    assert reading.hits
    for hit in reading.hits:
        document = answerer.engine.table.document(hit.passage.document_id)
        assert document is not None
        assert not document.attributes.get("emergency")


def test_hits_left_out_leave_no_evidence(answerer: Answerer, finder: Finder) -> None:
    first = finder.read(DURATION)
    without = finder.read(DURATION, kept=lambda hit: hit.row != first.hits[0].row)
    assert first.hits[0].row not in {hit.row for hit in without.hits}
    assert without.evidence != first.evidence
    nothing = finder.judge(finder.read(DURATION, kept=lambda _: False), answerer.calibration)
    assert (nothing.probability, nothing.reason, nothing.hits) == (0.0, Reason.NOTHING_FOUND, [])


def test_judgement_follows_the_threshold(answerer: Answerer, finder: Finder) -> None:
    found = finder.judge(
        finder.read("Un cabinet libéral garde ses dossiers combien de temps au juste ?"), answerer.calibration
    )
    assert found.reason is None
    assert not found.exact
    assert found.probability == answerer.calibration.probability(found.reading.evidence)
    stored = finder.judge(finder.read(DURATION), answerer.calibration)
    assert stored.exact
    assert stored.probability == max(STORED, answerer.calibration.probability(stored.reading.evidence))
    far = finder.judge(finder.read("Quelle est la capitale du Pérou ?"), answerer.calibration)
    assert far.reason is not None
    assert far.probability < answerer.calibration.threshold


def test_a_far_passage_does_not_stand_alone(answerer: Answerer, finder: Finder) -> None:
    found = finder.judge(finder.read(DURATION), answerer.calibration)
    (far,) = answerer.engine.search("mises à jour de Windows", 1)
    assert finder.stands_alone(found.hits[0], found, answerer.calibration)
    assert not finder.stands_alone(far, found, answerer.calibration)

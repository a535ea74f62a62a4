"""An official text beside our digest, where one of the index says the same."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from bot import companion
from bot.answer import Answerer
from bot.companion import WEIGHTS, Resemblance, load_weights
from bot.service import Service
from bot.settings import Settings
from index.build import build_index
from index.embed import OnnxEmbedder
from index.prepare import ensure_model
from ingest.model import Document, DocumentKind
from ingest.pipeline import starter_document

from .builders import document, paragraph

STARTER = Path(__file__).parents[2] / "corpus" / "starter"
IMAGES = "Combien de temps garder les images de vidéosurveillance ?"
THEIRS = (
    "Les images de vidéosurveillance ne peuvent pas être gardées plus d’un mois. Ce mois écoulé, elles sont effacées, "
    "sauf procédure en cours."
)


def official(name: str, title: str, *texts: str, kind: DocumentKind = DocumentKind.OFFICIAL) -> Document:
    made = document(*(paragraph(text) for text in texts), title=title, kind=kind)
    return replace(made, id=f"{name}-{made.id}", source_id=name)


def opened(root: Path, data: Path, *texts: Document) -> Service:
    models = (data / "models").resolve()
    (root / "index").mkdir()
    # The vectors of the starter corpus are there already.
    shutil.copy(data / "index" / "vectors.sqlite", root / "index")
    digests = [starter_document(path) for path in sorted(STARTER.glob("*.md"))]
    build_index(root / "index", [*digests, *texts], OnnxEmbedder(ensure_model(models)))
    service = Service(Settings(data_dir=root))
    (root / "models").symlink_to(models)
    assert service.refresh(), service.problem
    return service


@pytest.fixture(scope="module")
def beside(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    """The starter corpus and three official texts, written for this test."""
    service = opened(
        tmp_path_factory.mktemp("companion"),
        data_dir,
        official("images", "Vidéosurveillance : durée de conservation des images", THEIRS),
        official("cantine", "Cantine scolaire", "La cantine garde un an le nom des élèves inscrits."),
        official("panneau", "Vidéosurveillance : le panneau", "Un panneau avertit les visiteurs qu’une caméra filme."),
    )
    with service.answerer() as held:
        yield held
    service.stop()


def test_the_official_text_follows_the_digest(beside: Answerer) -> None:
    first, second, *_ = beside.ask(IMAGES).citations
    assert (first.kind, second.kind) == (DocumentKind.DIGEST, DocumentKind.OFFICIAL)
    assert second.quote == THEIRS
    assert second.marker == 2


def test_never_more_citations_than_asked_for(beside: Answerer) -> None:
    (only,) = beside.ask(IMAGES, max_citations=1).citations
    assert only.kind is DocumentKind.DIGEST


@pytest.mark.parametrize("question", ["Faut-il un antivirus ?", "Que ne doit pas filmer une caméra au cabinet ?"])
def test_a_text_on_another_matter_is_left_out(beside: Answerer, question: str) -> None:
    citations = beside.ask(question).citations
    assert citations
    assert {citation.kind for citation in citations} == {DocumentKind.DIGEST}


def test_an_index_of_digests_looks_for_none(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(companion, "load_weights", None)
    assert answerer.ask(IMAGES).citations


def test_the_weights_say_what_they_were_trained_on(tmp_path: Path) -> None:
    content = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert content["signals"] == list(Resemblance.__dataclass_fields__)
    assert len(content["trained_on"]["grades"]) == 64
    weights = load_weights()
    assert 0.5 < weights.threshold < 1
    # The more the texts share, the likelier the official one is right beside the digest.
    low, high = (Resemblance(*(value,) * len(astuple(_MEAN))) for value in (0.0, 1.0))
    assert weights.probability(low) < weights.threshold < weights.probability(high)
    other = tmp_path / "companion.json"
    other.write_text(json.dumps(content | {"signals": ["passage"]}), encoding="utf-8")
    with pytest.raises(ValueError, match="other signals"):
        load_weights(other)


_MEAN = Resemblance(*load_weights().mean)

"""Negatives found by the engine over a small corpus."""

from dataclasses import replace
from pathlib import Path

from evals.bench.retrieval import as_document
from evals.train.negatives import Example, mine, read_examples, write_examples
from evals.train.pairs import Pair, Source, View
from ingest.chunk import passages
from tests.index.doubles import FakeEmbedder

TEXTS = {
    "a": "La sauvegarde se garde hors ligne et se teste chaque mois.",
    "b": "La sauvegarde se garde aussi chez un hébergeur certifié.",
    "c": "Une sauvegarde chiffrée protège les dossiers en cas de vol.",
    "d": "Le wifi des patients est séparé du réseau du cabinet.",
}


def corpus() -> Source:
    documents = [as_document(name, f"Titre {name}", text) for name, text in TEXTS.items()]
    # Two texts on one topic may answer each other's questions.
    documents[1] = replace(documents[1], attributes={"topic": ("a",)})
    pairs = [
        Pair("anssi", "garder la sauvegarde hors ligne", passages(documents[0])[0], View.WHOLE, "a"),
        Pair("anssi", "sauvegarde chiffrée", passages(documents[2])[0], View.SENTENCE, "c"),
    ]
    return Source("anssi", documents, pairs, [])


def test_negatives_come_from_other_groups(tmp_path: Path) -> None:
    first, second = mine([corpus()], FakeEmbedder(), tmp_path)
    assert first.positive == f"Titre a\n{TEXTS['a']}"
    assert first.negatives
    assert not any(TEXTS["a"] in text or TEXTS["b"] in text for text in first.negatives)
    assert set(first.negative_groups) <= {"c", "d"}
    # Negatives are seen as the positive is: a lone sentence here.
    assert second.task == "anssi/line"
    assert set(second.negatives) <= set(TEXTS.values()) - {TEXTS["c"]}


def test_examples_are_read_as_they_were_written(tmp_path: Path) -> None:
    examples = [Example("piaf/passage", "g", "où ?", "là\nici", ("non",), ("h",), True)]
    write_examples(examples, tmp_path / "examples.jsonl")
    assert read_examples(tmp_path / "examples.jsonl") == examples

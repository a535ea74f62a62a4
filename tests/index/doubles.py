"""A tiny embedder and hand-made documents: what the tests of the index stand on when no model is needed."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from index.model import FloatMatrix, FloatVector
from index.tokens import terms
from ingest.model import BlockKind, Document, DocumentKind, ParsedBlock, ParsedDocument, SectionMeta
from ingest.text import assemble

DIMENSION = 48


class FakeEmbedder:
    """Hashed bags of French words: texts that share words are near. Counts what it embeds."""

    def __init__(self, digest: str = "fake-1", *, fail_after: int | None = None) -> None:
        self.name = "sac de mots"
        self.digest = digest
        self.dimension = DIMENSION
        self.embedded: list[str] = []
        self._fail_after = fail_after

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        for text in texts:
            if self._fail_after is not None and len(self.embedded) >= self._fail_after:
                raise KeyboardInterrupt
            self.embedded.append(text)
        if not texts:
            return np.zeros((0, DIMENSION), dtype=np.float32)
        return np.stack([_vector(text) for text in texts])

    def embed_query(self, text: str) -> FloatVector:
        return _vector(text)


def _vector(text: str) -> FloatVector:
    vector = np.full(DIMENSION, 0.01, dtype=np.float32)
    for term in terms(text):
        digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        vector[digest[0] % DIMENSION] += 1.0 if digest[1] & 1 else -1.0
    return vector / np.float32(np.linalg.norm(vector))


def document(
    name: str,
    *sections: tuple[str, str],
    title: str | None = None,
    kind: DocumentKind = DocumentKind.OFFICIAL,
    publisher: str = "CNIL",
    date: str | None = None,
    metas: Mapping[int, SectionMeta] | None = None,
    **attributes: tuple[str, ...],
) -> Document:
    """A document of the given ``(heading, text)`` sections; paragraphs are separated by an empty line."""
    blocks: list[ParsedBlock] = []
    for number, (heading, text) in enumerate(sections):
        if heading:
            blocks.append(ParsedBlock(BlockKind.HEADING, heading, 2, meta=(metas or {}).get(number)))
        blocks.extend(ParsedBlock(BlockKind.PARAGRAPH, paragraph) for paragraph in text.split("\n\n"))
    title = title or f"Document {name}"
    parsed = ParsedDocument(title=title, blocks=tuple(blocks), date=date, attributes=attributes)
    return assemble(parsed, source_id=name, kind=kind, publisher=publisher, title=title, media_type="text/markdown")


def small_corpus() -> list[Document]:
    """Five documents of two publishers, three kinds, with dates, topics and one emergency sheet."""
    return [
        document(
            "conservation",
            ("Durée de conservation", "Le dossier médical est conservé vingt ans. Après ce délai, il est détruit."),
            ("Archivage", "Les archives sont séparées de la base active. Leur accès est limité."),
            date="2020-07",
            topic=("conservation",),
        ),
        document(
            "motdepasse",
            ("Longueur du mot de passe", "Un mot de passe compte douze caractères. Il est propre à chaque usage."),
            publisher="ANSSI",
            date="2021-10-08",
            topic=("acces",),
        ),
        document(
            "sauvegarde",
            ("Sauvegarde", "La sauvegarde est chiffrée. Une copie reste hors ligne."),
            publisher="ANSSI",
            date="2018",
            topic=("sauvegarde", "acces"),
        ),
        document(
            "procedure",
            ("", "Appelez le secrétariat avant toute restauration. Notez l’heure de l’incident."),
            kind=DocumentKind.LOCAL,
            publisher="Votre structure",
        ),
        document(
            "urgence-ransomware",
            ("Rançongiciel : les premiers gestes", "Débranchez le réseau. N’éteignez pas le poste."),
            kind=DocumentKind.DIGEST,
            date="2024-03-05",
            metas={0: SectionMeta(questions=("mes fichiers sont chiffrés",), title="Fiche officielle", date="2023-01")},
            topic=("urgence",),
            emergency=("ransomware",),
        ),
    ]

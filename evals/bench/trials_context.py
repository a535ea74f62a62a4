"""What a trial is given, and what it gives back."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bot.question import clean_question, core
from bot.shorthand import spelt_out
from bot.spelling import Speller
from evals.bench.trials_lab import SHIPPED, Lab, Rank, Scores, Shape
from evals.bench.trials_sets import Material
from evals.bench.trials_store import Vectors
from evals.shared import REPOSITORY
from index.lexical import EXPANSION_WEIGHT, Expand
from index.vocabulary import Vocabulary

VOCABULARY = REPOSITORY / "corpus/vocabulary/acronyms.csv"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table. ``against``: what it is compared with, where that is not the shipped engine."""

    label: str
    scores: Scores
    note: str = ""
    against: Scores | None = None


@dataclass
class Context:
    """One set, its vectors, and labs made of them."""

    held: Material
    vectors: Vectors
    shared: Path
    model: Path | None = None
    """The prepared model's folder, for trials that look inside."""
    only: tuple[str, ...] = ()
    """Parts of the labels wanted where each row is long to compute; empty for all."""
    _labs: dict[object, Lab] = field(default_factory=dict)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The product's acronyms and synonyms."""
        return Vocabulary.load(VOCABULARY)

    @cached_property
    def searched(self) -> dict[str, str]:
        """Questions as they are searched: the product's repairs on our own questions, none on a benchmark's."""
        return self.repaired if self.held.by_facts else {}

    @cached_property
    def repaired(self) -> dict[str, str]:
        """Questions spelt out and their spelling repaired."""
        speller = self.speller()
        return {q: speller.repaired(spelt_out(text)) for q, text in self.cores.items()}

    @cached_property
    def cores(self) -> dict[str, str]:
        """Questions without what is wrapped around them."""
        return {q: core(clean_question(text)) for q, text in self.held.questions.items()}

    def speller(self) -> Speller:
        """The speller of this set's passages."""
        plain = self.lab(texts={})
        return Speller((passage.text for passage in plain.passages), plain.terms.knows)

    def lab(
        self,
        shape: Shape = SHIPPED,
        *,
        expand: Expand | None = None,
        expansion: float = EXPANSION_WEIGHT,
        texts: dict[str, str] | None = None,
    ) -> Lab:
        """A lab on this set; as shipped but for what is given. Only the shipped one is kept."""
        chosen = self.searched if texts is None else texts
        if (shape, expand, expansion, texts) != (SHIPPED, None, EXPANSION_WEIGHT, None):
            found = self.vocabulary.expand if expand is None else expand
            return Lab(self.held, self.vectors, shape, expand=found, expansion=expansion, texts=chosen)
        if "shipped" not in self._labs:
            self._labs["shipped"] = Lab(self.held, self.vectors, expand=self.vocabulary.expand, texts=chosen)
        return self._labs["shipped"]

    @cached_property
    def shipped(self) -> Scores:
        """nDCG@10 of the shipped engine."""
        lab = self.lab()
        return lab.evaluate(lab.shipped)

    def wants(self, label: str) -> bool:
        """Whether a row is asked for."""
        return not self.only or any(part in label for part in self.only)

    def row(self, label: str, rank: Rank, note: str = "") -> Row:
        """A ranking of the shipped lab's passages."""
        return Row(label, self.lab().evaluate(rank), note)

    def other(self, label: str, lab: Lab) -> Row:
        """Another lab under the shipped ranking."""
        return Row(label, lab.evaluate(lab.shipped))

"""Which examples are learned from together, and how questions are roughened."""

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evals.train.negatives import Example

WEIGHTS = {
    "digests/passage": 0.22,
    "digests/line": 0.16,
    "anssi/passage": 0.12,
    "anssi/line": 0.05,
    "service-public/passage": 0.20,
    "service-public/line": 0.07,
    "piaf/passage": 0.18,
}
"""How often a batch is of each task."""
ROUGHENED = 0.3
"""Share of questions typed as people type them: no accents, no capitals, no marks, sometimes a slip."""
SLIP = 0.3
NEGATIVES_EACH = 1


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions, then texts: the positive of question i is text i, negatives follow. Groups tell what is comparable."""

    queries: list[str]
    texts: list[str]
    query_groups: list[str]
    text_groups: list[str]


def batches(examples: Sequence[Example], size: int, seed: int) -> Iterator[Batch]:
    """Batches without end, each of one task: its other passages are then the hardest. Same seed, same batches.

    A text stands once in a batch, and lines, being short, come twice as many.
    """
    draw = random.Random(seed)  # noqa: S311
    by_task: dict[str, list[Example]] = {}
    for example in examples:
        by_task.setdefault(example.task, []).append(example)
    tasks = sorted(by_task)
    queues: dict[str, list[Example]] = {task: [] for task in tasks}
    while True:
        (task,) = draw.choices(tasks, [WEIGHTS.get(task, 0.1) for task in tasks])
        wanted = min(size * (2 if task.endswith("/line") else 1), len({e.positive for e in by_task[task]}))
        chosen: dict[str, Example] = {}
        left: list[Example] = []
        while len(chosen) < wanted:
            if not queues[task]:
                queues[task] = draw.sample(by_task[task], len(by_task[task]))
            example = queues[task].pop()
            if example.positive in chosen:
                left.append(example)
            else:
                chosen[example.positive] = example
        queues[task] += reversed(left)
        yield _batch(list(chosen.values()), draw)


def _batch(chosen: Sequence[Example], draw: random.Random) -> Batch:
    texts = [example.positive for example in chosen]
    groups = [example.group for example in chosen]
    for example in chosen:
        held = range(len(example.negatives))
        for i in draw.sample(held, min(NEGATIVES_EACH, len(held))):
            texts.append(example.negatives[i])
            groups.append(example.negative_groups[i])
    queries = [roughen(e.query, draw) if draw.random() < ROUGHENED else e.query for e in chosen]
    return Batch(queries, texts, [example.group for example in chosen], groups)


def roughen(text: str, draw: random.Random) -> str:
    """The text as typed in haste: small letters, no accents, no marks, sometimes two letters swapped or one lost."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in bare).split()
    long = [i for i, word in enumerate(words) if len(word) > 5]
    if long and draw.random() < SLIP:
        i = draw.choice(long)
        at = draw.randrange(1, len(words[i]) - 1)
        word = words[i]
        swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        words[i] = swapped if draw.random() < 0.5 else word[:at] + word[at + 1 :]
    return " ".join(words) or text

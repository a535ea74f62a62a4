"""Training: contrastive steps, checkpoints that resume, scores on held-out pairs."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from evals.metrics import ndcg
from evals.train.adapter import Encoder
from evals.train.batches import Batch, batches
from evals.train.lexical import Lexical
from evals.train.negatives import Example

QUERY, PASSAGE = "query: ", "passage: "
_STATE = "state.json"

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that a run depends on, beside its examples."""

    steps: int = 100
    batch: int = 32
    rank: int = 16
    rate: float = 3e-4
    warmup: float = 0.1
    temperature: float = 0.02
    average: float = 0.98
    """Decay of the moving average of the corrections, which is what is kept."""
    lexical: float = 0.6
    """What a deviation of BM25 is worth beside the cosines, as in the product's sum; 0 to learn alone."""
    every: int = 50
    seed: int = 20

    def rate_at(self, step: int) -> float:
        """Linear warm-up, then a cosine to zero. ``step`` counts from 0."""
        warm = max(1, int(self.warmup * self.steps))
        if step < warm:
            return self.rate * (step + 1) / warm
        return self.rate * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, self.steps - warm)))


def contrast(queries: Any, texts: Any, batch: Batch, temperature: float, lexical: Any = 0.0) -> Any:
    """InfoNCE both ways (van den Oord et al. 2018): question to all texts, positive to all questions.

    Shapes (n, d) and (m, d), m >= n; text i answers question i. Texts of a question's own group are left out, since
    they may answer it too. ``lexical``: what BM25 already says of them, shape (n, m), added to the scores.
    """
    scores = queries @ texts.T / temperature + lexical
    codes = {group: i for i, group in enumerate(dict.fromkeys([*batch.query_groups, *batch.text_groups]))}
    rows = torch.tensor([codes[group] for group in batch.query_groups])
    columns = torch.tensor([codes[group] for group in batch.text_groups])
    same = rows[:, None] == columns[None, :]
    n = len(rows)
    same[:, :n] &= ~torch.eye(n, dtype=torch.bool)
    scores = scores.masked_fill(same, -1e4)
    target = torch.arange(n)
    forth = torch.nn.functional.cross_entropy(scores, target)
    back = torch.nn.functional.cross_entropy(scores[:, :n].T, target)
    return (forth + back) / 2


def held_out_scores(encoder: Encoder, examples: Sequence[Example], *, limit: int = 48) -> dict[str, float]:
    """nDCG@10 by task over a pool of the task's held-out positives and their negatives, and ``mean`` over tasks."""
    found: dict[str, float] = {}
    for task in sorted({example.task for example in examples}):
        chosen = [example for example in examples if example.task == task and example.held_out]
        # Evenly over the task, whatever its order.
        chosen = chosen[:: max(1, len(chosen) // limit)][:limit]
        pool = list(dict.fromkeys(t for e in chosen for t in (e.positive, *e.negatives[:3])))
        if not chosen:
            continue
        with torch.inference_mode():
            scores = encoder.encode([e.query for e in chosen], QUERY) @ encoder.encode(pool, PASSAGE).T
        values = [
            ndcg([pool[i] for i in np.argsort(-row.numpy(), kind="stable")[:10]], {example.positive: 1.0})
            for example, row in zip(chosen, scores, strict=True)
        ]
        found[task] = round(float(np.mean(values)), 4)
    return {**found, "mean": round(float(np.mean(list(found.values()))), 4)}


def train(encoder: Encoder, examples: Sequence[Example], recipe: Recipe, folder: Path, report: Report) -> Path:
    """Run or resume a training in ``folder``: the checkpoint with the best held-out mean.

    Every ``recipe.every`` steps ``step-N.safetensors`` keeps the averaged corrections and ``state.json`` the scores;
    ``last.safetensors`` what a resumed run needs. A run of another recipe must have another folder.

    Raises:
        ValueError: the folder holds a run of another recipe.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"{name}.{leaf}" for name in encoder.layers for leaf in ("a", "b")]
    parameters = encoder.parameters()
    optimiser = torch.optim.AdamW(parameters, lr=recipe.rate, weight_decay=0.01)
    done, scores = _resume(folder, recipe, names, parameters, optimiser)
    average = [p.detach().clone() for p in parameters]
    if done:
        kept = load_file(folder / f"step-{done}.safetensors")
        average = [kept[name] for name in names]
    else:
        scores["0"] = held_out_scores(encoder, examples)
        report(f"plain model: {scores['0']}")
    trained = [example for example in examples if not example.held_out]
    engine = Lexical(text for example in examples for text in (example.positive, *example.negatives))
    losses: list[float] = []
    for step, batch in enumerate(islice(batches(trained, recipe.batch, recipe.seed), recipe.steps)):
        if step < done:
            continue
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate_at(step)
        loss = contrast(
            encoder.encode(batch.queries, QUERY, batch=64),
            encoder.encode(batch.texts, PASSAGE),
            batch,
            recipe.temperature,
            recipe.lexical * torch.from_numpy(engine.scores(batch.queries, batch.texts)),
        )
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        # Short at first, so that the zero it began with is soon forgotten.
        decay = min(recipe.average, (step + 1) / (step + 10))
        for kept_value, value in zip(average, parameters, strict=True):
            kept_value.lerp_(value.detach(), 1 - decay)
        losses.append(float(loss.detach()))
        if (step + 1) % 10 == 0:
            report(f"step {step + 1}: loss {np.mean(losses[-10:]):.4f}")
        if (step + 1) % recipe.every == 0 or step + 1 == recipe.steps:
            scores[str(step + 1)] = _checkpoint(
                folder, recipe, step + 1, names, parameters, average, optimiser, encoder, examples, scores
            )
            report(f"step {step + 1}: {scores[str(step + 1)]}")
    best = max((step for step in scores if step != "0"), key=lambda step: scores[step]["mean"])
    return folder / f"step-{best}.safetensors"


def _checkpoint(
    folder: Path,
    recipe: Recipe,
    step: int,
    names: list[str],
    parameters: list[Any],
    average: list[Any],
    optimiser: Any,
    encoder: Encoder,
    examples: Sequence[Example],
    scores: dict[str, dict[str, float]],
) -> dict[str, float]:
    """Write the averaged corrections and what a resumed run needs; held-out scores of the average."""
    save_file(dict(zip(names, average, strict=True)), folder / f"step-{step}.safetensors")
    state = optimiser.state_dict()["state"]
    kept = {f"value/{name}": p.detach() for name, p in zip(names, parameters, strict=True)}
    for i, name in enumerate(names):
        kept |= {f"{moment}/{name}": state[i][moment] for moment in ("exp_avg", "exp_avg_sq")}
    save_file(kept, folder / "last.safetensors")
    live = [p.detach().clone() for p in parameters]
    _set(parameters, average)
    found = held_out_scores(encoder, examples)
    _set(parameters, live)
    content = {"recipe": asdict(recipe), "step": step, "scores": {**scores, str(step): found}}
    (folder / _STATE).write_text(json.dumps(content, indent=1), encoding="utf-8")
    return found


def _resume(
    folder: Path, recipe: Recipe, names: list[str], parameters: list[Any], optimiser: Any
) -> tuple[int, dict[str, dict[str, float]]]:
    """Steps already done, and their scores; values and moments are put back in place."""
    if not (folder / _STATE).is_file():
        return 0, {}
    content = json.loads((folder / _STATE).read_text(encoding="utf-8"))
    if content["recipe"] != asdict(recipe):
        raise ValueError(f"{folder} holds a run of another recipe: give another folder")
    kept = load_file(folder / "last.safetensors")
    _set(parameters, [kept[f"value/{name}"] for name in names])
    moments = ("exp_avg", "exp_avg_sq")
    step = int(content["step"])
    state = {
        i: {"step": torch.tensor(float(step)), **{moment: kept[f"{moment}/{name}"] for moment in moments}}
        for i, name in enumerate(names)
    }
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
    return step, content["scores"]


def _set(parameters: list[Any], values: list[Any]) -> None:
    with torch.no_grad():
        for parameter, value in zip(parameters, values, strict=True):
            parameter.copy_(value)

"""The loss by hand, the schedule, and a run that resumes, on an encoder of a few numbers."""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is absent: install the extra « prepare »")
pytest.importorskip("safetensors.torch")

from evals.train.adapter import LowRankLinear, named_factors, write_factors  # noqa: E402
from evals.train.batches import Batch  # noqa: E402
from evals.train.negatives import Example  # noqa: E402
from evals.train.run import Recipe, contrast, held_out_scores, train  # noqa: E402
from index.adapter import card_path, merge, read_adapter  # noqa: E402

pytestmark = pytest.mark.long


class TinyEncoder:
    """Bags of letters through one corrected layer: what :func:`train` asks of an encoder."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.layers = {"encoder.layer.0.w.weight": LowRankLinear(torch.nn.Linear(26, 8), 2)}

    def parameters(self) -> list[Any]:
        return [matrix for layer in self.layers.values() for matrix in (layer.a, layer.b)]

    def encode(self, texts: Sequence[str], prefix: str, *, batch: int = 16) -> Any:
        counts = [[text.count(chr(97 + i)) + 0.01 for i in range(26)] for text in texts]
        (layer,) = self.layers.values()
        return torch.nn.functional.normalize(layer(torch.tensor(counts)), dim=-1)


def examples() -> list[Example]:
    words = ["abricot", "banane", "cerise", "datte", "figue", "grenade", "kiwi", "litchi", "mangue", "noix", "olive"]
    return [
        Example("piaf/passage", word, word[::-1] + "z", word, (other,), (other,), i % 4 == 0)
        for i, (word, other) in enumerate(zip(words, words[1:] + words[:1], strict=True))
    ]


RECIPE = Recipe(steps=8, batch=4, rank=2, rate=0.05, temperature=0.1, every=4, seed=1)


def test_a_correction_begins_at_nothing() -> None:
    layer = LowRankLinear(torch.nn.Linear(3, 2), 1)
    x = torch.randn(5, 3)
    assert torch.equal(layer(x), layer.base(x))
    assert not layer.base.weight.requires_grad
    assert layer(x.to(torch.float32)).shape == (5, 2)


def test_the_file_gives_the_weights_that_were_trained(tmp_path: Path) -> None:
    encoder = TinyEncoder()
    (layer,) = encoder.layers.values()
    with torch.no_grad():
        layer.b.normal_()
    path = tmp_path / "petit.safetensors"
    write_factors(dict(named_factors(encoder)), path, scale=0.5)  # type: ignore[arg-type]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    card_path(path).write_text(json.dumps({"sha256": digest, "base": {"sha256": ""}}), encoding="utf-8")
    name = "encoder.layer.0.w.weight"
    merged = merge({name: layer.base.weight.detach().numpy()}, read_adapter(path))
    x = torch.randn(4, 26)
    halfway = (layer(x) + layer.base(x)) / 2 - layer.base.bias
    np.testing.assert_allclose(x.numpy() @ merged[name].T, halfway.detach().numpy(), atol=2e-2)


def test_the_loss_by_hand() -> None:
    queries = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    texts = torch.tensor([[0.8, 0.6], [0.0, 1.0], [0.6, 0.8]])
    batch = Batch(["", ""], ["", "", ""], ["g", "h"], ["g", "h", "h"])
    found = float(contrast(queries, texts, batch, 0.5))
    # The third text is of the second question's group: it counts against the first question only.
    forth = [-1.6 + math.log(math.exp(1.6) + math.exp(0) + math.exp(1.2)), -2 + math.log(math.exp(1.2) + math.exp(2))]
    back = [-1.6 + math.log(math.exp(1.6) + math.exp(1.2)), -2 + math.log(math.exp(0) + math.exp(2))]
    assert found == pytest.approx((np.mean(forth) + np.mean(back)) / 2, abs=1e-5)


def test_the_rate_warms_up_then_falls_to_nothing() -> None:
    recipe = Recipe(steps=100, rate=1.0, warmup=0.1)
    rates = [recipe.rate_at(step) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[10] == pytest.approx(1.0)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0 < rates[-1] < 0.001


def test_held_out_scores_count_held_out_examples_only() -> None:
    only = [replace(example, query=example.positive) for example in examples()]
    scores = held_out_scores(TinyEncoder(), only)  # type: ignore[arg-type]
    # Asked in its own words, every text is found first.
    assert scores == {"piaf/passage": 1.0, "mean": 1.0}
    assert not any(key.startswith("anssi") for key in scores)


def test_a_run_learns_and_keeps_its_checkpoints(tmp_path: Path) -> None:
    lines: list[str] = []
    encoder = TinyEncoder()
    best = train(encoder, examples(), RECIPE, tmp_path, lines.append)  # type: ignore[arg-type]
    assert sorted(path.name for path in tmp_path.glob("step-*")) == ["step-4.safetensors", "step-8.safetensors"]
    state = json.loads((tmp_path / "state.json").read_text(encoding="utf-8"))
    assert set(state["scores"]) == {"0", "4", "8"}
    assert state["scores"][best.stem.partition("-")[2]]["mean"] == max(
        scores["mean"] for step, scores in state["scores"].items() if step != "0"
    )
    assert lines[0].startswith("plain model")
    assert all(float(parameter.detach().abs().max()) > 0 for parameter in encoder.parameters())


def test_a_run_that_was_cut_off_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole, cut = TinyEncoder(), TinyEncoder()
    train(whole, examples(), RECIPE, tmp_path / "whole", lambda _: None)  # type: ignore[arg-type]

    def stop(line: str) -> None:
        if line.startswith("step 4:"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(cut, examples(), RECIPE, tmp_path / "cut", stop)  # type: ignore[arg-type]
    resumed = TinyEncoder()
    train(resumed, examples(), RECIPE, tmp_path / "cut", lambda _: None)  # type: ignore[arg-type]
    for expected, found in zip(whole.parameters(), resumed.parameters(), strict=True):
        torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)
    # Nothing is left to do: a third run only says which was best.
    train(resumed, examples(), RECIPE, tmp_path / "cut", lambda line: pytest.fail(line))  # type: ignore[arg-type]


def test_a_folder_holds_one_recipe(tmp_path: Path) -> None:
    train(TinyEncoder(), examples(), RECIPE, tmp_path, lambda _: None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="another recipe"):
        train(TinyEncoder(), examples(), replace(RECIPE, rate=0.1), tmp_path, lambda _: None)  # type: ignore[arg-type]


def test_what_bm25_knows_needs_no_learning() -> None:
    queries, texts = torch.eye(2), torch.eye(2)[[1, 0]]
    batch = Batch(["", ""], ["", ""], ["g", "h"], ["g", "h"])
    wrong = float(contrast(queries, texts, batch, 1.0))
    settled = float(contrast(queries, texts, batch, 1.0, torch.tensor([[9.0, 0.0], [0.0, 9.0]])))
    assert wrong == pytest.approx(math.log(1 + math.e), abs=1e-5)
    assert settled == pytest.approx(math.log(1 + math.exp(-8)), abs=1e-5)

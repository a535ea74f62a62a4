"""Trial of late interaction: each word of the question against the words of the first passages, last layer.

MaxSim of ColBERT (Khattab and Zaharia, SIGIR 2020), by an encoder that was never trained for it. Token vectors come
from the prepared model with one more output; none is stored, so each question pays for the passages it looks at.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench.trials_context import Context, Row
from evals.bench.trials_lab import Lab, Rank
from index.build import passage_text
from index.embed import read_card
from index.fuse import standardise
from index.model import FloatMatrix, RowArray

DEPTHS = (10, 20)
SHARES = (0.4, 0.8, 1.6)
"""Weights beside the fused score, both standardised over the passages looked at"""
CHOSEN = (10, 0.4)
"""and what was chosen on the tuning sets."""
_SPECIAL = 2
"""Tokens around a text: <s> and </s>."""


class TokenEncoder:
    """Token vectors of the last layer, unit length, prompts and special tokens left out."""

    def __init__(self, folder: Path) -> None:
        import onnx
        import onnxruntime
        from tokenizers import Tokenizer

        self._card = read_card(folder)
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(self._card.max_tokens)
        self._tokenizer.no_padding()
        model = onnx.load(str(folder / "model.onnx"))
        last = [node for node in model.graph.node if node.op_type == "LayerNormalization"][-1].output[0]
        model.graph.output.append(onnx.helper.make_empty_tensor_value_info(last))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._last = last
        self._session: Any = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def passage(self, text: str) -> FloatMatrix:
        """Shape (tokens, dimension)."""
        return self._encode(self._card.passage_prompt, text)

    def question(self, text: str) -> FloatMatrix:
        """Shape (tokens, dimension)."""
        return self._encode(self._card.query_prompt, text)

    def _encode(self, prompt: str, text: str) -> FloatMatrix:
        ids = np.array([self._tokenizer.encode(prompt + text).ids], dtype=np.int64)
        (output,) = self._session.run([self._last], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        led = len(self._tokenizer.encode(prompt.rstrip()).ids) - _SPECIAL + 1
        tokens = output[0][led:-1]
        return np.asarray(tokens / np.linalg.norm(tokens, axis=1, keepdims=True), dtype=np.float32)


def maxsim(question: FloatMatrix, passage: FloatMatrix) -> float:
    """Mean, over the tokens of the question, of the best cosine with a token of the passage."""
    return float((question @ passage.T).max(axis=1).mean()) if len(question) and len(passage) else 0.0


class Late:
    """MaxSim of the first passages of every question, passages encoded once."""

    def __init__(self, lab: Lab, encoder: TokenEncoder, depth: int) -> None:
        self._lab, self._encoder = lab, encoder
        self._held: dict[int, FloatMatrix] = {}
        self._took = 0.0
        self._times: list[float] = []
        self.scores = {question: self._score(question, depth) for question in lab.held.questions}

    @property
    def cost(self) -> tuple[float, float]:
        """Milliseconds of one core for encoding a passage, and for comparing the passages of a question."""
        return 1e3 * self._took / len(self._held), 1e3 * float(np.median(self._times))

    def _score(self, question: str, depth: int) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
        rows = self._lab.shipped(question)[:depth].tolist()
        begun = time.process_time()
        missing = [row for row in rows if row not in self._held]
        for row in missing:
            text = passage_text(self._lab.passages[row])
            self._held[row] = self._encoder.passage(text).astype(np.float16)
        self._took += time.process_time() - begun
        asked = self._encoder.question(self._lab.texts[question])
        tokens = [self._held[row].astype(np.float32) for row in rows]
        begun = time.process_time()
        found = np.array([maxsim(asked, part) for part in tokens], dtype=np.float32)
        self._times.append(time.process_time() - begun)
        return found


def late(context: Context) -> Iterator[Row]:
    """The first passages in the order of late interaction, alone or beside the fused score."""
    assert context.model is not None
    lab = context.lab()
    held = Late(lab, TokenEncoder(context.model), max(DEPTHS))
    encoding, comparing = held.cost
    note = f"{encoding:.0f} ms a passage, {comparing:.1f} ms to compare {max(DEPTHS)}"
    yield context.row(f"MaxSim alone, first {DEPTHS[0]}", reordered(lab, held, DEPTHS[0], None), note)
    grid = [(depth, share) for depth in DEPTHS for share in SHARES]
    for depth, share in grid if context.held.tuning else [CHOSEN]:
        label = f"MaxSim, {share} beside the fused score, first {depth}"
        yield context.row(label, reordered(lab, held, depth, share))


def reordered(lab: Lab, held: Late, depth: int, share: float | None) -> Rank:
    """The shipped ranking, its first ``depth`` passages in another order."""

    def rank(question: str) -> RowArray:
        rows, fused = lab.fused(question)
        scores = held.scores[question][:depth]
        if share is not None:
            scores = standardise(fused[: len(scores)]) + share * standardise(scores)
        order = np.argsort(-scores, kind="stable")
        return np.concatenate([rows[: len(scores)][order], rows[len(scores) :]])

    return rank

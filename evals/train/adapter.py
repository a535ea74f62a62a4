"""The encoder with low-rank corrections beside its frozen weights, and the file that they become."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from torch import nn

from index.adapter import FloatArray

TOKENS_MAX = 192
"""Half of the passages are shorter than 170 tokens; the product reads up to 512."""
_WEIGHT = ".weight"


class LowRankLinear(nn.Module):  # type: ignore[misc]
    """A frozen linear layer plus ``x @ a.T @ b.T`` (Hu et al. 2021). ``b`` begins at zero: nothing is changed yet."""

    def __init__(self, base: Any, rank: int) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(torch.empty(rank, base.in_features))
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, x: Any) -> Any:
        """Of shape (..., in) to (..., out), in the precision of ``x``."""
        return self.base(x) + (x @ self.a.to(x.dtype).T) @ self.b.to(x.dtype).T


class Encoder:
    """Texts to unit vectors, as the product embeds them: prefix, mean of the last layer, unit length.

    Args:
        model: a BertModel; its embeddings stay frozen.
        tokenizer: cuts at ``TOKENS_MAX`` tokens.
        rank: of the corrections.
        precision: of the frozen layers; the corrections themselves are always float32.
    """

    def __init__(self, model: Any, tokenizer: Tokenizer, *, rank: int, precision: Any = torch.float32) -> None:
        self.model = model.requires_grad_(False).eval()
        self.tokenizer = tokenizer
        self.tokenizer.enable_truncation(TOKENS_MAX)
        self.tokenizer.no_padding()
        self._precision = precision
        self.model.encoder.to(precision)
        self.layers: dict[str, LowRankLinear] = {}
        for name, layer in list(self.model.encoder.named_modules()):
            if isinstance(layer, nn.Linear):
                parent, _, leaf = name.rpartition(".")
                correction = LowRankLinear(layer, rank)
                setattr(self.model.encoder.get_submodule(parent), leaf, correction)
                self.layers[f"encoder.{name}{_WEIGHT}"] = correction

    def parameters(self) -> list[Any]:
        """What is trained."""
        return [matrix for layer in self.layers.values() for matrix in (layer.a, layer.b)]

    def encode(self, texts: Sequence[str], prefix: str, *, batch: int = 16) -> Any:
        """Vectors of shape (len(texts), hidden), float32. Texts of like length are encoded together."""
        ids = [self.tokenizer.encode(prefix + text).ids for text in texts]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        parts = [self._forward([ids[i] for i in order[at : at + batch]]) for at in range(0, len(order), batch)]
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return torch.cat(parts)[back]

    def _forward(self, ids: list[list[int]]) -> Any:
        longest = max(len(row) for row in ids)
        tokens = torch.tensor([row + [0] * (longest - len(row)) for row in ids])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ids])
        hidden = self.model.embeddings(input_ids=tokens).to(self._precision)
        # Added to the scores of attention: padding weighs nothing.
        hidden_mask = ((1 - mask) * torch.finfo(self._precision).min)[:, None, None, :].to(self._precision)
        output = self.model.encoder(hidden, attention_mask=hidden_mask)
        hidden = cast(Any, output.last_hidden_state if hasattr(output, "last_hidden_state") else output)
        weights = mask[:, :, None].float()
        return nn.functional.normalize((hidden.float() * weights).sum(dim=1) / weights.sum(dim=1), dim=-1)


def load_encoder(folder: Path, *, rank: int, precision: Any) -> Encoder:
    """The encoder of a folder that :func:`index.bundled.export_sentence_transformer` wrote."""
    from transformers import AutoModel

    # On a processor without AMX, plain attention trains 1.4 to 1.7 times as fast as torch's fused one.
    model = AutoModel.from_pretrained(
        folder, add_pooling_layer=False, use_safetensors=True, attn_implementation="eager"
    )
    return Encoder(model, Tokenizer.from_file(str(folder / "tokenizer.json")), rank=rank, precision=precision)


def named_factors(encoder: Encoder) -> Iterator[tuple[str, FloatArray]]:
    """The corrections as the adapter's file names them: parameter name, then ``.a`` or ``.b``."""
    for name, layer in encoder.layers.items():
        yield f"{name}.a", layer.a.detach().numpy().astype(np.float32)
        yield f"{name}.b", layer.b.detach().numpy().astype(np.float32)


def write_factors(factors: dict[str, FloatArray], path: Path, *, scale: float = 1.0) -> None:
    """Write an adapter in half precision; ``scale`` takes a part of the way from the plain model to the trained one."""
    halves = {
        name: np.ascontiguousarray(values * (scale if name.endswith(".b") else 1.0), dtype=np.float16)
        for name, values in factors.items()
    }
    save_file(halves, path, metadata={"format": "np"})

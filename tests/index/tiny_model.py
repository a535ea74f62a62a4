"""A prepared model of a few kilobytes: a table of word vectors, averaged. The real code runs on it in milliseconds."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from index.embed import MANIFEST, ModelCard
from index.files import file_sha256
from index.model import FloatMatrix

WORDS = ["<pad>", "<unk>", "<s>", "</s>", "le", "dossier", "est", "long", "passe", "mot", "de"]
TABLE: FloatMatrix = np.random.default_rng(5).standard_normal((len(WORDS), 8)).astype(np.float32)


def write_onnx(path: Path, table: FloatMatrix = TABLE) -> None:
    """Mean of the vectors of the tokens, normalised: the inputs and the output of an exported encoder."""
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["tokens"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
        helper.make_node("Mul", ["tokens", "wide"], ["masked"]),
        helper.make_node("ReduceSum", ["masked", "first"], ["sum"], keepdims=0),
        helper.make_node("LpNormalization", ["sum"], ["sentence_embedding"], axis=-1, p=2),
    ]
    shape = ["batch", "tokens"]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", table.shape[1]])],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.array([-1]), "last"),
            numpy_helper.from_array(np.array([1]), "first"),
        ],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))


def tokenizer(*, padding: int | None = None) -> Tokenizer:
    found = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    found.pre_tokenizer = pre_tokenizers.Whitespace()
    found.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 2), ("</s>", 3)])
    if padding is not None:
        found.enable_padding(length=padding, pad_id=0, pad_token="<pad>")
    return found


def write_model(folder: Path, *, padding: int | None = None, **fields: object) -> Path:
    """A prepared model in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    write_onnx(folder / "model.onnx")
    tokenizer(padding=padding).save(str(folder / "tokenizer.json"))
    card = {
        "name": "petit",
        "source": "petit",
        "dimension": TABLE.shape[1],
        "max_tokens": 16,
        "query_prompt": "",
        "passage_prompt": "",
        "precision": "float32",
        "parity_mean": 1.0,
        "parity_min": 1.0,
        "files": {name: file_sha256(folder / name) for name in ("model.onnx", "tokenizer.json")},
        **fields,
    }
    (folder / MANIFEST).write_text(json.dumps(asdict(ModelCard(**card))), encoding="utf-8")
    return folder


def expected(text: str) -> FloatMatrix:
    """What the model gives for a text of known words, computed by numpy."""
    ids = [2, *(WORDS.index(word) if word in WORDS else 1 for word in text.split()), 3]
    total = TABLE[ids].sum(axis=0)
    return np.asarray(total / np.linalg.norm(total), dtype=np.float32)

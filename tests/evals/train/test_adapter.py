"""The encoder with corrections, on a BERT of two small layers."""

from typing import Any

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

torch = pytest.importorskip("torch", reason="torch is absent: install the extra « prepare »")

from evals.train.adapter import TOKENS_MAX, Encoder, named_factors  # noqa: E402

pytestmark = pytest.mark.long
WORDS = ["<pad>", "<unk>", "<s>", "</s>", "le", "mot", "de", "passe", "dossier", "est", "long"]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(1)
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 2), ("</s>", 3)]
    )
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    config = transformers.BertConfig(vocab_size=len(WORDS), max_position_embeddings=TOKENS_MAX, **sizes)
    return Encoder(transformers.BertModel(config, add_pooling_layer=False), tokenizer, rank=2)


def vectors(encoder: Encoder, texts: list[str], **options: Any) -> Any:
    with torch.no_grad():
        return encoder.encode(texts, "", **options)


def test_a_vector_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    texts = ["mot", "le mot de passe est long", "dossier", "le dossier est long long long"]
    together = vectors(encoder, texts)
    for text, vector in zip(texts, together, strict=True):
        torch.testing.assert_close(vectors(encoder, [text])[0], vector, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(vectors(encoder, texts, batch=1), together, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(together.norm(dim=1), torch.ones(4))
    assert not torch.allclose(together[0], together[1])


def test_long_texts_are_cut(encoder: Encoder) -> None:
    long = "mot " * (2 * TOKENS_MAX)
    torch.testing.assert_close(vectors(encoder, [long + "dossier"]), vectors(encoder, [long]))


def test_every_linear_layer_is_corrected_and_nothing_else_trained(encoder: Encoder) -> None:
    # Two layers of query, key, value, attention output, intermediate and output.
    assert len(encoder.layers) == 12
    assert "encoder.layer.1.attention.output.dense.weight" in encoder.layers
    trained = {id(parameter) for parameter in encoder.parameters()}
    assert {id(p) for p in encoder.model.parameters() if p.requires_grad} == trained
    names = dict(named_factors(encoder))
    assert names["encoder.layer.0.intermediate.dense.weight.a"].shape == (2, 16)
    assert names["encoder.layer.0.intermediate.dense.weight.b"].shape == (32, 2)


def test_corrections_change_vectors_and_learn(encoder: Encoder) -> None:
    before = vectors(encoder, ["le mot de passe"])
    encoder.encode(["le mot de passe", "dossier"], "").sum().backward()
    # The first matrix waits for the second, which begins at zero.
    assert all(layer.b.grad is not None and float(layer.b.grad.abs().sum()) > 0 for layer in encoder.layers.values())
    with torch.no_grad():
        for layer in encoder.layers.values():
            layer.b.fill_(0.5)
    assert not torch.allclose(vectors(encoder, ["le mot de passe"]), before)
    with torch.no_grad():
        for layer in encoder.layers.values():
            layer.b.zero_()
    torch.testing.assert_close(vectors(encoder, ["le mot de passe"]), before)

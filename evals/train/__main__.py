"""Train the adapter of the embedded model: ``python -m evals.train --work FOLDER``.

Reads the four sources of :mod:`evals.train.pairs`, mines hard negatives with the plain model, trains low-rank
corrections, keeps the checkpoint that does best on pairs held out, and writes ``FOLDER/NAME.safetensors`` with its
card, and ``FOLDER/NAME``, the corrected model as a sentence-transformers folder for ``evals.bench.retrieval --model``.
A run that was cut off goes on from its last checkpoint. ``--ship`` writes the adapter into ``index/adapters``.
"""

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.numpy import load_file

from evals.shared import require_shared
from evals.train.adapter import load_encoder, write_factors
from evals.train.card import make_card, source_digests
from evals.train.negatives import mine, read_examples, write_examples
from evals.train.pairs import sources
from evals.train.run import Recipe, train
from index.adapter import FOLDER, card_path
from index.bundled import export_sentence_transformer
from index.embed import OnnxEmbedder
from index.files import file_sha256
from index.prepare import PLAIN, ensure_model


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    defaults = Recipe()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for everything that is made")
    parser.add_argument("--name", default="cybervigie-1", help="of the adapter")
    parser.add_argument("--run", default="run", help="subfolder of the run; another recipe needs another")
    parser.add_argument("--steps", type=int, default=defaults.steps)
    parser.add_argument("--batch", type=int, default=defaults.batch)
    parser.add_argument("--rank", type=int, default=defaults.rank)
    parser.add_argument("--rate", type=float, default=defaults.rate)
    parser.add_argument("--temperature", type=float, default=defaults.temperature)
    parser.add_argument("--lexical", type=float, default=defaults.lexical, help="weight of BM25 in the loss")
    parser.add_argument("--every", type=int, default=defaults.every)
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--scale", type=float, default=1.0, help="part of the way from the plain model to go")
    parser.add_argument("--step", type=int, help="checkpoint to keep; else the best on held-out pairs")
    parser.add_argument("--precision", choices=["bfloat16", "float32"], default="bfloat16")
    parser.add_argument("--measured", type=Path, help="JSON file of benchmark figures for the card")
    parser.add_argument("--ship", action="store_true", help="write the adapter into index/adapters")
    options = parser.parse_args(arguments)
    recipe = Recipe(
        steps=options.steps,
        batch=options.batch,
        rank=options.rank,
        rate=options.rate,
        temperature=options.temperature,
        lexical=options.lexical,
        every=options.every,
        seed=options.seed,
    )
    work, shared = options.work, require_shared()
    work.mkdir(parents=True, exist_ok=True)
    found, path, digests = work / "examples.jsonl", work / "plain", work / "digests.json"
    if not found.is_file():
        read = sources(shared)
        print("mining negatives", flush=True)
        embedder = OnnxEmbedder(ensure_model(work / "models", PLAIN), threads=2)
        write_examples(mine(read, embedder, work / "index"), found.with_suffix(".part"))
        digests.write_text(json.dumps(source_digests(read, shared), indent=1), encoding="utf-8")
        found.with_suffix(".part").rename(found)
    examples = read_examples(found)
    if not path.is_dir():
        export_sentence_transformer(path)
    torch.manual_seed(recipe.seed)
    encoder = load_encoder(path, rank=recipe.rank, precision=getattr(torch, options.precision))
    best = train(encoder, examples, recipe, work / options.run, lambda line: print(line, flush=True))
    kept = best.with_name(f"step-{options.step}.safetensors") if options.step else best

    weights = work / f"{options.name}.safetensors"
    write_factors(load_file(kept), weights, scale=options.scale)
    card = make_card(
        weights,
        recipe=recipe,
        step=int(kept.stem.partition("-")[2]),
        scale=options.scale,
        examples=examples,
        examples_sha256=file_sha256(found),
        digests=json.loads(digests.read_text(encoding="utf-8")),
        scores=json.loads((kept.parent / "state.json").read_text(encoding="utf-8"))["scores"],
        measured=json.loads(options.measured.read_text(encoding="utf-8")) if options.measured else {},
    )
    card_path(weights).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    shutil.rmtree(work / options.name, ignore_errors=True)
    export_sentence_transformer(work / options.name, adapter=weights)
    print(f"{weights} ({kept.name}, scale {options.scale})")
    if options.ship:
        FOLDER.mkdir(exist_ok=True)
        for file in (weights, card_path(weights)):
            shutil.copyfile(file, FOLDER / file.name)


if __name__ == "__main__":
    main()

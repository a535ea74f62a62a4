"""Contrast of colours: the figures of WCAG, the proposals, and the same in the browser's module."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.widget.colours import CONTROL, DARK, LIGHT, TEXT, Scheme, contrast, nearest, on, worst

STATIC = Path(__file__).parents[3] / "bot" / "static"
colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
    ],
)
def test_known_ratios(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@settings(deadline=None, max_examples=60)
@given(colours, st.sampled_from([LIGHT, DARK]))
def test_a_proposal_always_passes_and_leaves_a_good_colour_alone(colour: str, scheme: Scheme) -> None:
    proposed = nearest(colour, scheme)
    assert worst(proposed, scheme)[0] >= TEXT > CONTROL
    assert nearest(proposed, scheme) == proposed
    if worst(colour, scheme)[0] >= TEXT:
        assert proposed == colour


@settings(deadline=None)
@given(colours)
def test_black_or_white_reads_on_any_colour(colour: str) -> None:
    assert contrast(colour, on(colour)) >= TEXT


@pytest.mark.parametrize(("scheme", "block"), [(LIGHT, 0), (DARK, 1)])
def test_the_schemes_are_those_of_the_style_sheet(scheme: Scheme, block: int) -> None:
    sheet = (STATIC / "style" / "colours.css").read_text(encoding="utf-8")
    values = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]+)", re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[block]))
    long = {
        name: value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])
        for name, value in values.items()
    }
    assert {long["surface"], long["page"], long["brand-tint"]} == set(scheme.surfaces)
    assert long["on-brand"] == scheme.on_colour


def test_the_browser_computes_the_same() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is absent: run `make test`")
    tried = ["#0b5573", "#ff0000", "#ffff00", "#777777", "#123456", "#7a1f5c", "#00ff88", "#f4f6f8", "#000000"]
    program = (
        f"import {{ LIGHT, DARK, nearest, worst }} from {json.dumps((STATIC / 'widget' / 'contrast.js').as_uri())};"
        f"console.log(JSON.stringify({json.dumps(tried)}.map((colour) => [LIGHT, DARK].map((scheme) => "
        "[nearest(colour, scheme), worst(colour, scheme)]))));"
    )
    done = subprocess.run(
        [node, "--input-type=module", "-e", program], capture_output=True, text=True, timeout=20, check=True
    )
    for colour, (light, dark) in zip(tried, json.loads(done.stdout), strict=True):
        for scheme, (proposed, ratio) in ((LIGHT, light), (DARK, dark)):
            assert proposed == nearest(colour, scheme)
            assert ratio == pytest.approx(worst(colour, scheme)[0])

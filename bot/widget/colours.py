"""Contrast of colours as WCAG 2.1 defines it, and the nearest colour that has enough.

``bot/static/widget/contrast.js`` is the same in the browser; a test holds the two to each other.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

TEXT = 4.5
"""Least ratio for text: WCAG 2.1, success criterion 1.4.3 (RGAA 4.1, criterion 3.2)."""
CONTROL = 3.0
"""Least ratio for the shape of a control: WCAG 2.1, success criterion 1.4.11 (RGAA 4.1, criterion 3.3)."""
COLOUR = re.compile(r"#[0-9a-f]{6}")
_STEPS = 256


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a colour meets in one colour scheme of ``bot/static/style.css``; a test reads both."""

    surfaces: tuple[str, ...]
    """Behind the colour, when it is the text of a link or the edge of a control."""
    on_colour: str
    """Text written on the colour."""


LIGHT = Scheme(("#ffffff", "#f4f6f8", "#e8f1f5"), "#ffffff")
DARK = Scheme(("#19232b", "#10171d", "#1b3240"), "#0a1c26")


def luminance(colour: str) -> float:
    """Relative luminance (0 to 1) of ``#rrggbb``, as WCAG 2.1 defines it."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast ratio (1 to 21) of two colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def worst(colour: str, scheme: Scheme) -> tuple[float, str]:
    """The smallest ratio of ``colour`` in ``scheme``, and the colour with which it has it."""
    return min((contrast(colour, other), other) for other in {*scheme.surfaces, scheme.on_colour})


def nearest(colour: str, scheme: Scheme, least: float = TEXT) -> str:
    """``colour`` when it has the contrast, else the least darkened or lightened one that has it."""
    for step in range(_STEPS + 1):
        for end in (0, 255):
            mixed = mix(colour, end, step / _STEPS)
            if worst(mixed, scheme)[0] >= least:
                return mixed
    raise AssertionError("black or white passes in every scheme")


def mix(colour: str, end: int, share: float) -> str:
    """``colour`` moved towards black (``end`` 0) or white (255) by ``share`` (0 to 1)."""
    channels = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    # As JavaScript rounds: half up.
    return "#" + "".join(f"{int(channel + (end - channel) * share + 0.5):02x}" for channel in channels)


def on(colour: str, choices: Collection[str] = ("#ffffff", "#000000")) -> str:
    """The one of ``choices`` that reads best on ``colour``; black or white always has 4.5:1 and more."""
    return max(choices, key=lambda choice: contrast(colour, choice))

"""How much two documents of one type differ, by split."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import TypeAlias

from specimens.options import Split

Colour: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Jitter:
    """Ranges of the differences.

    Attributes:
        element: millimetres by which each element is off, at most.
        block: millimetres by which all that was printed later (values, portrait) is off together.
        size: factors of the font's size.
        hue: degrees (of 360) by which the colours turn, at most.
        darkness: highest value of the darkest channel of the ink.
        variants: how many backgrounds a side has.
    """

    element: float
    block: float
    size: tuple[float, float]
    hue: int
    darkness: int
    variants: int


# Simulated, not measured on real cards: registration of personalised print is some tenths of a millimetre.
JITTERS = {
    Split.TRAIN: Jitter(element=0.35, block=0.5, size=(0.95, 1.06), hue=9, darkness=60, variants=4),
    Split.TEST: Jitter(element=0.25, block=0.6, size=(0.92, 1.02), hue=13, darkness=50, variants=3),
}


def colour(text: str) -> Colour:
    """Red, green and blue of ``#rrggbb``."""
    value = int(text.removeprefix("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255


def turn_hue(ink: Colour, degrees: float) -> Colour:
    """The colour with its hue turned by so many of 360 degrees."""
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in ink))
    red, green, blue = colorsys.hls_to_rgb((hue + degrees / 360) % 1, light, saturation)
    return round(255 * red), round(255 * green), round(255 * blue)

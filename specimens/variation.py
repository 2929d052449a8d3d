"""How much two documents of one type differ, by split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from specimens.options import Split

if TYPE_CHECKING:
    from localverify.types import Pixels

    Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Jitter:
    """Ranges of the differences.

    Attributes:
        element: millimetres by which each element is off, at most.
        block: millimetres by which all that was printed later (values, portrait) is off together.
        size: factors of the font's size.
        hue: degrees (of 180) by which the colours turn, at most.
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
    Split.TRAIN: Jitter(element=0.35, block=0.5, size=(0.95, 1.06), hue=4, darkness=60, variants=4),
    Split.TEST: Jitter(element=0.25, block=0.6, size=(0.92, 1.02), hue=6, darkness=50, variants=3),
}


def colour(text: str) -> Colour:
    """Red, green and blue of ``#rrggbb``."""
    value = int(text.removeprefix("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255


def turn_hue(pixels: Pixels, degrees: float) -> Pixels:
    """The picture with its hues turned by so many of OpenCV's 180 degrees."""
    hsv = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(np.int16) + round(degrees)) % 180
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), dtype=np.uint8)

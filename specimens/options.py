"""What can be asked of the renderer and of the camera."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Split(StrEnum):
    """Which of two disjoint sets of fonts, backgrounds, layout shifts and cameras is used."""

    TRAIN = "train"
    TEST = "test"


class Tampering(StrEnum):
    """What a forger did to the document before it was photographed."""

    PORTRAIT = "replaced_portrait"
    TEXT = "edited_text"


class Damage(StrEnum):
    """What use did to the card."""

    HOLE = "hole"
    CUT_CORNER = "cut_corner"
    DIRT = "dirt"


class Recapture(StrEnum):
    """What lies before the camera instead of the document itself."""

    SCREEN = "screen"
    PRINT = "print"
    PHOTOCOPY = "photocopy"


class Effect(StrEnum):
    """What went wrong when the picture was taken."""

    SHADOW = "shadow"
    GLARE = "glare"
    DEFOCUS = "defocus"
    MOTION = "motion"
    DARK = "dark"
    BRIGHT = "bright"
    OCCLUSION = "occlusion"
    CUT_OFF = "cut_off"


class Quality(StrEnum):
    """How good the camera is and how steady the hand.

    `CLEAN` is frontal, sharp and without noise; `PHONE` is what a careful user of a phone sends; `POOR` is what
    a careless one does. The ranges of each are in data/cameras.toml.
    """

    CLEAN = "clean"
    PHONE = "phone"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class PhotoOptions:
    """How a scene is taken.

    Attributes:
        width: of the picture in pixels.
        height: of the picture in pixels.
        quality: ranges of tilt, blur, noise and compression.
        turn: degrees by which the documents are turned clockwise in the picture (0, 90, 180 or 270); None picks one.
        effects: what certainly happens; others happen by the chances that `quality` gives.
        only: whether nothing but `effects` happens.
    """

    width: int = 1280
    height: int = 960
    quality: Quality = Quality.PHONE
    turn: int | None = 0
    effects: frozenset[Effect] = frozenset()
    only: bool = False

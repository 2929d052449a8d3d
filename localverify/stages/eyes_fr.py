"""Eyes open, closed or behind sunglasses: fr_eye for the lids, the light of the skin around them for the lenses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from localverify.imaging.face_crops import LEFT_EYE, RIGHT_EYE, aligned_crop
from localverify.imaging.geometry import crop, turn_back
from localverify.types import Box, Eyes, EyeState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import StageContext
    from localverify.engine.runtime import Net
    from localverify.types import Face, FaceInImage, Floats, Image, Pixels

SIZE = 24
# The square that fr_eye sees, in widths of the eye.
EYE_WIDTHS = 1.6
# Areas of the aligned 112 x 112 face (rows, columns), for the eye on the picture's left and on its right: the skin
# just below the eye, where a lens reaches and the shadow of a brow does not, and the cheek on the same side.
BELOW_EYE = ((slice(58, 67), slice(29, 46)), (slice(58, 67), slice(66, 83)))
CHEEK = ((slice(74, 88), slice(22, 38)), (slice(74, 88), slice(74, 90)))
EYE_ROWS = slice(45, 58)
LENS_ROWS = slice(45, 66)
RED_ROWS = slice(40, 66)
# A lens darkens the skin behind it to less than this part of the cheek's light, or darkens and takes the red out of
# it. On fold 1 of Labeled Faces in the Wild, where it was set: both eyes in 11 of 13 pairs of sunglasses, no pair of
# naked eyes; a single eye in 8 of some 1,600, most of them on faces turned aside (benchmarks/portraits.py).
LENS_LIGHT = 0.65
RED_SHARE = 0.5
# Lids closer than this part of the eye's width, between the points of the 68-point scheme: a second vote, since the
# net alone calls laughing eyes and deep sockets closed.
CLOSED_OPENING = 0.20


def build(context: StageContext) -> FrEyes:
    """The stage over the shared net."""
    return FrEyes(context.runtime.net("fr_eye"))


class FrEyes:
    """Tells the state of both eyes; faces must have landmarks."""

    name = "fr"

    def __init__(self, net: Net) -> None:
        self._net = net
        self._closed = net.weights.threshold("closed")

    def run(self, batch: Sequence[FaceInImage]) -> list[Eyes]:
        """The eyes of each face."""
        if not batch:
            return []
        crops = [_eye(item.image, item.face, eye) for item in batch for eye in (RIGHT_EYE, LEFT_EYE)]
        (logits,) = self._net.run(np.stack(crops)[:, None].astype(np.float32) / np.float32(255))
        closed = _first_of_softmax(logits).reshape(len(batch), 2)
        return [self._judge(item, lids) for item, lids in zip(batch, closed.tolist(), strict=True)]

    def _judge(self, item: FaceInImage, closed: Sequence[float]) -> Eyes:
        lenses = lens_scores(aligned_crop(item.image, item.face))
        openings = [_opening(item.face, eye) for eye in (RIGHT_EYE, LEFT_EYE)]
        (left, left_score), (right, right_score) = (
            self._state(*measures) for measures in zip(closed, openings, lenses, strict=True)
        )
        return Eyes(left, right, left_score, right_score)

    def _state(self, closed: float, opening: float, lens: float) -> tuple[EyeState, float]:
        if lens < LENS_LIGHT:
            return EyeState.SUNGLASSES, 1 - lens / LENS_LIGHT / 2
        if closed >= self._closed and opening <= CLOSED_OPENING:
            return EyeState.CLOSED, closed
        return EyeState.OPEN, 1 - min(closed, 0.5)


def lens_scores(aligned: Pixels) -> tuple[float, float]:
    """How little a lens can be in front of each eye: under `LENS_LIGHT` there is one.

    Args:
        aligned: 112 x 112 x 3, RGB, uint8, on the ArcFace template.

    Returns:
        For the eye on the picture's left and the one on its right: the light of the eye's surroundings over the
        light of the cheek, or, where it is less, the light of the lens's area with half its red left.
    """
    converted = cv2.cvtColor(aligned, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    light, red = converted[..., 0], converted[..., 1] - 128
    left, right = (_lens(light, red, below, cheek) for below, cheek in zip(BELOW_EYE, CHEEK, strict=True))
    return left, right


def _lens(light: Floats, red: Floats, below: tuple[slice, slice], cheek: tuple[slice, slice]) -> float:
    columns = below[1]
    cheek_light, cheek_red = max(float(np.median(light[cheek])), 1.0), max(float(np.median(red[cheek])), 1.0)
    around = max(float(np.median(light[below])), float(np.percentile(light[EYE_ROWS, columns], 75)))
    middle = float(np.median(light[LENS_ROWS, columns]))
    red_left = max(float(np.median(red[RED_ROWS, columns])), 0.0) / cheek_red
    return min(around / cheek_light, middle / cheek_light + RED_SHARE * red_left)


def _opening(face: Face, eye: slice) -> float:
    """Mean distance of the lids over the eye's width."""
    if face.landmarks is None:
        return 1.0
    p = face.landmarks[eye]
    width = max(float(np.linalg.norm(p[0] - p[3])), 1e-6)
    return float(np.linalg.norm(p[1] - p[5]) + np.linalg.norm(p[2] - p[4])) / (2 * width)


def _eye(image: Image, face: Face, eye: slice) -> Pixels:
    """24 x 24, grey, upright."""
    if face.landmarks is None:
        return np.full((SIZE, SIZE), 127, np.uint8)
    points = face.landmarks[eye]
    x, y = points.mean(axis=0).tolist()
    half = EYE_WIDTHS / 2 * max(float(np.linalg.norm(points[0] - points[3])), 1.0)
    pixels = turn_back(crop(image.pixels, Box(x - half, y - half, x + half, y + half)), face.turn)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _first_of_softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers[:, 0] / powers.sum(axis=1), dtype=np.float32)

"""68 points of a face with fr_landmark."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from localverify.imaging.face_crops import square_crop
from localverify.imaging.geometry import turned_point
from localverify.types import Point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import StageContext
    from localverify.engine.runtime import Net
    from localverify.types import Face, FaceInImage, Floats, Pixels

SIZE = 64
# Three crops, averaged: steadier points, which with the mirrored picture in embed_fr lift the accuracy on fold 1
# of Labeled Faces in the Wild from 98.8% to 99.5% (benchmarks/faces.py).
SCALES = (0.96, 1.0, 1.04)


def build(context: StageContext) -> FrLandmarks:
    """The stage over the shared net."""
    return FrLandmarks(context.runtime.net("fr_landmark"))


class FrLandmarks:
    """Places the 68 points; the answer is the face with its `landmarks`."""

    name = "fr"

    def __init__(self, net: Net) -> None:
        self._net = net

    def run(self, batch: Sequence[FaceInImage]) -> list[Face]:
        """Each face with 68 x 2 points in picture coordinates."""
        if not batch:
            return []
        crops = [_crop(item, scale) for item in batch for scale in SCALES]
        (points,) = self._net.run(np.stack(crops).astype(np.float32) / np.float32(256))
        points = points.reshape(len(batch), len(SCALES), 68, 2)
        return [_placed(item.face, one) for item, one in zip(batch, points, strict=True)]


def _crop(item: FaceInImage, scale: float) -> Pixels:
    """1 x 64 x 64, grey."""
    grey = cv2.cvtColor(square_crop(item.image, item.face, scale, SIZE), cv2.COLOR_RGB2GRAY)
    return np.asarray(grey, dtype=np.uint8)[None]


def _placed(face: Face, points: Floats) -> Face:
    """Carries points of the upright crops, in 0..1 of each, into the picture and averages them."""
    half = face.box.width / 2
    offsets = (points - 0.5) * np.array(SCALES, np.float32)[:, None, None] * face.box.width
    upright = offsets.mean(axis=0) + half
    spread = float(offsets.std(axis=0).mean()) / face.box.width
    inside = [turned_point(Point(x, y), face.turn, 2 * half, 2 * half) for x, y in upright.tolist()]
    landmarks = np.array(inside, np.float32) + np.array([face.box.left, face.box.top], np.float32)
    landmarks.setflags(write=False)
    return replace(face, landmarks=landmarks, spread=spread)

"""Faces to vectors with fr_feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from localverify.imaging.face_crops import aligned_crop
from localverify.types import Embedding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import StageContext
    from localverify.engine.runtime import Net
    from localverify.types import FaceInImage, Floats, Pixels

SPACE = "fr_feature-1"


def build(context: StageContext) -> FrEmbedder:
    """The stage over the shared net."""
    return FrEmbedder(context.runtime.net("fr_feature"))


class FrEmbedder:
    """512 numbers a face: the sum over the face and its mirror image, in the space ``fr_feature-1``."""

    name = "fr"

    def __init__(self, net: Net) -> None:
        self._net = net
        self.match_cosine = net.weights.threshold("match_cosine")
        self.unsure_cosine = net.weights.threshold("unsure_cosine")

    def run(self, batch: Sequence[FaceInImage]) -> list[Embedding]:
        """The embedding of each face; faces must have landmarks."""
        if not batch:
            return []
        crops = np.stack([_prepare(aligned_crop(item.image, item.face)) for item in batch])
        (vectors,) = self._net.run(np.concatenate([crops, crops[..., ::-1]]))
        return [_embedding(vector) for vector in vectors[: len(batch)] + vectors[len(batch) :]]


def _prepare(pixels: Pixels) -> Floats:
    """3 x 112 x 112 float32, BGR."""
    return ((pixels[..., ::-1].astype(np.float32) - np.float32(127)) / np.float32(128)).transpose(2, 0, 1)


def _embedding(vector: Floats) -> Embedding:
    unit = (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
    unit.setflags(write=False)
    return Embedding(unit, SPACE)

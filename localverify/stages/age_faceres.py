"""Age and sex with faceres, as estimates: the net is 7 years off on average and calls a third of minors adult."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from localverify.imaging.face_crops import square_crop
from localverify.types import Demographics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import StageContext
    from localverify.engine.runtime import Net
    from localverify.types import FaceInImage, Floats

SIZE = 224
SCALE = 1.4
# Mean of the colours of ImageNet, B, G, R: what the net was trained with.
MEAN = np.array([103.939, 116.779, 123.68], np.float32)
YEARS = np.arange(100, dtype=np.float32) + 0.5
# Mean absolute error in years, measured by the project's designers on public portraits.
AGE_ERROR = 7.2


def build(context: StageContext) -> FaceresDemographics:
    """The stage over the shared net."""
    return FaceresDemographics(context.runtime.net("faceres"))


class FaceresDemographics:
    """Guesses age and sex."""

    name = "faceres"

    def __init__(self, net: Net) -> None:
        self._net = net

    def run(self, batch: Sequence[FaceInImage]) -> list[Demographics]:
        """The estimates for each face."""
        if not batch:
            return []
        ages, male = self._net.run(np.stack([_prepare(item) for item in batch]))
        return [
            Demographics(float(bins @ YEARS), AGE_ERROR, float(probability[0]))
            for bins, probability in zip(ages, male, strict=True)
        ]


def _prepare(item: FaceInImage) -> Floats:
    """224 x 224 x 3 float32, BGR."""
    return square_crop(item.image, item.face, SCALE, SIZE)[..., ::-1].astype(np.float32) - MEAN

"""Live face or a picture of one, by fr_liveness alone. Weak: use the fusion unless you compare the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from localverify.imaging.face_crops import square_crop
from localverify.types import Check, Decision, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import StageContext
    from localverify.engine.runtime import Net
    from localverify.types import FaceInImage

SIZE = 128


def build(context: StageContext) -> FrLiveness:
    """The stage over the shared net."""
    net = context.runtime.net("fr_liveness")
    threshold = context.settings.liveness.threshold
    return FrLiveness(net, net.weights.threshold("live") if threshold is None else threshold)


class FrLiveness:
    """One crop, one net, one threshold."""

    name = "fr"

    def __init__(self, net: Net, threshold: float) -> None:
        self._net = net
        self._threshold = threshold

    def run(self, batch: Sequence[FaceInImage]) -> list[Decision]:
        """The check ``liveness`` of each face; its score is the net's probability of a live face."""
        if not batch:
            return []
        crops = np.stack([square_crop(item.image, item.face, 1.0, SIZE)[..., ::-1] for item in batch])
        (logits,) = self._net.run(crops.transpose(0, 3, 1, 2).astype(np.float32))
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return [self._decision(float(row[0] / row.sum())) for row in powers]

    def _decision(self, score: float) -> Decision:
        live = score >= self._threshold
        outcome = Outcome.PASS if live else Outcome.FAIL
        return Decision(
            (Check("liveness", outcome, score, self._threshold, "" if live else "not_live", "fr_liveness"),)
        )

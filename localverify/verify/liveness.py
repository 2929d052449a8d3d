"""Whether pictures show a live face, over one to many pictures of the same person."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from localverify.types import Check, Decision, FaceInImage, Liveness, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import Toolbox
    from localverify.types import Image, LivenessScorer
    from localverify.verify.faces import FaceVerb

NO_FACE = Check("liveness", Outcome.NOT_RUN, reason="no_face")


class LivenessVerb:
    """Passive liveness."""

    def __init__(self, toolbox: Toolbox, faces: FaceVerb) -> None:
        self._toolbox = toolbox
        self._faces = faces

    def check(self, images: Sequence[Image]) -> Liveness:
        """One answer over all pictures: the mean of their scores, of the largest face in each.

        Args:
            images: at least one.
        """
        decisions = self.check_each(images)
        verdicts = [decision.checks[0] for decision in decisions]
        if any(verdict.outcome is Outcome.NOT_RUN for verdict in verdicts):
            return Liveness(Decision((NO_FACE,)), 0.0, tuple(decisions), 0)
        score = fmean(verdict.score or 0.0 for verdict in verdicts)
        threshold = verdicts[0].threshold or 0.0
        live = score >= threshold
        together = Check(
            "liveness",
            Outcome.PASS if live else Outcome.FAIL,
            score,
            threshold,
            "" if live else "not_live",
            verdicts[0].model,
        )
        best = max(range(len(verdicts)), key=lambda index: verdicts[index].score or 0.0)
        return Liveness(Decision((together,)), score, tuple(decisions), best)

    def check_each(self, images: Sequence[Image]) -> list[Decision]:
        """The decision of each picture alone; NOT_RUN where there is no face."""
        return self._toolbox.runtime.map_batches(self._check_batch, images)

    def _check_batch(self, images: Sequence[Image]) -> list[Decision]:
        scorer: LivenessScorer = self._toolbox.stage("liveness")
        found = self._faces.detect(images)
        items = [FaceInImage(image, faces[0]) for image, faces in zip(images, found, strict=True) if faces]
        answers = iter(scorer.run(items))
        return [next(answers) if faces else Decision((NO_FACE,)) for faces in found]

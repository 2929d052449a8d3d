"""Whether pictures show a live face, over one to many pictures of the same person."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from localverify.errors import InputError
from localverify.stages.liveness_fusion import EXPECTED_ACER, Calibration, FusionLiveness, Measures
from localverify.types import Check, Decision, FaceInImage, Liveness, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import Toolbox
    from localverify.types import Image, LivenessScorer
    from localverify.verify.faces import FaceVerb

NO_FACE = Check("liveness", Outcome.NOT_RUN, reason="no_face")


# Parts of the live pictures that are held out in turn to estimate the false rejects of a calibration.
FOLDS = 5


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """A calibration and what to expect of it.

    Attributes:
        calibration: fitted on all live faces.
        false_rejects: share of live faces rejected when each fifth is judged by a fit on the other four.
        expected_acer: measured on replay-attack stills for a calibration on as many pictures of their camera.
    """

    calibration: Calibration
    false_rejects: float
    expected_acer: float


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

    def measure(self, images: Sequence[Image]) -> list[Measures | InputError]:
        """The measures of the largest face of each picture, for `calibrate`; an error where there is no face."""
        return self._toolbox.runtime.map_batches(self._measure_batch, images)

    def _measure_batch(self, images: Sequence[Image]) -> list[Measures | InputError]:
        scorer = self._toolbox.stage("liveness", "fusion")
        if not isinstance(scorer, FusionLiveness):
            raise InputError("only the built-in fusion can be calibrated", field="stages.liveness")
        found = self._faces.detect(images)
        items = [FaceInImage(image, faces[0]) for image, faces in zip(images, found, strict=True) if faces]
        answers = iter(scorer.measure(items))
        return [next(answers) if faces else InputError("the picture has no face", reason="no_face") for faces in found]


def calibrate(live: Sequence[Measures]) -> CalibrationReport:
    """Fits the cues to a camera.

    Args:
        live: measures of live faces alone, at least ten, better forty, of different people.

    Raises:
        InputError: fewer than ten.
    """
    calibration = Calibration.fit(live)
    rejected = 0
    for fold in range(FOLDS):
        held_out = live[fold::FOLDS]
        others = [measures for index, measures in enumerate(live) if index % FOLDS != fold]
        fitted = Calibration.fit(others, fewest=2)
        rejected += sum(sum(fitted.normalised(measures)) < fitted.threshold for measures in held_out)
    acer = next((value for count, value in reversed(EXPECTED_ACER) if len(live) >= count), EXPECTED_ACER[0][1])
    return CalibrationReport(calibration, rejected / len(live), acer)

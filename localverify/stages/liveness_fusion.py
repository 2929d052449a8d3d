"""Live face or a picture of one: the net at six crops, fused with two cues of recapture.

The net alone lets almost half of the photos shown on a good screen pass. Two cheap cues of a screen or a print
were found to help on replay-attack stills: recaptured skin spans more brightness (the range of V, the largest of
R, G and B) and more red (the spread of Cr), both read inside the face. Each of the three measures is compared
with live faces: how many deviations it lies from their mean, at most one in favour. The sum decides, except that
nothing outweighs a net that takes the face for an attack: prints have little brightness and red to show.

The means are those of a camera. The shipped ones are of 300 press photos; `localverify calibrate-liveness` fits
them to your own camera from pictures of live people alone.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from localverify.errors import InputError, NotReady
from localverify.imaging.face_crops import square_crop
from localverify.imaging.geometry import crop, scale_box
from localverify.types import Check, Decision, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import StageContext
    from localverify.engine.runtime import Net
    from localverify.types import FaceInImage, Floats

SIZE = 128
# The crops over which the net's logit is averaged: ACER .158 with one crop, .122 with six (replay-attack stills).
CROPS = (0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
# The part of the face box in which the cues are read: skin, hardly any background.
CUE_CROP = 0.8
# The share of live pictures that a calibration may reject: what the shipped threshold does on press photos.
REJECTED_SHARE = 0.05
# Fewer live pictures than this give no usable deviation; from 40 on the ACER settles (.082, .056 and .037 with
# 10, 20 and 40 pictures of the camera, replay-attack stills).
FEWEST_PICTURES = 10
ENOUGH_PICTURES = 40
EXPECTED_ACER = ((10, 0.082), (20, 0.056), (40, 0.037))
# A camera whose live faces have low logits keeps this many deviations below their mean.
LOWEST_LOGIT_DEVIATIONS = 3.0
# A cue this many deviations on the side of an attack is worth a word, though it does not decide alone.
REMARKABLE = -2.0


class Measures(NamedTuple):
    """What is measured on a face; each is its own unit.

    Attributes:
        logit: of live against both kinds of attack, mean over the crops.
        brightness_range: P99 - P1 of V, 0..255.
        redness_spread: standard deviation of Cr, 0..255.
    """

    logit: float
    brightness_range: float
    redness_spread: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Mean and deviation of the measures on live faces of one camera, and where a face stops being live.

    The defaults were fitted on 300 live photos of Labeled Faces in the Wild, without any attack: APCER .038,
    BPCER .013 on replay-attack stills, false rejects .06 on other photos of that set. The choice of the cues was
    seen on the replay stills, so expect an ACER of .03 to .05. On studio-like web photos .21 were rejected, on
    one backlit webcam clip .69: calibrate. The lowest logit rejects .007 of live faces by itself.

    Attributes:
        means: of logit, brightness range and redness spread.
        deviations: of the same.
        threshold: the sum of the normalised measures from which a face is live.
        lowest_logit: below it a face is never live.
        pictures: how many live faces it was fitted on.
    """

    means: tuple[float, float, float] = (6.57, 194.9, 7.90)
    deviations: tuple[float, float, float] = (2.10, 29.0, 2.77)
    threshold: float = -3.32
    lowest_logit: float = 0.0
    pictures: int = 300

    def normalised(self, measures: Measures) -> tuple[float, float, float]:
        """Deviations in favour of a live face, each at most 1: a high logit, a small range, a small spread."""
        signs = (1, -1, -1)
        first, second, third = (
            min(sign * (value - mean) / deviation, 1.0)
            for sign, value, mean, deviation in zip(signs, measures, self.means, self.deviations, strict=True)
        )
        return first, second, third

    def score(self, measures: Measures) -> float:
        """0..1; .5 where the sum is at its threshold or the logit at its lowest, whichever is worse."""
        above = min(sum(self.normalised(measures)) - self.threshold, measures.logit - self.lowest_logit)
        return float(1 / (1 + np.exp(-above)))

    @classmethod
    def fit(cls, live: Sequence[Measures], fewest: int = FEWEST_PICTURES) -> Calibration:
        """Mean, deviation and threshold from live faces alone.

        Args:
            live: measures of live faces.
            fewest: how many there must be; never less than two.

        Raises:
            InputError: there are fewer of them.
        """
        if len(live) < max(fewest, 2):
            raise InputError(
                f"{len(live)} live faces are too few: {FEWEST_PICTURES} at least, {ENOUGH_PICTURES} to trust"
            )
        values = np.array(live, np.float64)
        means, deviations = values.mean(axis=0), np.maximum(values.std(axis=0, ddof=1), 1e-3)
        fitted = cls(_three(means), _three(deviations))
        threshold = float(np.quantile([sum(fitted.normalised(measures)) for measures in live], REJECTED_SHARE))
        lowest = min(0.0, float(means[0] - LOWEST_LOGIT_DEVIATIONS * deviations[0]))
        return cls(fitted.means, fitted.deviations, threshold, lowest, len(live))

    def save(self, path: Path) -> None:
        """Writes it as JSON for the setting ``liveness.calibration``."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Reads what `save` wrote.

        Raises:
            NotReady: the file is missing or is not a calibration.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            means, deviations = (_three(values[name]) for name in ("means", "deviations"))
            threshold, lowest = float(values["threshold"]), float(values["lowest_logit"])
            return cls(means, deviations, threshold, lowest, int(values["pictures"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NotReady(f"{path} is not a calibration written by `localverify calibrate-liveness`") from error


def _three(values: Sequence[float] | Floats) -> tuple[float, float, float]:
    first, second, third = (float(value) for value in values)
    return first, second, third


def build(context: StageContext) -> FusionLiveness:
    """The stage over the shared net, with the calibration that the settings name."""
    settings = context.settings.liveness
    calibration = Calibration.load(Path(settings.calibration)) if settings.calibration else Calibration()
    threshold = 0.5 if settings.threshold is None else settings.threshold
    return FusionLiveness(context.runtime.net("fr_liveness"), calibration, threshold)


class FusionLiveness:
    """Fuses net and cues."""

    name = "fusion"

    def __init__(self, net: Net, calibration: Calibration, threshold: float) -> None:
        self._net = net
        self._calibration = calibration
        self._threshold = threshold

    def run(self, batch: Sequence[FaceInImage]) -> list[Decision]:
        """For each face the check ``liveness``, which decides, and one check for each measure, which explain."""
        return [self._decision(measures) for measures in self.measure(batch)]

    def measure(self, batch: Sequence[FaceInImage]) -> list[Measures]:
        """The three measures of each face: what a calibration is fitted on."""
        if not batch:
            return []
        crops = np.stack([_prepare(item, scale) for item in batch for scale in CROPS])
        (logits,) = self._net.run(crops)
        live = (logits[:, 0] - np.logaddexp(logits[:, 1], logits[:, 2])).reshape(len(batch), len(CROPS)).mean(axis=1)
        return [Measures(float(logit), *_cues(item)) for logit, item in zip(live, batch, strict=True)]

    def _decision(self, measures: Measures) -> Decision:
        score = self._calibration.score(measures)
        live = score >= self._threshold
        verdict = Check(
            "liveness",
            Outcome.PASS if live else Outcome.FAIL,
            score,
            self._threshold,
            "" if live else "not_live",
            "fusion of fr_liveness, brightness range and redness spread",
        )
        values = zip(Measures._fields, self._calibration.normalised(measures), strict=True)
        return Decision((verdict, *(_explain(name, value) for name, value in values)))


def _explain(name: str, value: float) -> Check:
    usual = value > REMARKABLE
    return Check(
        name, Outcome.PASS if usual else Outcome.UNSURE, value, REMARKABLE, "" if usual else "unlike_live_faces"
    )


def _prepare(item: FaceInImage, scale: float) -> Floats:
    """3 x 128 x 128 float32, BGR, 0..255."""
    return square_crop(item.image, item.face, scale, SIZE)[..., ::-1].transpose(2, 0, 1).astype(np.float32)


def _cues(item: FaceInImage) -> tuple[float, float]:
    """Brightness range and redness spread inside the face, at the picture's own resolution."""
    pixels = np.ascontiguousarray(crop(item.image.pixels, scale_box(item.face.box, CUE_CROP)))
    low, high = np.percentile(pixels.max(axis=2), [1, 99])
    red = cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb)[..., 1]
    return float(high - low), float(red.std())

"""Finding faces with insightface, on a detector file that the user names."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from localverify.errors import NotReady
from localverify.types import Box, Face

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import StageContext
    from localverify.types import Image

# The detector's customary input and threshold (insightface's own FaceAnalysis).
INPUT_SIZE = (640, 640)
THRESHOLD = 0.5


def build(context: StageContext) -> InsightfaceFinder:
    """Loads the detector.

    Raises:
        NotReady: the package is not installed, or the setting ``insightface.detector`` names no detector.
    """
    detector = load_model(context.settings.insightface.detector, "insightface.detector", context.runtime.device)
    if not hasattr(detector, "detect"):
        raise NotReady("the setting insightface.detector names a model that is no detector")
    detector.prepare(0 if context.runtime.device == "cuda" else -1, input_size=INPUT_SIZE, det_thresh=THRESHOLD)
    return InsightfaceFinder(detector)


def load_model(file: str, setting: str, device: str) -> Any:  # noqa: ANN401 - insightface is untyped
    """A model of insightface's zoo from a file; nothing is fetched.

    Raises:
        NotReady: the package is not installed, the setting is empty, or the file is no model of the zoo.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from insightface import model_zoo  # noqa: PLC0415
    except ImportError as error:
        raise NotReady("insightface is not installed: install localverify[insightface]") from error
    if not file or not Path(file).is_file():
        raise NotReady(f"the setting {setting} must name an ONNX file of yours (now {file!r})")
    provider = "CUDAExecutionProvider" if device == "cuda" else "CPUExecutionProvider"
    try:
        model = model_zoo.get_model(file, providers=[provider])
    except Exception as error:  # the zoo raises whatever onnx and onnxruntime raise
        raise NotReady(f"insightface cannot load {file}: {error}") from error
    if model is None:
        raise NotReady(f"insightface does not know what kind of model {file} is")
    return model


class InsightfaceFinder:
    """Finds faces; largest first."""

    name = "insightface"

    def __init__(self, detector: Any) -> None:  # noqa: ANN401
        self._detector = detector

    def run(self, batch: Sequence[Image]) -> list[tuple[Face, ...]]:
        """The faces of each picture, largest first; empty where there is none."""
        return [self._find(image) for image in batch]

    def _find(self, image: Image) -> tuple[Face, ...]:
        boxes, _ = self._detector.detect(np.ascontiguousarray(image.pixels[..., ::-1]))
        return tuple(sorted(map(_face, boxes.tolist()), key=lambda face: -face.box.width))


def _face(row: Sequence[float]) -> Face:
    """The square about the box's centre whose side is the box's height, as the landmark stage expects."""
    left, top, right, bottom, score = row[:5]
    centre, half = (left + right) / 2, (bottom - top) / 2
    return Face(Box(centre - half, top, centre + half, bottom), score)

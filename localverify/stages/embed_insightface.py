"""Faces to vectors with insightface, on an ArcFace file that the user names."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from localverify.errors import NotReady
from localverify.imaging.face_crops import ALIGNED_SIZE, aligned_crop
from localverify.types import Embedding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.config import InsightfaceSettings
    from localverify.engine.registry import StageContext
    from localverify.types import FaceInImage, Floats


def build(context: StageContext) -> InsightfaceEmbedder:
    """Loads the embedder.

    Raises:
        NotReady: the package is not installed, or the setting ``insightface.embedder`` names no 112 x 112 net.
    """
    settings = context.settings.insightface
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from insightface.model_zoo import ArcFaceONNX  # noqa: PLC0415
    except ImportError as error:
        raise NotReady("insightface is not installed: install localverify[insightface]") from error
    path = Path(settings.embedder)
    if not settings.embedder or not path.is_file():
        raise NotReady(f"the setting insightface.embedder must name an ONNX file of yours (now {settings.embedder!r})")
    try:
        net = ArcFaceONNX(str(path), session=context.runtime.session(str(path)))
        size = tuple(net.input_size)
    except Exception as error:  # the zoo raises whatever onnx and onnxruntime raise
        raise NotReady(f"insightface cannot load {path}: {error}") from error
    if size != (ALIGNED_SIZE, ALIGNED_SIZE):
        raise NotReady(f"{path} takes {size} pixels; only nets of {ALIGNED_SIZE} x {ALIGNED_SIZE} can be used")
    return InsightfaceEmbedder(net, _space(path), settings)


def _space(path: Path) -> str:
    """Vectors of two files never mix: the space carries the file's digest."""
    return f"insightface-{path.stem}-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"


class InsightfaceEmbedder:
    """A unit vector a face, in the file's own space."""

    name = "insightface"

    def __init__(self, net: Any, space: str, settings: InsightfaceSettings) -> None:  # noqa: ANN401
        self._net = net
        self._space = space
        self.match_cosine = settings.match_cosine
        self.unsure_cosine = settings.unsure_cosine

    def run(self, batch: Sequence[FaceInImage]) -> list[Embedding]:
        """The embedding of each face; faces must have landmarks."""
        crops = [np.ascontiguousarray(aligned_crop(item.image, item.face)[..., ::-1]) for item in batch]
        return [self._embedding(self._net.get_feat(crop).reshape(-1)) for crop in crops]

    def _embedding(self, vector: Floats) -> Embedding:
        unit = (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
        unit.setflags(write=False)
        return Embedding(unit, self._space)

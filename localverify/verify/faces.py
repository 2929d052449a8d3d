"""Finding, embedding and comparing faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from localverify.errors import InputError
from localverify.imaging.decode import from_array
from localverify.imaging.geometry import turn_back, turned_box
from localverify.types import Box, Check, Face, FaceComparison, FaceInImage, FacePair, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import Toolbox
    from localverify.types import Embedding, FaceEmbedder, FaceFinder, FaceLandmarks, Image


# Upright faces have points that agree to .0041 of the face's width (98% of Labeled Faces in the Wild). Where a finder
# takes a turned face for an upright one, as fr_detect does in two of three pictures, 95% agree to .0047 or worse.
STEADY_SPREAD = 0.0044
# A turn is believed when its points are steady, and this much steadier than those of the picture as it stands.
CLEARLY_STEADIER = 0.45
TURNS = (90, 180, 270)
# Longer side of the turned pictures: the face that matters is large, and tiles are not read below this size.
TURNED_SIZE = 479


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedFaces:
    """The faces of a picture with their embeddings, both largest first."""

    faces: tuple[Face, ...]
    embeddings: tuple[Embedding, ...]


class FaceVerb:
    """Faces of pictures and their likeness."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    def detect(self, images: Sequence[Image]) -> list[tuple[Face, ...]]:
        """The faces of each picture with their 68 points, largest first."""
        return self._toolbox.runtime.map_batches(self._detect, images)

    def embed(self, items: Sequence[FaceInImage]) -> list[Embedding]:
        """The embedding of each face; faces must have been found by `detect`."""
        embedder: FaceEmbedder = self._toolbox.stage("face_embedder")
        return self._toolbox.runtime.map_batches(embedder.run, items)

    def detect_and_embed(self, images: Sequence[Image]) -> list[EmbeddedFaces]:
        """Faces and embeddings of each picture."""
        return self._toolbox.runtime.map_batches(self._detect_and_embed, images)

    def compare(self, a: EmbeddedFaces, b: EmbeddedFaces) -> FaceComparison:
        """Every face of one picture against every face of another.

        Raises:
            InputError: the embeddings are of different spaces.
        """
        pairs = tuple(
            self._pair(i, j, first, second)
            for i, first in enumerate(a.embeddings)
            for j, second in enumerate(b.embeddings)
        )
        return FaceComparison(a.faces, b.faces, pairs)

    def thresholds(self) -> tuple[float, float]:
        """The cosines from which two faces match and from which the answer is unsure."""
        embedder = self._toolbox.stage("face_embedder")
        settings = self._toolbox.settings.faces
        match = embedder.match_cosine if settings.match_cosine is None else settings.match_cosine
        unsure = embedder.unsure_cosine if settings.unsure_cosine is None else settings.unsure_cosine
        return match, min(unsure, match)

    def _detect(self, images: Sequence[Image]) -> list[tuple[Face, ...]]:
        finder: FaceFinder = self._toolbox.stage("face_finder")
        upright = self._place(images, finder.run(images))
        return [
            faces if _steady(faces) else self._turn_until_steady(image, faces)
            for image, faces in zip(images, upright, strict=True)
        ]

    def _place(self, images: Sequence[Image], found: Sequence[Sequence[Face]]) -> list[tuple[Face, ...]]:
        landmarks: FaceLandmarks = self._toolbox.stage("face_landmarks")
        items = [FaceInImage(image, face) for image, faces in zip(images, found, strict=True) for face in faces]
        placed = iter(landmarks.run(items))
        return [tuple(next(placed) for _ in faces) for faces in found]

    def _turn_until_steady(self, image: Image, upright: tuple[Face, ...]) -> tuple[Face, ...]:
        """Looks for the faces in the picture turned three ways; the turn with the steadiest largest face wins."""
        finder: FaceFinder = self._toolbox.stage("face_finder")
        shrink = max(1.0, max(image.width, image.height) / TURNED_SIZE)
        small = cv2.resize(image.pixels, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
        turned = finder.run([from_array(turn_back(np.asarray(small, np.uint8), turn)) for turn in TURNS])
        back = [
            [_turned_face(face, turn, shrink, image) for face in faces]
            for turn, faces in zip(TURNS, turned, strict=True)
        ]
        candidates = [faces for faces in self._place([image] * len(TURNS), back) if faces]
        best = min(candidates, key=_spread, default=())
        return best if _clearly_steadier(best, upright) else upright

    def _detect_and_embed(self, images: Sequence[Image]) -> list[EmbeddedFaces]:
        embedder: FaceEmbedder = self._toolbox.stage("face_embedder")
        found = self._detect(images)
        items = [FaceInImage(image, face) for image, faces in zip(images, found, strict=True) for face in faces]
        embeddings = iter(embedder.run(items))
        return [EmbeddedFaces(faces, tuple(next(embeddings) for _ in faces)) for faces in found]

    def _pair(self, i: int, j: int, a: Embedding, b: Embedding) -> FacePair:
        if a.space != b.space:
            raise InputError(f"embeddings of {a.space} and {b.space} cannot be compared")
        cosine = float(a.vector @ b.vector)
        match, unsure = self.thresholds()
        if cosine >= match:
            outcome, reason = Outcome.PASS, ""
        elif cosine >= unsure:
            outcome, reason = Outcome.UNSURE, "between_thresholds"
        else:
            outcome, reason = Outcome.FAIL, "different_people"
        return FacePair(i, j, cosine, Check("face_match", outcome, cosine, match, reason, a.space))


def _spread(faces: Sequence[Face]) -> float:
    """That of the largest face; 0 where the points were placed once and nothing is known."""
    return faces[0].spread or 0.0


def _steady(faces: Sequence[Face]) -> bool:
    return bool(faces) and _spread(faces) <= STEADY_SPREAD


def _clearly_steadier(turned: Sequence[Face], upright: Sequence[Face]) -> bool:
    if not turned or not upright:
        return bool(turned)
    return _spread(turned) <= min(STEADY_SPREAD, CLEARLY_STEADIER * _spread(upright))


def _turned_face(face: Face, turn: int, shrink: float, image: Image) -> Face:
    """A face of the small turned picture where it lies in the picture itself."""
    box = Box(*(value * shrink for value in face.box))
    return Face(turned_box(box, turn, image.width, image.height), face.score, turn)

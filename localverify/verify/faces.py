"""Finding, embedding and comparing faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localverify.errors import InputError
from localverify.types import Check, FaceComparison, FaceInImage, FacePair, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import Toolbox
    from localverify.types import Embedding, Face, FaceEmbedder, FaceFinder, FaceLandmarks, Image


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
        landmarks: FaceLandmarks = self._toolbox.stage("face_landmarks")
        found = finder.run(images)
        items = [FaceInImage(image, face) for image, faces in zip(images, found, strict=True) for face in faces]
        placed = iter(landmarks.run(items))
        return [tuple(next(placed) for _ in faces) for faces in found]

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

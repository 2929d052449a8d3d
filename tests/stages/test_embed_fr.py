from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from localverify.types import FaceEmbedder, FaceInImage

if TYPE_CHECKING:
    from localverify.engine.registry import Toolbox
    from localverify.verifier import Verifier


@pytest.fixture
def embedder(toolbox: Toolbox) -> FaceEmbedder:
    stage: FaceEmbedder = toolbox.stage("face_embedder", "fr")
    return stage


def test_an_embedding_is_a_unit_vector_of_a_named_space(embedder: FaceEmbedder, obama: FaceInImage):
    (embedding,) = embedder.run([obama])

    assert embedding.vector.shape == (512,)
    assert np.linalg.norm(embedding.vector) == pytest.approx(1, abs=1e-5)
    assert embedding.space == "fr_feature-1"


def test_batches_and_single_faces_agree(embedder: FaceEmbedder, obama: FaceInImage, verifier: Verifier, portraits):
    image = verifier.load(portraits / "biden.jpg")
    other = FaceInImage(image, verifier.detect_faces(image)[0])

    together = embedder.run([obama, other, obama])

    for item, embedding in zip((obama, other, obama), together, strict=True):
        np.testing.assert_allclose(embedder.run([item])[0].vector, embedding.vector, atol=1e-5)


def test_an_empty_batch_is_answered_empty(embedder: FaceEmbedder):
    assert list(embedder.run([])) == []

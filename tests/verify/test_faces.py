from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from localverify.config import Settings
from localverify.errors import InputError
from localverify.imaging.decode import from_array
from localverify.imaging.geometry import box_iou, turned_box
from localverify.types import Embedding, Outcome
from localverify.verifier import Verifier
from localverify.verify.faces import EmbeddedFaces
from tests.pictures import side_by_side

if TYPE_CHECKING:
    from pathlib import Path


def test_two_portraits_of_one_person_match(verifier: Verifier, portraits: Path):
    comparison = verifier.compare_faces(portraits / "obama.jpg", portraits / "obama2.jpg")

    (pair,) = comparison.pairs
    assert pair.check.outcome is Outcome.PASS
    assert pair.cosine > 0.6
    assert pair.check.score == pair.cosine
    assert pair.check.model == "fr_feature-1"


@pytest.mark.parametrize("other", ["biden.jpg", "astronaut.jpg"])
def test_two_people_do_not_match(verifier: Verifier, portraits: Path, other: str):
    check = verifier.compare_faces(portraits / "obama.jpg", portraits / other).decision.checks[0]

    assert check.outcome is Outcome.FAIL
    assert check.reason == "different_people"


def test_every_face_is_paired_with_every_face(verifier: Verifier, portraits: Path):
    both = side_by_side(
        verifier.load(portraits / "obama.jpg").pixels, verifier.load(portraits / "biden.jpg").pixels[:1200]
    )

    comparison = verifier.compare_faces(both, portraits / "obama2.jpg")

    assert len(comparison.faces_a) == 2
    assert [(pair.a, pair.b) for pair in comparison.pairs] == [(0, 0), (1, 0)]
    assert sorted(pair.check.outcome for pair in comparison.pairs) == [Outcome.FAIL, Outcome.PASS]
    assert comparison.decision.outcome is Outcome.PASS


def test_a_picture_without_a_face_is_a_reason_not_an_error(verifier: Verifier, portraits: Path):
    flat = from_array(np.full((200, 200, 3), 90, np.uint8))

    comparison = verifier.compare_faces(flat, portraits / "obama.jpg")

    assert comparison.pairs == ()
    assert comparison.decision.checks[0].reason == "no_face"


@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("name", ["astronaut", "biden", "obama", "obama2"])
def test_a_turned_portrait_is_still_the_same_person(verifier: Verifier, portraits: Path, name: str, turn: int):
    upright = verifier.load(portraits / f"{name}.jpg")
    turned = np.rot90(upright.pixels, -turn // 90)

    comparison = verifier.compare_faces(upright, turned)

    assert comparison.faces_b[0].turn == turn
    expected = turned_box(comparison.faces_a[0].box, turn, turned.shape[1], turned.shape[0])
    assert box_iou(comparison.faces_b[0].box, expected) > 0.7
    assert comparison.pairs[0].cosine > 0.9


def test_between_the_thresholds_the_answer_is_unsure(portraits: Path):
    settings = Settings.model_validate({"faces": {"match_cosine": 0.99, "unsure_cosine": 0.5}})
    with Verifier(settings) as verifier:
        check = verifier.compare_faces(portraits / "obama.jpg", portraits / "obama2.jpg").decision.checks[0]

    assert check.outcome is Outcome.UNSURE
    assert check.threshold == 0.99


def test_spaces_never_mix(verifier: Verifier, obama):
    vector = np.ones(512, np.float32) / 512**0.5
    one, two = (EmbeddedFaces((obama.face,), (Embedding(vector, space),)) for space in ("a", "b"))

    with pytest.raises(InputError, match="a and b cannot be compared"):
        verifier.compare_embedded(one, two)


def test_embedding_one_by_one_and_in_batches_gives_the_same(verifier: Verifier, portraits: Path):
    files = sorted(portraits.glob("*.jpg"))

    together = verifier.embedded_faces_of(files)

    for file, many in zip(files, together, strict=True):
        assert isinstance(many, EmbeddedFaces)
        one = verifier.embed_faces(file, verifier.detect_faces(file))
        np.testing.assert_allclose(many.embeddings[0].vector, one[0].vector, atol=1e-5)

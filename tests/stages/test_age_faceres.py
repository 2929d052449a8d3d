from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localverify.types import FaceInImage

if TYPE_CHECKING:
    from localverify.engine.registry import Toolbox
    from localverify.verifier import Verifier


# Ages when the official portraits were taken (2012, 2013), within three times the stated error.
@pytest.mark.parametrize(("name", "age"), [("obama", 51), ("biden", 70)])
def test_age_and_sex_are_estimates_with_their_error(
    toolbox: Toolbox, verifier: Verifier, portraits, name: str, age: float
):
    image = verifier.load(portraits / f"{name}.jpg")
    (guess,) = toolbox.stage("face_demographics").run([FaceInImage(image, verifier.detect_faces(image)[0])])

    assert guess.age_error == 7.2
    assert guess.age == pytest.approx(age, abs=3 * guess.age_error)
    assert guess.male > 0.5


def test_the_sexes_are_told_apart(toolbox: Toolbox, verifier: Verifier, portraits):
    image = verifier.load(portraits / "astronaut.jpg")
    (guess,) = toolbox.stage("face_demographics").run([FaceInImage(image, verifier.detect_faces(image)[0])])

    assert guess.male < 0.5


def test_an_empty_batch_is_answered_empty(toolbox: Toolbox):
    assert toolbox.stage("face_demographics").run([]) == []

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from localverify.imaging.decode import from_array
from tests.pictures import side_by_side

if TYPE_CHECKING:
    from localverify.engine.registry import Toolbox
    from localverify.types import FaceFinder, FaceInImage, Image


@pytest.fixture
def finder(toolbox: Toolbox) -> FaceFinder:
    stage: FaceFinder = toolbox.stage("face_finder", "fr")
    return stage


def test_it_finds_the_one_face_of_a_portrait(finder: FaceFinder, obama: FaceInImage):
    ((face,),) = finder.run([obama.image])

    assert face.score > 0.9
    assert face.turn == 0
    assert face.box.width == pytest.approx(face.box.height)
    # Where the face is, by eye on the picture of 910 x 1137: from hairline to chin, ear to ear.
    assert face.box == pytest.approx((334, 82, 651, 399), abs=25)


def test_it_finds_a_face_that_fills_a_tight_crop(finder: FaceFinder, obama: FaceInImage):
    left, top, right, bottom = (round(value) for value in obama.face.box)

    (faces,) = finder.run([from_array(obama.image.pixels[top:bottom, left:right])])

    assert len(faces) == 1


def test_it_finds_a_small_face_in_a_large_picture(finder: FaceFinder, obama: FaceInImage):
    scene = np.full((2000, 3000, 3), (90, 120, 90), np.uint8)
    scene[1200:1354, 2200:2323] = cv2.resize(obama.image.pixels, (123, 154), interpolation=cv2.INTER_AREA)

    ((face,),) = finder.run([from_array(scene)])

    assert 2200 < face.box.centre.x < 2323
    assert 1200 < face.box.centre.y < 1354


def test_two_people_are_two_faces_largest_first(finder: FaceFinder, obama: FaceInImage):
    smaller = cv2.resize(obama.image.pixels, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    padded = np.full((obama.image.height, smaller.shape[1], 3), 127, np.uint8)
    padded[: smaller.shape[0]] = smaller

    (faces,) = finder.run([from_array(side_by_side(padded, obama.image.pixels))])

    assert len(faces) == 2
    assert faces[0].box.width > faces[1].box.width


def test_a_picture_without_a_face_in_a_batch_costs_only_itself(finder: FaceFinder, obama: FaceInImage):
    flat = from_array(np.full((300, 400, 3), 128, np.uint8))
    tiny = from_array(np.zeros((1, 1, 3), np.uint8))

    answers = finder.run([flat, obama.image, tiny])

    assert [len(faces) for faces in answers] == [0, 1, 0]


def test_batches_and_single_pictures_agree(finder: FaceFinder, obama: FaceInImage):
    mirrored: Image = from_array(obama.image.pixels[:, ::-1])

    together = finder.run([obama.image, mirrored])
    alone = [finder.run([image])[0] for image in (obama.image, mirrored)]

    for many, one in zip(together, alone, strict=True):
        np.testing.assert_allclose(many[0].box, one[0].box, atol=1e-2)


def test_an_empty_batch_is_answered_empty(finder: FaceFinder):
    assert list(finder.run([])) == []

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from localverify.errors import InputError
from localverify.imaging.decode import from_array
from localverify.imaging.face_crops import ARCFACE_TEMPLATE, aligned_crop, five_points, square_crop
from localverify.types import Box, Face, FaceInImage

if TYPE_CHECKING:
    from localverify.verifier import Verifier


def test_the_five_points_are_eyes_nose_and_mouth_from_left_to_right(obama: FaceInImage):
    assert obama.face.landmarks is not None
    right_eye, left_eye, nose, right_mouth, left_mouth = five_points(obama.face.landmarks)

    assert right_eye[0] < nose[0] < left_eye[0]
    assert right_mouth[0] < left_mouth[0]
    assert right_eye[1] < nose[1] < right_mouth[1]


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_alignment_lands_on_the_template_at_any_size(verifier: Verifier, obama: FaceInImage, factor: int):
    image = from_array(np.repeat(np.repeat(obama.image.pixels, factor, 0), factor, 1))
    big = verifier.detect_faces(image)[0]
    aligned = from_array(aligned_crop(image, big))
    (again,) = verifier.detect_faces(from_array(np.pad(aligned.pixels, ((60, 60), (60, 60), (0, 0)), "edge")))

    assert aligned.pixels.shape == (112, 112, 3)
    assert again.landmarks is not None
    assert np.abs(five_points(again.landmarks) - 60 - ARCFACE_TEMPLATE).mean() < 4


def test_a_face_without_landmarks_cannot_be_aligned(obama: FaceInImage):
    with pytest.raises(InputError, match="no landmarks"):
        aligned_crop(obama.image, Face(obama.face.box, 1.0))


def test_a_turned_face_is_cut_out_upright():
    pixels = np.zeros((100, 100, 3), np.uint8)
    pixels[20:30, 20:80] = 255  # the top of the face when the picture is upright
    face = Face(Box(20, 20, 80, 80), 1.0)
    upright = square_crop(from_array(pixels), face, 1.0, 60)
    clockwise = from_array(np.rot90(pixels, -1))

    crop = square_crop(clockwise, Face(Box(20, 20, 80, 80), 1.0, turn=90), 1.0, 60)

    np.testing.assert_array_equal(crop, upright)
    assert crop[:9].min() == 255

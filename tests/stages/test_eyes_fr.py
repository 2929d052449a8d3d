from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from localverify.imaging.decode import from_array
from localverify.imaging.face_crops import eye_centres
from localverify.types import EyeState, FaceInImage
from tests.pictures import with_lens

if TYPE_CHECKING:
    from localverify.engine.registry import Toolbox
    from localverify.verifier import Verifier


@pytest.mark.parametrize("name", ["astronaut", "biden", "obama", "obama2"])
def test_open_eyes_are_open(toolbox: Toolbox, verifier: Verifier, portraits, name: str):
    image = verifier.load(portraits / f"{name}.jpg")
    (eyes,) = toolbox.stage("face_eyes").run([FaceInImage(image, verifier.detect_faces(image)[0])])

    assert (eyes.left, eyes.right) == (EyeState.OPEN, EyeState.OPEN)


def test_a_dark_lens_is_sunglasses_on_its_own_side(toolbox: Toolbox, obama: FaceInImage):
    eye, _ = eye_centres(obama.face.landmarks)
    covered = from_array(with_lens(obama.image.pixels, eye, obama.face.box.width * 0.17))

    (eyes,) = toolbox.stage("face_eyes").run([FaceInImage(covered, obama.face)])

    assert (eyes.left, eyes.right) == (EyeState.SUNGLASSES, EyeState.OPEN)


def test_lids_drawn_over_the_eyes_are_closed(toolbox: Toolbox, obama: FaceInImage):
    image, face = lids_closed(obama)

    (eyes,) = toolbox.stage("face_eyes").run([FaceInImage(image, face)])

    assert (eyes.left, eyes.right) == (EyeState.CLOSED, EyeState.CLOSED)


def lids_closed(item: FaceInImage):
    """Skin drawn over both eyes, with a line of lashes, and the points of the lids on that line."""
    pixels, points = item.image.pixels.copy(), item.face.landmarks.copy()
    for first in (36, 42):
        eye = points[first : first + 6]
        centre, width = eye.mean(axis=0), float(np.linalg.norm(eye[0] - eye[3]))
        skin = np.median(pixels[round(centre[1] + width) : round(centre[1] + 1.3 * width), round(centre[0])], axis=0)
        box = (round(width * 0.75), round(width * 0.38))
        cv2.ellipse(pixels, (round(centre[0]), round(centre[1])), box, 0, 0, 360, skin.tolist(), -1)
        low = (round(centre[0]), round(centre[1] - width * 0.1))
        cv2.ellipse(pixels, low, (round(width * 0.5), round(width * 0.25)), 0, 20, 160, (50, 35, 30), 3)
        line = centre[1] + width * 0.12
        points[first + 1 : first + 3, 1] = line - width * 0.05
        points[first + 4 : first + 6, 1] = line + width * 0.05
    smooth = cv2.GaussianBlur(pixels, (0, 0), 1.5)
    from dataclasses import replace

    return from_array(smooth), replace(item.face, landmarks=points)


def test_an_empty_batch_is_answered_empty(toolbox: Toolbox):
    assert toolbox.stage("face_eyes").run([]) == []

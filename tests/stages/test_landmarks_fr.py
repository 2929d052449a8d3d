from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from localverify.imaging import geometry
from localverify.imaging.decode import from_array
from localverify.imaging.face_crops import five_points
from localverify.types import Face, FaceInImage

if TYPE_CHECKING:
    from localverify.engine.registry import Toolbox


def test_there_are_68_points_inside_the_face(obama: FaceInImage):
    points = obama.face.landmarks

    assert points is not None
    assert points.shape == (68, 2)
    assert not points.flags.writeable
    left, top, right, bottom = obama.face.box
    assert (points[:, 0] > left - 20).all()
    assert (points[:, 0] < right + 20).all()
    assert (points[:, 1] > top - 20).all()
    assert (points[:, 1] < bottom + 40).all()


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_points_of_a_turned_picture_are_the_turned_points(toolbox: Toolbox, obama: FaceInImage, turn: int):
    turned = from_array(np.rot90(obama.image.pixels, -turn // 90))
    box = geometry.turned_box(obama.face.box, turn, turned.width, turned.height)
    face = Face(box, 1.0, turn)

    (placed,) = toolbox.stage("face_landmarks").run([FaceInImage(turned, face)])

    x, y = five_points(obama.face.landmarks).T
    width, height = obama.image.width, obama.image.height
    expected = {90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[turn]
    assert np.abs(five_points(placed.landmarks) - np.stack(expected, axis=1)).max() < 0.05 * face.box.width


def test_an_empty_batch_is_answered_empty(toolbox: Toolbox):
    assert toolbox.stage("face_landmarks").run([]) == []

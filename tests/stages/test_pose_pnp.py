from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localverify.imaging.decode import from_array
from localverify.stages.pose_pnp import HEAD, POINTS, PnpPose
from localverify.types import Box, Face, FaceInImage
from tests.pictures import turned_head

if TYPE_CHECKING:
    from localverify.verifier import Verifier

BLANK = from_array(np.zeros((2, 2, 3), np.uint8))


def projected(yaw: float, pitch: float, roll: float) -> Face:
    """A mean head, turned and seen from afar, as 68 points of which only the pose's six mean anything."""
    turns = [
        cv2.Rodrigues(np.radians([-pitch, 0, 0]).astype(float))[0],
        cv2.Rodrigues(np.radians([0, yaw, 0]).astype(float))[0],
        cv2.Rodrigues(np.radians([0, 0, roll]).astype(float))[0],
    ]
    points = HEAD @ (turns[2] @ turns[1] @ turns[0]).T
    landmarks = np.zeros((68, 2), np.float32)
    landmarks[list(POINTS)] = points[:, :2] + 500
    for first, outer in ((36, POINTS[2]), (42, POINTS[3])):
        landmarks[first : first + 6] = landmarks[outer]
    return Face(Box(430, 420, 570, 560), 1.0, 0, landmarks)


@given(st.floats(-40, 40), st.floats(-25, 25))
def test_it_recovers_the_turn_of_a_head_seen_from_afar(yaw: float, pitch: float):
    (pose,) = PnpPose().run([FaceInImage(BLANK, projected(yaw, pitch, 0))])

    assert pose.yaw == pytest.approx(yaw, abs=6)
    assert pose.pitch == pytest.approx(pitch, abs=6)


@given(st.floats(-40, 40))
def test_roll_is_positive_clockwise(roll: float):
    (pose,) = PnpPose().run([FaceInImage(BLANK, projected(0, 0, roll))])

    assert pose.roll == pytest.approx(roll, abs=1)


def test_a_nose_to_the_right_is_a_negative_yaw(verifier: Verifier, obama: FaceInImage):
    poses = []
    for degrees in (-45, 0, 45):
        image = from_array(turned_head(obama.image.pixels, obama.face.box, degrees))
        poses += PnpPose().run([FaceInImage(image, verifier.detect_faces(image)[0])])

    assert poses[0].yaw > 20
    assert abs(poses[1].yaw) < 8
    assert poses[2].yaw < -20


def test_a_face_without_points_is_frontal():
    (pose,) = PnpPose().run([FaceInImage(BLANK, Face(Box(0, 0, 1, 1), 1.0))])

    assert (pose.yaw, pose.pitch, pose.roll) == (0, 0, 0)

"""Yaw, pitch and roll from the 68 points: a rigid head of mean shape, seen from afar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from localverify.imaging.face_crops import CHIN, LEFT_MOUTH_CORNER, NOSE_TIP, RIGHT_MOUTH_CORNER, eye_centres
from localverify.types import Pose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import StageContext
    from localverify.types import Face, FaceInImage, Floats

# Six points of a mean adult head in millimetres, x to the picture's right, y down, z away from the camera: nose
# tip, chin, outer corners of the eyes, corners of the mouth. Widths and depths are rounded anthropometric means;
# on Labeled Faces in the Wild the yaw is within 2-3 degrees (median) of a net trained for it.
RIGHT_EYE_OUTER, LEFT_EYE_OUTER = 36, 45
POINTS = (NOSE_TIP, CHIN, RIGHT_EYE_OUTER, LEFT_EYE_OUTER, RIGHT_MOUTH_CORNER, LEFT_MOUTH_CORNER)
HEAD = np.array([[0, 0, 0], [0, 67, 19], [-46, -39, 45], [46, -39, 45], [-26, 25.5, 29], [26, 25.5, 29]], np.float64)
# A camera this many face widths long sees almost in parallel: the true focal length is unknown and hardly matters.
FOCAL_IN_FACES = 6.0


def build(_context: StageContext) -> PnpPose:
    """The stage; it needs no net."""
    return PnpPose()


class PnpPose:
    """Solves the perspective-n-point problem for each face; faces must have landmarks."""

    name = "pnp"

    def run(self, batch: Sequence[FaceInImage]) -> list[Pose]:
        """The pose of each face."""
        return [_pose(item.face) for item in batch]


def _pose(face: Face) -> Pose:
    if face.landmarks is None:
        return Pose(0.0, 0.0, 0.0)
    upright = _turned_back(face.landmarks, face.turn)
    points = upright[list(POINTS)].astype(np.float64)
    centre = points.mean(axis=0)
    focal = FOCAL_IN_FACES * max(face.box.width, 1.0)
    camera = np.array([[focal, 0, 0], [0, focal, 0], [0, 0, 1]])
    _, rotation, _ = cv2.solvePnP(HEAD, points - centre, camera, None, flags=cv2.SOLVEPNP_SQPNP)
    matrix, _ = cv2.Rodrigues(rotation)
    forward = -matrix[:, 2]
    yaw = np.degrees(np.arctan2(-forward[0], -forward[2]))
    pitch = np.degrees(np.arcsin(np.clip(-forward[1], -1, 1)))
    return Pose(float(yaw), float(pitch), _roll(upright))


def _turned_back(landmarks: Floats, turn: int) -> Floats:
    """The points turned counter-clockwise about the origin by the face's turn."""
    angle = np.radians(turn)
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.asarray(landmarks @ np.array([[cosine, -sine], [sine, cosine]]), dtype=np.float32)


def _roll(upright: Floats) -> float:
    """The angle of the line through the eyes: steadier than the solver's own roll."""
    right, left = eye_centres(upright)
    return float(np.degrees(np.arctan2(left.y - right.y, left.x - right.x)))

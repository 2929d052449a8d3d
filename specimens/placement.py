"""Where documents come to lie before a pinhole camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from specimens.truth import move_quad

if TYPE_CHECKING:
    from localverify.types import Quad
    from specimens.truth import Matrix, Specimen


@dataclass(frozen=True, slots=True)
class Pose:
    """How one document lies.

    Attributes:
        yaw: degrees about its upright axis.
        pitch: degrees about its level axis.
        roll: degrees clockwise in the picture.
        focal: of the lens, in long sides of the sensor; a document that fills the picture is as many of its own
            long sides away.
    """

    yaw: float
    pitch: float
    roll: float
    focal: float


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the picture that a document is placed in, in pixels."""

    left: float
    top: float
    width: float
    height: float


def place(specimen: Specimen, pose: Pose, frame: Frame, fill: float, rng: np.random.Generator) -> Matrix:
    """The homography from the specimen's pixels to the picture's.

    The projected bounding box takes `fill` of the frame along its tighter side, at a random place inside.
    """
    matrix = _projection(specimen, pose)
    left, top, width, height = _bounds(specimen, matrix)
    scale = fill * min(frame.width / width, frame.height / height)
    x = frame.left + rng.uniform(0.02, 0.98) * (frame.width - scale * width)
    y = frame.top + rng.uniform(0.02, 0.98) * (frame.height - scale * height)
    fit = np.array([[scale, 0, x - scale * left], [0, scale, y - scale * top], [0, 0, 1]])
    return np.asarray(fit @ matrix, dtype=np.float64)


def push_out(matrix: Matrix, quad: Quad, size: tuple[int, int], share: float, rng: np.random.Generator) -> Matrix:
    """The homography shifted so that about `share` of the quad's bounding box is beyond one edge of the picture."""
    left, top, right, bottom = _box(move_quad(quad, matrix))
    width, height = size
    wide, high = right - left, bottom - top
    shifts = ((-left - share * wide, 0.0), (width - right + share * wide, 0.0),
              (0.0, -top - share * high), (0.0, height - bottom + share * high))  # fmt: skip
    dx, dy = shifts[int(rng.integers(4))]
    return np.asarray(np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1.0]]) @ matrix, dtype=np.float64)


def visible_share(quad: Quad, width: int, height: int) -> float:
    """How much of a quad's area lies inside the picture, 0..1."""
    picture = np.array(
        [[-0.5, -0.5], [width - 0.5, -0.5], [width - 0.5, height - 0.5], [-0.5, height - 0.5]], np.float32
    )
    points = np.array(quad, np.float32)
    inside, _ = cv2.intersectConvexConvex(points, picture)
    return float(min(inside / max(cv2.contourArea(points), 1e-6), 1.0))


def _projection(specimen: Specimen, pose: Pose) -> Matrix:
    """Pinhole projection of the plane, about its middle.

    A shorter lens stands nearer, so its perspective is stronger.
    """
    height, width = specimen.pixels.shape[:2]
    longest = max(width, height)
    centre = np.array([[1, 0, (1 - width) / 2], [0, 1, (1 - height) / 2], [0, 0, 1]])
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    turned = about_z @ about_y @ about_x
    away = longest * pose.focal
    plane = np.column_stack([turned[:, 0], turned[:, 1], np.array([0, 0, away])])
    lens = np.diag([away, away, 1.0])
    return np.asarray(lens @ plane @ centre, dtype=np.float64)


def _bounds(specimen: Specimen, matrix: Matrix) -> tuple[float, float, float, float]:
    height, width = specimen.pixels.shape[:2]
    corners = np.array([[[-0.5, -0.5], [width - 0.5, -0.5], [width - 0.5, height - 0.5], [-0.5, height - 0.5]]])
    points = cv2.perspectiveTransform(corners, matrix)[0]
    (left, top), (right, bottom) = points.min(0), points.max(0)
    return float(left), float(top), float(right - left), float(bottom - top)


def _box(quad: Quad) -> tuple[float, float, float, float]:
    xs, ys = zip(*quad, strict=True)
    return min(xs), min(ys), max(xs), max(ys)

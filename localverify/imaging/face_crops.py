"""Cutting faces out of pictures the way the nets were trained to see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from localverify.errors import InputError
from localverify.imaging.geometry import crop, fit_similarity, scale_box, turn_back
from localverify.types import Point

if TYPE_CHECKING:
    from localverify.types import Face, Floats, Image, Pixels

# Where ArcFace's authors put eye centres, nose tip and mouth corners in a 112 x 112 picture (Deng et al. 2019).
ARCFACE_TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
)
ALIGNED_SIZE = 112

# Index ranges of the iBUG 68-point scheme. Right and left are the person's own.
RIGHT_EYE = slice(36, 42)
LEFT_EYE = slice(42, 48)
NOSE_TIP = 30
CHIN = 8
RIGHT_MOUTH_CORNER = 48
LEFT_MOUTH_CORNER = 54


def square_crop(image: Image, face: Face, scale: float, size: int) -> Pixels:
    """The face box, scaled about its centre, upright, as a `size` x `size` picture.

    What lies beyond the picture is grey 127.
    """
    pixels = turn_back(crop(image.pixels, scale_box(face.box, scale)), face.turn)
    method = cv2.INTER_AREA if pixels.shape[0] > 2 * size else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (size, size), interpolation=method), dtype=np.uint8)


def five_points(landmarks: Floats) -> Floats:
    """Eye centres, nose tip and mouth corners out of 68 points.

    Returns:
        5 x 2 float32: first the eye on the picture's left when the face is upright.
    """
    eyes = [landmarks[RIGHT_EYE].mean(axis=0), landmarks[LEFT_EYE].mean(axis=0)]
    mouth = [landmarks[RIGHT_MOUTH_CORNER], landmarks[LEFT_MOUTH_CORNER]]
    return np.stack([*eyes, landmarks[NOSE_TIP], *mouth]).astype(np.float32)


def aligned_crop(image: Image, face: Face) -> Pixels:
    """The face turned, scaled and shifted onto the ArcFace template.

    Returns:
        112 x 112 x 3, RGB, uint8.

    Raises:
        InputError: the face has no landmarks.
    """
    if face.landmarks is None:
        raise InputError("the face has no landmarks yet: run the face_landmarks stage first")
    matrix = fit_similarity(five_points(face.landmarks), ARCFACE_TEMPLATE)
    pixels, matrix = _shrunk(image.pixels, matrix)
    size = (ALIGNED_SIZE, ALIGNED_SIZE)
    return np.asarray(cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LINEAR), dtype=np.uint8)


def _shrunk(pixels: Pixels, matrix: Floats) -> tuple[Pixels, Floats]:
    """Halves the part of the picture that the warp reads until it shrinks by less than two: no aliasing."""
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    factor = int(0.5 / max(scale, 1e-6)) if scale < 0.5 else 1  # noqa: PLR2004
    if factor < 2:  # noqa: PLR2004
        return pixels, matrix
    corners = np.array([[0, 0], [ALIGNED_SIZE, 0], [ALIGNED_SIZE, ALIGNED_SIZE], [0, ALIGNED_SIZE]], np.float32)
    inverse = cv2.invertAffineTransform(matrix)
    source = corners @ inverse[:, :2].T + inverse[:, 2]
    low = np.maximum(np.floor(source.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(source.max(axis=0)).astype(int) + 1, pixels.shape[1::-1])
    part = pixels[low[1] : high[1], low[0] : high[0]]
    if min(part.shape[:2]) < factor:
        return pixels, matrix
    width, height = part.shape[1] // factor, part.shape[0] // factor
    small = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)
    ratio = np.array([part.shape[1] / width, part.shape[0] / height])
    moved = matrix.astype(np.float64).copy()
    moved[:, 2] += moved[:, :2] @ (low + (ratio - 1) / 2)
    moved[:, :2] *= ratio
    return np.asarray(small, dtype=np.uint8), moved.astype(np.float32)


def eye_centres(landmarks: Floats) -> tuple[Point, Point]:
    """The person's right and left eye centres, in picture coordinates."""
    right, left = landmarks[RIGHT_EYE].mean(axis=0), landmarks[LEFT_EYE].mean(axis=0)
    return Point(float(right[0]), float(right[1])), Point(float(left[0]), float(left[1]))

"""Pictures that tests make out of the bundled portraits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from localverify.types import Box, Pixels


def turned_head(pixels: Pixels, face: Box, degrees: float) -> Pixels:
    """The head turned by painting it on a cylinder: positive degrees turn the nose to the picture's right."""
    height, width = pixels.shape[:2]
    centre, radius = face.centre.x, face.width * 0.62
    across = np.arange(width, dtype=np.float32) - centre
    angle = np.arcsin(np.clip(across / radius, -0.999, 0.999)) - np.radians(degrees)
    on_head = (np.abs(across) < radius) & (np.abs(angle) < np.pi / 2)
    source = np.where(on_head, radius * np.sin(angle), across) + centre
    columns = np.repeat(source[None].astype(np.float32), height, axis=0)
    rows = np.repeat(np.arange(height, dtype=np.float32)[:, None], width, axis=1)
    return np.asarray(cv2.remap(pixels, columns, rows, cv2.INTER_LINEAR), dtype=np.uint8)


def side_by_side(*pictures: Pixels) -> Pixels:
    """Pictures of one height next to each other."""
    height = min(picture.shape[0] for picture in pictures)
    scaled = [cv2.resize(p, (round(p.shape[1] * height / p.shape[0]), height)) for p in pictures]
    return np.asarray(np.hstack(scaled), dtype=np.uint8)


def with_lens(pixels: Pixels, eye: tuple[float, float], radius: float) -> Pixels:
    """A dark round lens over one eye."""
    painted = pixels.copy()
    cv2.circle(painted, (round(eye[0]), round(eye[1])), round(radius), (18, 18, 20), -1)
    return painted


def darkened(pixels: Pixels, factor: float) -> Pixels:
    """Every value times `factor`, cut at 255."""
    return np.clip(pixels.astype(np.float32) * factor, 0, 255).astype(np.uint8)


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    """Out of focus."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), dtype=np.uint8)

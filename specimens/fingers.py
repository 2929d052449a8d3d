"""A finger that holds the document and hides a part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from specimens.seeds import pick

if TYPE_CHECKING:
    from localverify.types import Pixels, Quad

_SKINS = ((228, 186, 160), (206, 160, 128), (160, 114, 84), (112, 78, 60))


def finger(pixels: Pixels, quad: Quad, rng: np.random.Generator) -> np.ndarray:
    """Paints a finger from outside the picture over one edge of `quad`.

    Returns:
        N x 2, the outline of what is hidden, in pixels.
    """
    corners = np.array(quad)
    edge = int(rng.integers(4))
    middle = corners.mean(0)
    start = corners[edge] + rng.uniform(0.2, 0.8) * (corners[(edge + 1) % 4] - corners[edge])
    inward = (middle - start) / max(np.linalg.norm(middle - start), 1)
    reach = float(np.linalg.norm(corners[1] - corners[0]))
    tip, wide = start + inward * reach * rng.uniform(0.06, 0.18), reach * rng.uniform(0.05, 0.085)
    root = start - inward * (pixels.shape[0] + pixels.shape[1])
    outline = _capsule(root, tip, wide)
    skin = np.array(pick(rng, _SKINS), np.float64)
    steps = 6
    for step in range(steps):
        tone = tuple(int(v) for v in skin * (0.78 + 0.26 * step / steps))
        inner = _capsule(root, tip, wide * (1 - 0.13 * step))
        cv2.fillPoly(pixels, [np.round(inner * 16).astype(np.int32)], tone, cv2.LINE_AA, 4)
    nail = tip - inward * wide * 0.25
    angle = float(np.degrees(np.arctan2(inward[1], inward[0])))
    pale = tuple(int(v) for v in np.clip(skin * 1.06 + (6, 8, 12), 0, 255))
    axes = (round(wide * 0.62), round(wide * 0.5))
    cv2.ellipse(pixels, (round(nail[0]), round(nail[1])), axes, angle, 0, 360, pale, -1, cv2.LINE_AA)
    return outline


def _capsule(root: np.ndarray, tip: np.ndarray, wide: float) -> np.ndarray:
    along = (tip - root) / max(np.linalg.norm(tip - root), 1)
    across = np.array([-along[1], along[0]])
    angles = np.linspace(-np.pi / 2, np.pi / 2, 24)
    cap = tip + wide * (np.cos(angles)[:, None] * along + np.sin(angles)[:, None] * across)
    return np.vstack([root - wide * across, cap, root + wide * across])

"""What use does to a card: holes, cut corners, dirt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from specimens.options import Damage
from specimens.truth import Specimen, box_quad

if TYPE_CHECKING:
    from localverify.types import Pixels, Quad


def do_damage(specimen: Specimen, kind: Damage, rng: np.random.Generator) -> Specimen:
    """The specimen with one more damage."""
    pixels, mask = specimen.pixels.copy(), specimen.mask.copy()
    quads = _KINDS[kind](pixels, mask, specimen.pixels_per_mm, rng)
    truth = replace(
        specimen.truth, damage=(*specimen.truth.damage, kind.value), damaged=(*specimen.truth.damaged, *quads)
    )
    return replace(specimen, pixels=pixels, mask=mask, truth=truth)


def _hole(_: Pixels, mask: Pixels, resolution: float, rng: np.random.Generator) -> list[Quad]:
    """A punched hole of 4 to 7 mm, wholly inside the card."""
    height, width = mask.shape
    radius = rng.uniform(2, 3.5) * resolution
    x = rng.uniform(2 * radius, width - 2 * radius)
    y = rng.uniform(2 * radius, height - 2 * radius)
    cv2.circle(mask, (round(x), round(y)), round(radius), 0, -1, cv2.LINE_AA)
    return [box_quad(x - radius, y - radius, x + radius, y + radius)]


def _cut_corner(_: Pixels, mask: Pixels, resolution: float, rng: np.random.Generator) -> list[Quad]:
    """A corner cut off straight, 6 to 16 mm along each edge."""
    height, width = mask.shape
    along, down = rng.uniform(6, 16, 2) * resolution
    right, below = bool(rng.integers(2)), bool(rng.integers(2))
    x, y = (width if right else 0), (height if below else 0)
    inner_x, inner_y = (x - along if right else along), (y - down if below else down)
    triangle = np.round([[x, y], [inner_x, y], [x, inner_y]]).astype(np.int32)
    cv2.fillPoly(mask, [triangle], 0, cv2.LINE_AA)
    return [box_quad(min(x, inner_x), min(y, inner_y), max(x, inner_x), max(y, inner_y))]


def _dirt(pixels: Pixels, mask: Pixels, resolution: float, rng: np.random.Generator) -> list[Quad]:
    """Stains and scratches."""
    height, width = mask.shape
    quads = []
    for _ in range(int(rng.integers(2, 6))):
        reach = rng.uniform(2, 7) * resolution
        x, y = rng.uniform(0.1, 0.9) * width, rng.uniform(0.1, 0.9) * height
        left, top, right, bottom = (int(v) for v in (max(x - reach, 0), max(y - reach, 0), x + reach, y + reach))
        area = pixels[top : min(bottom, height), left : min(right, width)]
        high, wide = area.shape[:2]
        shape = cv2.resize(rng.uniform(0, 1, (6, 6)).astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC)
        xs, ys = np.meshgrid(np.linspace(-1, 1, wide), np.linspace(-1, 1, high))
        alpha = np.clip(1.6 * shape - np.hypot(xs, ys), 0, 1)[..., None] * rng.uniform(0.5, 0.85)
        brown = np.array([rng.uniform(50, 110), rng.uniform(40, 90), rng.uniform(25, 70)])
        area[:] = (area * (1 - alpha) + brown * alpha).astype(np.uint8)
        quads.append(box_quad(left, top, min(right, width), min(bottom, height)))
    for _ in range(int(rng.integers(4, 14))):
        start = rng.uniform(0, 1, 2) * (width, height)
        stop = start + rng.normal(0, 12, 2) * resolution
        ends = [tuple(int(v) for v in point) for point in (start, stop)]
        tone = int(rng.integers(150, 255))
        cv2.line(pixels, ends[0], ends[1], (tone, tone, tone), 1, cv2.LINE_AA)
    return quads


_KINDS = {Damage.HOLE: _hole, Damage.CUT_CORNER: _cut_corner, Damage.DIRT: _dirt}

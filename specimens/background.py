"""The security print under a document's text: gradient, fine lines, drawings and the mark SPECIMEN."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw

from specimens import drawings, layout
from specimens.fonts import FontSet
from specimens.seeds import stream
from specimens.truth import Line, box_quad, move_quad
from specimens.variation import JITTERS, colour, turn_hue

if TYPE_CHECKING:
    from localverify.types import Pixels
    from specimens.layout import Background, Layout
    from specimens.options import Split

_STEPS = 240  # points a curve


@lru_cache(maxsize=48)
def background(document_type: str, side: str, split: Split, variant: int) -> tuple[Pixels, Line]:
    """The print that all documents of one variant share, read-only, and the mark on it."""
    plan = layout.load(document_type, side)
    rng = stream(variant, "background", split, document_type, side)
    width, height = (round(length * plan.resolution) for length in plan.size)
    turn = rng.uniform(-JITTERS[split].hue, JITTERS[split].hue)
    pixels = _gradient(plan.background, width, height, turn, rng)
    _lines(pixels, plan.background, turn, rng)
    for drawing in plan.drawings:
        drawings.draw(pixels, drawing, turn, plan.resolution, rng)
    mark = _mark(pixels, plan, FontSet(variant, split), rng)
    pixels.setflags(write=False)
    return pixels, mark


def _gradient(spec: Background, width: int, height: int, turn: float, rng: np.random.Generator) -> Pixels:
    stops = np.array([turn_hue(colour(text), turn) for text in spec.colours], np.float32)
    angle = rng.uniform(-0.25, 0.25)
    x, y = np.meshgrid(np.linspace(0, 1, 64, dtype=np.float32), np.linspace(0, 1, 64, dtype=np.float32))
    along = np.clip(x + angle * (y - 0.5), 0, 1) * (len(stops) - 1)
    small = np.stack([np.interp(along, np.arange(len(stops)), stops[:, channel]) for channel in range(3)], -1)
    return np.asarray(
        cv2.resize(small.astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8
    )


def _lines(pixels: Pixels, spec: Background, turn: float, rng: np.random.Generator) -> None:
    if not spec.lines or spec.pattern == "plain":
        return
    ink, tone = pixels.copy(), turn_hue(colour(spec.lines), turn)
    for curve in _CURVES[spec.pattern](pixels.shape[1], pixels.shape[0], rng):
        cv2.polylines(ink, [np.round(curve * 16).astype(np.int32)], False, tone, 1, cv2.LINE_AA, 4)
    cv2.addWeighted(ink, 0.75, pixels, 0.25, 0, dst=pixels)


def _waves(width: int, height: int, rng: np.random.Generator) -> list[np.ndarray]:
    x = np.linspace(0, width, _STEPS)
    phase, cycles, curves = rng.uniform(0, 6.3), rng.uniform(2, 5), []
    for family in range(2):
        count = int(rng.integers(26, 40))
        for index in range(count):
            t = index / count
            swing = height * (0.05 + 0.04 * np.sin(6.3 * t + phase))
            y = height * (1.2 * t - 0.1) + swing * np.sin(
                6.3 * cycles * x / width + phase + (4.2 if family else 2.1) * t
            )
            curves.append(np.stack([x, y], 1))
    return curves


def _rosette(width: int, height: int, rng: np.random.Generator) -> list[np.ndarray]:
    theta = np.linspace(0, 2 * np.pi, 3 * _STEPS)
    curves = []
    for _ in range(2):
        cx, cy = width * rng.uniform(0.35, 0.75), height * rng.uniform(0.35, 0.65)
        petals, deep = int(rng.integers(6, 14)), rng.uniform(0.15, 0.3)
        for index in range(22):
            radius = height * (0.08 + 0.035 * index) * (1 + deep * np.sin(petals * theta + 0.35 * index))
            curves.append(np.stack([cx + 1.25 * radius * np.cos(theta), cy + radius * np.sin(theta)], 1))
    return curves


def _grid(width: int, height: int, rng: np.random.Generator) -> list[np.ndarray]:
    step, swing = height / rng.uniform(34, 46), height * rng.uniform(0.006, 0.012)
    x, y = np.linspace(0, width, _STEPS), np.linspace(0, height, _STEPS)
    across = [np.stack([x, at + swing * np.sin(x / step)], 1) for at in np.arange(0, height, step)]
    return across + [np.stack([at + swing * np.sin(y / step), y], 1) for at in np.arange(0, width, step)]


_CURVES = {"waves": _waves, "rosette": _rosette, "grid": _grid}


def _mark(pixels: Pixels, plan: Layout, fonts: FontSet, rng: np.random.Generator) -> Line:
    """Writes SPECIMEN across the document, under what will be printed on it."""
    height, width = pixels.shape[:2]
    x, y, wide = (length * plan.resolution for length in plan.mark)
    centre = (x, y) if wide else (width * 0.64, height * 0.6)
    probe = fonts.font("sans_bold", 100, "SPECIMEN").getlength("SPECIMEN") / 100
    font = fonts.font("sans_bold", round((wide or width * 0.6) / probe), "SPECIMEN")
    left, top, right, bottom = font.getbbox("SPECIMEN", anchor="mm")
    matrix = np.vstack([cv2.getRotationMatrix2D(centre, rng.uniform(10, 22), 1), [0, 0, 1]])
    quad = move_quad(box_quad(centre[0] + left, centre[1] + top, centre[0] + right, centre[1] + bottom), matrix)
    flat = Image.new("L", (width, height))
    ImageDraw.Draw(flat).text(centre, "SPECIMEN", round(255 * rng.uniform(0.16, 0.26)), font, anchor="mm")
    turned = np.asarray(cv2.warpAffine(np.asarray(flat), matrix[:2], (width, height)), dtype=np.uint8)
    xs, ys = zip(*quad, strict=True)
    inside = (slice(max(int(min(ys)), 0), int(max(ys)) + 2), slice(max(int(min(xs)), 0), int(max(xs)) + 2))
    alpha = cv2.merge([turned[inside]] * 3)
    red = (np.arange(256)[None, :, None] * np.array(colour("#c03838")) // 255).astype(np.uint8)
    pixels[inside] = cv2.add(cv2.multiply(pixels[inside], cv2.bitwise_not(alpha), scale=1 / 255), cv2.LUT(alpha, red))
    return Line("SPECIMEN", quad, "mark")

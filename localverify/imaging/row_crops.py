"""A row of print straightened and cut to its ink, the size that a line reader takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from localverify.imaging.text_rows import Row, part_of, strip

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localverify.types import Floats, Pixels

# The working strip: 48 rows for 2.8 heights of the row, so capitals are some 17 pixels high.
_ROWS = 48
_HALF = 1.4
_BEYOND = 1.6
_CAPITAL = _ROWS / (2 * _HALF)
# Ink within so many capitals of the strip's end may go on: the row is taken to be longer, by so many heights, again
# and again. The finder loses the ends of rows that are steep for it or faint.
_AT_THE_END, _EXTENSION, _EXTENSIONS = 0.9, 6.0, 4
# Windows along the row whose middles of ink draw its curve.
_WINDOWS = 14
# What the line reader was trained on: capitals and this much, in capitals' heights, above and below their middle,
# and before the first and after the last ink.
_HALF_CROP = 0.78
_MARGIN = 0.32


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Where a row's print runs, in the pixels of its strip.

    Attributes:
        matrix: 2 x 3, carries the strip's pixels into the picture.
        bend: coefficients of the middle line's row over its column, highest power first.
        left: column of the first ink.
        right: column of the last ink.
        capital: height of capitals, in rows.
    """

    matrix: NDArray[np.float64]
    bend: NDArray[np.float64]
    left: float
    right: float
    capital: float

    def at(self, columns: NDArray[np.float64], below: float) -> NDArray[np.float64]:
        """Points of the picture, 2 x N: at these columns, so many capitals' heights below the middle line."""
        rows = np.polyval(self.bend, columns) + below * self.capital
        return self.matrix[:, :2] @ np.stack([columns, rows]) + self.matrix[:, 2:]

    def column_of(self, point: NDArray[np.float64]) -> float:
        """The column of the strip at a point of the picture (x, y)."""
        across = self.matrix[:, 0]
        return float((point - self.matrix[:, 2]) @ across / (across @ across))


def trace(grey: Pixels, row: Row) -> Curve:
    """Follows the ink of a row, beyond its ends too where the ink goes on.

    Args:
        grey: H x W uint8.
        row: where it is, roughly.
    """
    curve = _trace(grey, row)
    for _ in range(_EXTENSIONS):
        width = row.length / row.height * _CAPITAL + 2 * _BEYOND * _CAPITAL
        before = _EXTENSION if curve.left < _AT_THE_END * _CAPITAL else 0.0
        after = _EXTENSION if curve.right > width - _AT_THE_END * _CAPITAL else 0.0
        if before == after == 0:
            break
        row = _extended(row, curve, before, after)
        curve = _trace(grey, row)
    return curve


def _extended(row: Row, curve: Curve, before: float, after: float) -> Row:
    """A longer row, along the line that the ink takes: by so many heights before its beginning and after its end."""
    start, stop = curve.at(np.array([curve.left, curve.right]), 0.0).T
    along = (stop - start) / max(float(np.hypot(*(stop - start))), 1e-6)
    start, stop = start - along * before * row.height, stop + along * after * row.height
    return replace(row, centre=(start + stop) / 2, along=along, length=float(np.hypot(*(stop - start))))


def _trace(grey: Pixels, row: Row) -> Curve:
    pixels, matrix = strip(grey, row, _ROWS, _HALF, _BEYOND)
    ink = _ink(pixels)
    bend = _bend(ink)
    straight = _straightened(ink, bend)
    top, bottom = _vertical(straight)
    bend = bend + np.array([0.0, 0.0, (top + bottom) / 2 - _ROWS / 2])
    left, right = _horizontal(straight[max(int(top), 0) : int(bottom) + 1])
    return Curve(matrix, bend, left, right, max(bottom - top, 4.0))


def crop(grey: Pixels, curve: Curve, height: int, width: int) -> Pixels:
    """The print along a curve.

    Args:
        grey: H x W uint8.
        curve: where.
        height: of the answer, in pixels.
        width: of the answer, in pixels.
    """
    margin = _MARGIN * curve.capital
    columns = np.linspace(curve.left - margin, curve.right + margin, width)
    rows = np.linspace(-_HALF_CROP, _HALF_CROP, height)
    downwards = curve.matrix[:, 1, None] * (rows * curve.capital)
    points = (curve.at(columns, 0.0)[:, None] + downwards[..., None]).astype(np.float32)
    step = np.hypot(*(points[:, height // 2, -1] - points[:, height // 2, 0])) / width
    part, offset = part_of(grey, points)
    if step > 1.2:  # noqa: PLR2004 - the crop is smaller than the print: no aliasing
        part = np.asarray(cv2.GaussianBlur(part, (0, 0), 0.4 * step), np.uint8)
    points -= offset[:, None, None]
    return np.asarray(cv2.remap(part, points[0], points[1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _ink(pixels: Floats) -> Floats:
    """Darkness against the ground nearby, 0 or more."""
    ground = cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, np.ones((17, 17), np.uint8))
    return np.asarray(ground - pixels, np.float32)


def _bend(ink: Floats) -> NDArray[np.float64]:
    """A parabola through the middles of the ink; twice, the second time looking nearer to it."""
    width = ink.shape[1]
    bend = np.array([0.0, 0.0, _ROWS / 2])
    edges = np.linspace(0, width, _WINDOWS + 1).astype(int)
    centres = (edges[:-1] + edges[1:]) / 2
    rows = np.arange(_ROWS)[:, None]
    for reach in (0.95 * _CAPITAL, 0.7 * _CAPITAL):
        offsets = rows - np.polyval(bend, np.arange(width))[None]
        near = ink * (np.abs(offsets) < reach)
        weight = np.add.reduceat(near.sum(0), edges[:-1])
        middle = np.add.reduceat((near * rows).sum(0), edges[:-1]) / np.maximum(weight, 1e-6)
        inside = weight > 0.25 * np.median(weight)
        if inside.sum() < 5:  # noqa: PLR2004 - too few for a parabola
            return bend
        bend = np.polyfit(centres[inside], middle[inside], 2, w=np.sqrt(weight[inside]))
    return np.asarray(bend, np.float64)


def _straightened(ink: Floats, bend: NDArray[np.float64]) -> Floats:
    """The ink with its middle line carried to the middle row."""
    width = ink.shape[1]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(_ROWS, dtype=np.float32))
    rows += (np.polyval(bend, np.arange(width)) - _ROWS / 2).astype(np.float32)
    return np.asarray(cv2.remap(ink, columns, rows, cv2.INTER_LINEAR), np.float32)


def _vertical(straight: Floats) -> tuple[float, float]:
    """First and last row of the capitals, by the darkest fifth of each row: a few letters among fillers count."""
    kept = max(straight.shape[1] // 5, 1)
    profile = np.sort(straight, axis=1)[:, -kept:].mean(1)
    least = 0.45 * float(np.median(np.sort(profile)[-12:]))
    middle = _ROWS // 2
    top, bottom = middle, middle
    while top > middle - 17 and profile[top - 1] > least:
        top -= 1
    while bottom < middle + 16 and profile[bottom + 1] > least:
        bottom += 1
    return float(top) - 0.5, float(bottom) + 0.5


def _horizontal(body: Floats) -> tuple[float, float]:
    """First and last column of ink, from a little inside the row outwards over gaps of up to a character."""
    profile = cv2.GaussianBlur(body.max(axis=0)[None], (3, 1), 0)[0]
    dark = np.flatnonzero(profile > 0.4 * np.percentile(profile, 75))
    inside, gap = (_BEYOND + 1.0) * _CAPITAL, 1.0 * _CAPITAL
    width = body.shape[1]
    left = _outwards(np.sort(dark[dark <= inside])[::-1], inside, gap)
    right = width - 1 - _outwards(np.sort(width - 1 - dark[dark >= width - 1 - inside])[::-1], inside, gap)
    return left, right


def _outwards(columns: NDArray[np.int64], start: float, gap: float) -> float:
    """The last of descending columns that is reached without a gap; `start` where there is none."""
    reached = start
    for column in columns.tolist():
        if reached - column > gap:
            break
        reached = float(column)
    return reached

"""Finder patterns of QR codes: the three nested squares, found by how contours lie in one another.

A finder pattern (ISO/IEC 18004, 6.3.3) is a dark square of 3 x 3 modules in a light ring (5 x 5) in a dark
ring (7 x 7). Only the inner two are looked for, so a symbol whose dark ring runs into a dark ground, without
the quiet zone that the standard demands, is found as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from localverify.types import Floats, Pixels

    # N x 1 x 2, as OpenCV gives it.
    Contour: TypeAlias = NDArray[np.integer[Any]]

# The light square's area over the dark one's is 25/9 = 2.8; blur and a bad threshold move both edges by
# half a module at most: (4/3.5)^2 .. (6/2.5)^2 would be 1.3 .. 5.8, narrowed to what phone photographs show.
_AREA_RATIO = (1.5, 5.0)
_SMALLEST_AREA = 12.0  # pixels of the inner square: below 3.5 pixels a side the modules are gone
_SMALLEST_BORDER = 8  # pixels around that area
_CENTRE_SHIFT = 0.7  # modules between the centres of both squares
_SQUARENESS = 0.65  # area of a contour over the area of its least rectangle: a disc has .79
_LONGEST_TO_SHORTEST = 2.5  # sides of the least rectangle, under perspective

_NEIGHBOURS = 10  # patterns around a corner that may belong to it
_SIZE_RATIO = 2.0  # largest to smallest pattern of one symbol, under perspective
_ARM_RATIO = 2.2  # longer to shorter arm of the right angle, under perspective
_LARGEST_COSINE = 0.6  # of the angle at the corner: 53 .. 127 degrees
_ARM_MODULES = (9.0, 200.0)  # 14 (version 1) .. 170 (version 40) between centres, with room for perspective


@dataclass(frozen=True, slots=True, eq=False)
class FinderPattern:
    """One pattern.

    Attributes:
        centre: 2 float32, x and y.
        ring: 4 x 2 float32, the corners of the light ring's outer edge (5 x 5 modules), clockwise.
        module: width of a module in pixels.
    """

    centre: Floats
    ring: Floats
    module: float


@dataclass(frozen=True, slots=True, eq=False)
class FinderTriple:
    """Three patterns of one symbol, right and below clockwise about the corner.

    Attributes:
        corner: at the symbol's top left.
        right: at its top right.
        below: at its bottom left.
        strain: how far the three are from a square's; 0 is perfect.
    """

    corner: FinderPattern
    right: FinderPattern
    below: FinderPattern
    strain: float


def find_finder_patterns(black_and_white: Pixels) -> list[FinderPattern]:
    """Every finder pattern of dark modules on a light ground.

    Args:
        black_and_white: H x W uint8, 0 and 255.
    """
    contours, tree = cv2.findContours(cv2.bitwise_not(black_and_white), cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return []
    following, _, child, parent = np.asarray(tree)[0].T
    # A hole (it has a parent) whose only child is a blob without holes of its own.
    nested = (parent >= 0) & (child >= 0) & (following[child] < 0) & (child[child] < 0)
    found = (
        _pattern(np.asarray(contours[hole]), np.asarray(contours[child[hole]]))
        for hole in np.flatnonzero(nested).tolist()
    )
    return [pattern for pattern in found if pattern is not None]


def _pattern(ring: Contour, inner: Contour) -> FinderPattern | None:
    if len(inner) < _SMALLEST_BORDER:
        return None
    inner_area = _pixels_inside(inner, 1)
    ring_area = _pixels_inside(ring, -1)
    if inner_area < _SMALLEST_AREA or not _AREA_RATIO[0] < ring_area / inner_area < _AREA_RATIO[1]:
        return None
    if not (_squarish(ring, ring_area) and _squarish(inner, inner_area)):
        return None
    module = float(np.sqrt(ring_area)) / 5
    inner_centre = inner.reshape(-1, 2).mean(0)
    if np.linalg.norm(ring.reshape(-1, 2).mean(0) - inner_centre) > _CENTRE_SHIFT * module:
        return None
    corners = _four_corners(ring)
    return FinderPattern(corners.mean(0), corners, module)


def _pixels_inside(contour: Contour, border: int) -> float:
    """Area of a contour through pixel centres, with half its border added (a blob's) or taken (a hole's)."""
    return float(cv2.contourArea(contour) + border * (len(contour) / 2 + 1))


def _squarish(contour: Contour, area: float) -> bool:
    _, (width, height), _ = cv2.minAreaRect(contour)
    longer, shorter = max(width, height) + 1, min(width, height) + 1
    return longer < _LONGEST_TO_SHORTEST * shorter and area > _SQUARENESS * (longer - 1) * (shorter - 1)


def _four_corners(contour: Contour) -> Floats:
    """The quadrilateral that a contour nearly is, clockwise; its least rectangle when it is none."""
    hull = cv2.convexHull(contour)
    length = cv2.arcLength(hull, True)
    for tolerance in (0.03, 0.05, 0.08, 0.12):
        polygon = cv2.approxPolyDP(hull, tolerance * length, True)
        if len(polygon) == 4:  # noqa: PLR2004
            return np.asarray(polygon.reshape(4, 2), dtype=np.float32)
    return np.asarray(cv2.boxPoints(cv2.minAreaRect(contour)), dtype=np.float32)


def unique_patterns(patterns: Sequence[FinderPattern]) -> list[FinderPattern]:
    """Patterns found in several renditions of one picture, each once: the first of those that lie together."""
    kept: list[FinderPattern] = []
    for pattern in patterns:
        if all(np.linalg.norm(pattern.centre - other.centre) > 2 * other.module for other in kept):
            kept.append(pattern)
    return kept


def finder_triples(patterns: Sequence[FinderPattern]) -> list[FinderTriple]:
    """Threes that may be one symbol, the likeliest first; a pattern may be in several."""
    triples = [triple for corner in patterns for triple in _triples_at(corner, patterns)]
    return sorted(triples, key=lambda triple: triple.strain)


def _triples_at(corner: FinderPattern, patterns: Sequence[FinderPattern]) -> Iterator[FinderTriple]:
    others = [p for p in patterns if p is not corner and _alike(p, corner)]
    others.sort(key=lambda p: float(np.linalg.norm(p.centre - corner.centre)))
    near = others[:_NEIGHBOURS]
    for index, first in enumerate(near):
        for second in near[index + 1 :]:
            triple = _triple(corner, first, second)
            if triple is not None:
                yield triple


def _alike(a: FinderPattern, b: FinderPattern) -> bool:
    return max(a.module, b.module) <= _SIZE_RATIO * min(a.module, b.module)


def _triple(corner: FinderPattern, first: FinderPattern, second: FinderPattern) -> FinderTriple | None:
    if not _alike(first, second):
        return None
    u, v = first.centre - corner.centre, second.centre - corner.centre
    length_u, length_v = float(np.linalg.norm(u)), float(np.linalg.norm(v))
    modules = np.array([length_u, length_v]) / ((first.module + second.module + corner.module) / 3)
    if modules.min() < _ARM_MODULES[0] or modules.max() > _ARM_MODULES[1]:
        return None
    cosine = abs(float(u @ v)) / (length_u * length_v)
    ratio = max(length_u, length_v) / min(length_u, length_v)
    if cosine > _LARGEST_COSINE or ratio > _ARM_RATIO:
        return None
    sizes = sorted((corner.module, first.module, second.module))
    strain = cosine + float(np.log(ratio)) + float(np.log(sizes[2] / sizes[0]))
    if u[0] * v[1] - u[1] * v[0] < 0:
        first, second = second, first
    return FinderTriple(corner, first, second, strain)

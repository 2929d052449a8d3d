"""Boxes, quads, warps and tiles: pure functions of NumPy arrays and the values of `types`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from localverify.types import Box, Point, Quad

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from localverify.types import Floats, Pixels


def box_area(box: Box) -> float:
    """Square pixels; 0 for an inverted box."""
    return max(0.0, box.width) * max(0.0, box.height)


def box_iou(a: Box, b: Box) -> float:
    """Intersection over union, 0..1; 0 when both are empty."""
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    shared = max(0.0, width) * max(0.0, height)
    union = box_area(a) + box_area(b) - shared
    return shared / union if union > 0 else 0.0


def scale_box(box: Box, factor: float) -> Box:
    """The box grown (or shrunk) about its centre."""
    centre = box.centre
    half_width, half_height = box.width * factor / 2, box.height * factor / 2
    return Box(centre.x - half_width, centre.y - half_height, centre.x + half_width, centre.y + half_height)


def move_box(box: Box, right: float, down: float) -> Box:
    """The box shifted."""
    return Box(box.left + right, box.top + down, box.right + right, box.bottom + down)


def clip_box(box: Box, width: int, height: int) -> Box:
    """The part of the box inside a picture of that size."""
    return Box(
        min(max(box.left, 0.0), width),
        min(max(box.top, 0.0), height),
        min(max(box.right, 0.0), width),
        min(max(box.bottom, 0.0), height),
    )


def box_to_quad(box: Box) -> Quad:
    """The box's corners."""
    return Quad(
        Point(box.left, box.top),
        Point(box.right, box.top),
        Point(box.right, box.bottom),
        Point(box.left, box.bottom),
    )


def quad_to_box(quad: Quad) -> Box:
    """The smallest upright box that holds the quad."""
    xs, ys = zip(*quad, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def quad_from_array(points: NDArray[np.floating] | Sequence[Sequence[float]]) -> Quad:
    """A quad from 4 x 2 numbers in its own reading order."""
    (a, b, c, d) = (Point(float(x), float(y)) for x, y in points)
    return Quad(a, b, c, d)


def quad_area(quad: Sequence[Point]) -> float:
    """Square pixels of a quad or another polygon, by the shoelace formula."""
    return abs(_signed_area(quad))


def _signed_area(polygon: Sequence[Point]) -> float:
    following = [*polygon[1:], *polygon[:1]]
    return sum(a.x * b.y - a.y * b.x for a, b in zip(polygon, following, strict=True)) / 2


def quad_iou(a: Quad, b: Quad) -> float:
    """Intersection over union of two convex quads, 0..1."""
    # cv2.intersectConvexConvex answers the whole union for edges that lie all but on one another.
    shared = quad_area(_clipped(a, b))
    union = quad_area(a) + quad_area(b) - shared
    return min(max(shared / union, 0.0), 1.0) if union > 0 else 0.0


def _clipped(polygon: Sequence[Point], quad: Quad) -> list[Point]:
    """The part of a polygon inside a convex quad, by Sutherland and Hodgman's algorithm (1974)."""
    corners = list(quad) if _signed_area(quad) >= 0 else list(reversed(quad))
    kept = list(polygon)
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        kept = _clipped_by_line(kept, start, end)
    return kept


def _clipped_by_line(polygon: Sequence[Point], start: Point, end: Point) -> list[Point]:
    """The part of a polygon to the right of a line as it runs, y pointing down."""
    sides = [(end.x - start.x) * (p.y - start.y) - (end.y - start.y) * (p.x - start.x) for p in polygon]
    kept: list[Point] = []
    for index, (here, side) in enumerate(zip(polygon, sides, strict=True)):
        before, side_before = polygon[index - 1], sides[index - 1]
        if (side >= 0) != (side_before >= 0):
            share = side_before / (side_before - side)
            kept.append(Point(before.x + share * (here.x - before.x), before.y + share * (here.y - before.y)))
        if side >= 0:
            kept.append(here)
    return kept


def quad_contains(quad: Quad, point: Point) -> bool:
    """Whether a point lies in a quad or on its edge."""
    return cv2.pointPolygonTest(np.array(quad, np.float32), (point.x, point.y), False) >= 0


def non_maximum_suppression(boxes: Floats, scores: Floats, iou: float) -> list[int]:
    """Keeps the best of each heap of overlapping boxes.

    Args:
        boxes: N x 4 float32, left, top, right, bottom.
        scores: N float32.
        iou: boxes that overlap a kept one by more than this are dropped.

    Returns:
        Indexes of the kept boxes, best first.
    """
    order = np.argsort(-scores, kind="stable")
    areas = np.maximum(boxes[:, 2] - boxes[:, 0], 0) * np.maximum(boxes[:, 3] - boxes[:, 1], 0)
    kept: list[int] = []
    while order.size:
        best, rest = int(order[0]), order[1:]
        kept.append(best)
        size = np.minimum(boxes[best, 2:], boxes[rest, 2:]) - np.maximum(boxes[best, :2], boxes[rest, :2])
        shared = np.prod(np.maximum(size, 0), axis=1)
        union = np.maximum(areas[best] + areas[rest] - shared, np.finfo(np.float32).tiny)
        order = rest[shared / union <= iou]
    return kept


def fit_similarity(source: Floats, target: Floats) -> Floats:
    """The rotation, uniform scale and shift that carries `source` to `target` with the least squared error.

    Umeyama's closed form (1991), without reflection.

    Args:
        source: N x 2 points, N >= 2, not all the same.
        target: N x 2 points.

    Returns:
        2 x 3 float32, for `cv2.warpAffine`.
    """
    source64, target64 = source.astype(np.float64), target.astype(np.float64)
    source_mean, target_mean = source64.mean(0), target64.mean(0)
    x, y = (source64 - source_mean).T
    u, v = (target64 - target_mean).T
    spread = float((x * x + y * y).sum())
    if spread <= 0:
        raise ValueError("a similarity needs two points that differ")
    cosine, sine = float((x * u + y * v).sum()) / spread, float((x * v - y * u).sum()) / spread
    linear = np.array([[cosine, -sine], [sine, cosine]])
    shift = target_mean - linear @ source_mean
    return np.hstack([linear, shift[:, None]]).astype(np.float32)


def warp_quad(pixels: Pixels, quad: Quad, width: int, height: int) -> Pixels:
    """The inside of `quad` as an upright picture, by a perspective warp.

    Args:
        pixels: H x W x 3, uint8.
        quad: four corners, none three on a line.
        width: of the result, in pixels.
        height: of the result, in pixels.
    """
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(quad, np.float32), corners)
    flags = cv2.INTER_AREA if quad_area(quad) > 4 * width * height else cv2.INTER_LINEAR
    return np.asarray(cv2.warpPerspective(pixels, matrix, (width, height), flags=flags), dtype=np.uint8)


def crop(pixels: Pixels, box: Box, fill: int = 127) -> Pixels:
    """The box's pixels; what lies beyond the picture is filled with grey `fill`.

    The box is rounded to whole pixels and is at least one pixel wide and high.
    """
    height, width = pixels.shape[:2]
    left, top = round(box.left), round(box.top)
    right, bottom = max(round(box.right), left + 1), max(round(box.bottom), top + 1)
    inside = pixels[max(top, 0) : max(min(bottom, height), 0), max(left, 0) : max(min(right, width), 0)]
    if inside.shape[:2] == (bottom - top, right - left):
        return inside
    result = np.full((bottom - top, right - left, *pixels.shape[2:]), fill, np.uint8)
    row, column = max(-top, 0), max(-left, 0)
    result[row : row + inside.shape[0], column : column + inside.shape[1]] = inside
    return result


def turn_back(pixels: Pixels, turn: int) -> Pixels:
    """The picture turned counter-clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(pixels, turn // 90))


def turned_point(point: Point, turn: int, width: float, height: float) -> Point:
    """Where a point of the turned-back picture lies in the picture itself.

    Args:
        point: a position in `turn_back(pixels, turn)`; whole numbers are centres of pixels.
        turn: 0, 90, 180 or 270.
        width: of the picture itself.
        height: of the picture itself.
    """
    x, y = point
    if turn == 90:  # noqa: PLR2004
        return Point(width - 1 - y, x)
    if turn == 180:  # noqa: PLR2004
        return Point(width - 1 - x, height - 1 - y)
    if turn == 270:  # noqa: PLR2004
        return Point(y, height - 1 - x)
    return point


def turned_box(box: Box, turn: int, width: float, height: float) -> Box:
    """Where a box of the turned-back picture lies in the picture itself; see `turned_point`."""
    # The right and bottom edges are exclusive: the box's last pixels are turned, not its edges.
    a = turned_point(Point(box.left, box.top), turn, width, height)
    b = turned_point(Point(box.right - 1, box.bottom - 1), turn, width, height)
    return Box(min(a.x, b.x), min(a.y, b.y), max(a.x, b.x) + 1, max(a.y, b.y) + 1)


def tiles(width: int, height: int, size: int, overlap: int) -> Iterator[Box]:
    """Square tiles that cover a picture, each `overlap` pixels into the next; the last ones end at the edges."""
    for top in _starts(height, size, overlap):
        for left in _starts(width, size, overlap):
            yield Box(left, top, min(left + size, width), min(top + size, height))


def _starts(length: int, size: int, overlap: int) -> list[int]:
    if length <= size:
        return [0]
    step = max(size - overlap, 1)
    return [*range(0, length - size, step), length - size]

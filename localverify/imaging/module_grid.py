"""From three finder patterns to a QR code's modules, on flat, bent and creased surfaces.

The patterns give a homography; the alignment pattern mends it; then the grid is pulled onto the edges that
are there, which follows a label round a can or a print on cloth where one homography cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from localverify.types import Point, Quad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.imaging.finder_patterns import FinderPattern, FinderTriple
    from localverify.types import Floats, Pixels

_MARGIN = 2  # modules around the symbol on the canvas
_LARGEST_CANVAS = 1000  # pixels a side
_SMALLEST_DIMENSION, _LARGEST_DIMENSION = 21, 177  # modules a side: versions 1 and 40
_QUIET_ZONE = 4  # modules, ISO/IEC 18004 6.3.8
_ALIGNMENT_REACH = 3.5  # modules around its place in which the alignment pattern is looked for
_ALIGNMENT_CORRELATION = 0.5
_WINDOWS = (13, 9, 7)  # modules; the window of the edge energy, coarse to fine
_STIFFNESS = 0.6  # energy lost by a shift of half a module from the neighbours' mean


@dataclass(frozen=True, slots=True, eq=False)
class ModuleGrid:
    """A symbol's modules.

    Attributes:
        dark: N x N bool, in the symbol's own reading order.
        quad: the symbol's corners in the picture.
    """

    dark: Floats
    quad: Quad


def candidate_dimensions(plane: Pixels, triple: FinderTriple) -> list[int]:
    """Modules a side that the three patterns may stand for, the likeliest first, each 17 + 4 version.

    Args:
        plane: H x W uint8.
        triple: the patterns, in the plane's coordinates.
    """
    arms = [_arm_modules(triple, triple.right), _arm_modules(triple, triple.below)]
    by_size = float(np.mean(arms)) + 7
    around = sorted(range(21, 178, 4), key=lambda dimension: abs(dimension - by_size))[:4]
    return sorted(around, key=lambda n: abs(n - by_size) / by_size - _timing_score(plane, triple, n))


def _arm_modules(triple: FinderTriple, end: FinderPattern) -> float:
    arm = end.centre - triple.corner.centre
    length = float(np.linalg.norm(arm))
    direction = arm / length
    widths = [float(np.ptp(_ordered(triple, pattern) @ direction)) / 5 for pattern in (triple.corner, end)]
    return length / float(np.mean(widths))


def _ordered(triple: FinderTriple, pattern: FinderPattern) -> Floats:
    """The pattern's ring corners as the symbol reads: top left, top right, bottom right, bottom left."""
    basis = np.stack([triple.right.centre - triple.corner.centre, triple.below.centre - triple.corner.centre], 1)
    right, down = np.linalg.solve(basis.astype(np.float64), (pattern.ring - pattern.centre).T.astype(np.float64))
    order = [np.argmin(right + down), np.argmax(right - down), np.argmax(right + down), np.argmin(right - down)]
    return pattern.ring[order]


def _homography(
    triple: FinderTriple, dimension: int, extra: tuple[Sequence[Floats], Sequence[Floats]] = ((), ())
) -> Floats | None:
    """3 x 3 from module coordinates to the picture, over the twelve ring corners and `extra` pairs of points."""
    square = np.array([[1, 1], [6, 1], [6, 6], [1, 6]], np.float32)
    far = dimension - 7
    modules = [square, square + (far, 0), square + (0, far), *extra[0]]
    picture = [_ordered(triple, p) for p in (triple.corner, triple.right, triple.below)]
    matrix, _ = cv2.findHomography(
        np.concatenate(modules).astype(np.float32), np.concatenate([*picture, *extra[1]]).astype(np.float32)
    )
    return None if matrix is None else np.asarray(matrix, dtype=np.float32)


def _timing_score(plane: Pixels, triple: FinderTriple, dimension: int) -> float:
    """How well both timing patterns alternate if the symbol has that many modules, -1..1."""
    matrix = _homography(triple, dimension)
    if matrix is None:
        return -1.0
    along = np.arange(7, dimension - 7) + 0.5
    sign = np.where(np.arange(len(along)) % 2 == 0, 1.0, -1.0)
    scores = []
    for across in (6.3, 6.5, 6.7):
        fixed = np.full_like(along, across)
        for x, y in ((along, fixed), (fixed, along)):
            values = _sample(plane, cv2.perspectiveTransform(np.stack([x, y], -1)[None].astype(np.float32), matrix))
            centred = values - values.mean()
            scores.append(float((centred * sign).sum() / (np.abs(centred).sum() + 1e-6)))
    return max(scores[0::2]) / 2 + max(scores[1::2]) / 2


def _sample(plane: Pixels, points: Floats) -> Floats:
    remapped = cv2.remap(
        plane, points.astype(np.float32), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(remapped, dtype=np.float32)[0] if len(points) == 1 else np.asarray(remapped, np.float32)


def read_grid(plane: Pixels, triple: FinderTriple, dimension: int) -> ModuleGrid | None:
    """The modules, if the symbol has `dimension` of them a side.

    Args:
        plane: H x W uint8, dark modules on a light ground.
        triple: the finder patterns, in the plane's coordinates.
        dimension: modules a side.

    Returns:
        The modules, right or wrong: only decoding tells. None when the patterns span no plane.
    """
    matrix = _homography(triple, dimension)
    if matrix is None:
        return None
    scale = int(np.clip(_LARGEST_CANVAS // (dimension + 2 * _MARGIN), 4, 8))
    mended = _mend_by_alignment(plane, triple, dimension, matrix, scale)
    matrix = matrix if mended is None else mended
    grid = _canvas_grid(dimension, scale)
    shift = np.zeros_like(grid)
    for window in _WINDOWS:
        canvas = _sample(plane, cv2.perspectiveTransform(grid + shift, matrix))
        shift = shift + _pull(canvas, scale, window)
    centres = (grid + shift)[scale // 2 :: scale, scale // 2 :: scale]
    del centres
    canvas = _sample(plane, cv2.perspectiveTransform(grid + shift, matrix))
    corner = np.array([_MARGIN, _MARGIN + dimension]) * scale
    ends = cv2.perspectiveTransform((grid + shift)[np.ix_(corner, corner)], matrix)
    quad = Quad(*(Point(float(x), float(y)) for x, y in (ends[0, 0], ends[0, 1], ends[1, 1], ends[1, 0])))
    return ModuleGrid(_dark_modules(canvas, dimension, scale), quad)


def _canvas_grid(dimension: int, scale: int) -> Floats:
    """Module coordinates of each canvas pixel: side x side x 2 float32."""
    side = (dimension + 2 * _MARGIN) * scale
    along = (np.arange(side, dtype=np.float32) + 0.5) / scale - _MARGIN
    return np.stack(np.meshgrid(along, along), -1).astype(np.float32)


def _mend_by_alignment(
    plane: Pixels, triple: FinderTriple, dimension: int, matrix: Floats, scale: int
) -> Floats | None:
    """The homography with the alignment pattern nearest to the bottom right corner; None when it is not seen."""
    if dimension == _SMALLEST_DIMENSION:
        return None
    reach = _ALIGNMENT_REACH
    place = dimension - 6.5
    side = round((5 + 2 * reach) * scale)
    along = place - 2.5 - reach + (np.arange(side, dtype=np.float32) + 0.5) / scale
    grid = np.stack(np.meshgrid(along, along), -1).astype(np.float32)
    patch = _sample(plane, cv2.perspectiveTransform(grid, matrix))
    template = np.zeros((5, 5), np.float32)
    template[1:4, 1:4] = 255
    template[2, 2] = 0
    template = np.kron(template, np.ones((scale, scale), np.float32))
    scores = cv2.matchTemplate(patch, cv2.GaussianBlur(template, (0, 0), scale / 4), cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(scores)
    if best < _ALIGNMENT_CORRELATION:
        return None
    seen = np.array([[x, y]], np.float32) / scale + (place - reach)
    square = np.array([[-1.5, -1.5], [1.5, -1.5], [1.5, 1.5], [-1.5, 1.5]], np.float32)
    picture = cv2.perspectiveTransform((seen + square)[None], matrix)[0]
    return _homography(triple, dimension, ([place + square], [picture]))


def _pull(canvas: Floats, scale: int, window: int) -> Floats:
    """How far each canvas pixel's place is from the nearest consistent grid, in modules: H x W x 2."""
    smooth = cv2.GaussianBlur(canvas, (0, 0), scale / 8)
    shifts = []
    for dx, dy in ((1, 0), (0, 1)):
        edges = np.abs(cv2.Sobel(smooth, cv2.CV_32F, dx, dy, ksize=3))
        if dy:
            edges = edges.T
        shift = _phase_shift(edges, scale, window)
        shifts.append(shift.T if dy else shift)
    side = canvas.shape[0]
    return np.stack([cv2.resize(s, (side, side), interpolation=cv2.INTER_LINEAR) for s in shifts], -1)


def _phase_shift(edges: Floats, scale: int, window: int) -> Floats:
    """Shift of the vertical edges against the grid's lines at each module, in modules: M x M float32."""
    modules = edges.shape[0] // scale
    rows = edges.reshape(modules, scale, -1).sum(1)
    half = scale // 2
    padded = np.pad(rows, ((0, 0), (half, half)), mode="edge")
    # energy[k]: edges that lie k - half pixels right of the line on the left of each module.
    energy = np.stack([padded[:, k : k + modules * scale : scale] for k in range(2 * half + 1)])
    energy = np.stack([cv2.blur(e, (window, window)) for e in energy])
    energy /= energy.max(0, keepdims=True) + 1e-6
    # an edge at canvas column c * scale lies between pixels c * scale - 1 and c * scale
    offsets = (np.arange(2 * half + 1) - half + 0.5) / scale
    shift = np.zeros((modules, modules), np.float32)
    for _ in range(8):
        mean = cv2.GaussianBlur(shift, (0, 0), window / 4)
        cost = energy - _STIFFNESS * ((offsets[:, None, None] - mean) * 2) ** 2
        shift = offsets[cost.argmax(0)].astype(np.float32)
    return np.asarray(cv2.GaussianBlur(shift, (0, 0), window / 4), dtype=np.float32)


def _dark_modules(canvas: Floats, dimension: int, scale: int) -> Floats:
    """Each module against the local mean of its neighbourhood."""
    quarter = max(scale // 4, 1)
    side = dimension + 2 * _MARGIN
    blocks = canvas.reshape(side, scale, side, scale)[:, quarter : scale - quarter, :, quarter : scale - quarter]
    values = np.ascontiguousarray(blocks.mean((1, 3))[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN])
    mean = cv2.blur(values, (9, 9), borderType=cv2.BORDER_REFLECT)
    low, high = (cv2.blur(f(values, np.ones((7, 7), np.uint8)), (5, 5)) for f in (cv2.erode, cv2.dilate))
    return np.asarray(values < (mean + (low + high) / 2) / 2, dtype=bool)


def render(dark: Floats, scale: int = 4) -> Pixels:
    """The modules as a clean picture with its quiet zone, the finder patterns drawn anew: H x W uint8."""
    drawn = np.where(dark, 0, 255).astype(np.uint8)
    pattern = np.full((9, 9), 255, np.uint8)
    pattern[1:8, 1:8] = 0
    pattern[2:7, 2:7] = 255
    pattern[3:6, 3:6] = 0
    drawn[:8, :8] = pattern[1:, 1:]
    drawn[:8, -8:] = pattern[1:, :-1]
    drawn[-8:, :8] = pattern[:-1, 1:]
    quiet = np.pad(drawn, _QUIET_ZONE, constant_values=255)
    return np.kron(quiet, np.ones((scale, scale), np.uint8))

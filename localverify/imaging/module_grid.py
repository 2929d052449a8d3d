"""From three finder patterns to a QR code's modules, on flat, bent and creased surfaces.

The patterns give a homography; the alignment pattern mends it; then the grid is pulled onto the edges that
are there, which follows a label round a can or a print on cloth where one homography cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from localverify.imaging.geometry import quad_from_array

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localverify.imaging.finder_patterns import FinderPattern, FinderTriple
    from localverify.types import Floats, Pixels, Quad

    # Module coordinates, ... x 2 float32, to the picture's.
    Place: TypeAlias = Callable[[Floats], Floats]

_MARGIN = 2  # modules around the symbol on the canvas
_LARGEST_CANVAS = 1000  # pixels a side
_SMALLEST_DIMENSION = 21  # modules a side: version 1, which has no alignment pattern
_QUIET_ZONE = 4  # modules, ISO/IEC 18004 6.3.8
TIMING_SCORE = 0.5
"""From this score on, three patterns are taken for a symbol: of 347 that decoded the least had .55, of 1,366
that did not 94% had less (boof and zxing photographs, November 2026)."""
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


def likely_dimension(plane: Pixels, triple: FinderTriple) -> tuple[int, float]:
    """Modules a side that the three patterns may stand for, and how well the timing patterns bear it out.

    Args:
        plane: H x W uint8, dark modules on a light ground.
        triple: the patterns, in the plane's coordinates.

    Returns:
        The dimension, 17 + 4 x version, and the timing score, -1..1; see `TIMING_SCORE`.
    """
    arms = [_arm_modules(triple, triple.right), _arm_modules(triple, triple.below)]
    by_size = float(np.mean(arms)) + 7
    around = sorted(range(21, 178, 4), key=lambda dimension: abs(dimension - by_size))[:4]
    scores = {dimension: _timing_score(plane, triple, dimension) for dimension in around}
    best = max(scores, key=lambda dimension: scores[dimension])
    return best, scores[best]


def _arm_modules(triple: FinderTriple, end: FinderPattern) -> float:
    arm = end.centre - triple.corner.centre
    length = float(np.linalg.norm(arm))
    direction = arm / length
    widths = [float(np.ptp(_ordered(triple, pattern) @ direction)) / 5 for pattern in (triple.corner, end)]
    # Of a squashed ring, one corner can be two of the four: a width of nothing.
    return length / max(float(np.mean(widths)), 1.0)


def _ordered(triple: FinderTriple, pattern: FinderPattern) -> Floats:
    """The pattern's ring corners as the symbol reads: top left, top right, bottom right, bottom left."""
    basis = np.stack([triple.right.centre - triple.corner.centre, triple.below.centre - triple.corner.centre], 1)
    right, down = np.linalg.solve(basis.astype(np.float64), (pattern.ring - pattern.centre).T.astype(np.float64))
    order = [np.argmin(right + down), np.argmax(right - down), np.argmax(right + down), np.argmin(right - down)]
    return pattern.ring[order]


def _known_points(triple: FinderTriple, dimension: int) -> tuple[Floats, Floats]:
    """The twelve ring corners in module coordinates and in the picture, 12 x 2 each."""
    square = np.array([[1, 1], [6, 1], [6, 6], [1, 6]], np.float32)
    far = dimension - 7
    modules = np.concatenate([square, square + np.array([far, 0]), square + np.array([0, far])])
    picture = [_ordered(triple, pattern) for pattern in (triple.corner, triple.right, triple.below)]
    return modules.astype(np.float32), np.concatenate(picture).astype(np.float32)


def _flat(modules: Floats, picture: Floats) -> Place:
    """A homography; all zeros when the points span no plane, which reads nothing."""
    matrix, _ = cv2.findHomography(modules, picture)
    usable = np.zeros((3, 3)) if matrix is None else matrix
    return lambda points: np.asarray(cv2.perspectiveTransform(points, usable), dtype=np.float32)


def _bent(modules: Floats, picture: Floats) -> Place:
    """Quadratic in both coordinates: a label round a can, seen under an angle."""
    centre, spread = modules.mean(0), modules.std(0)

    def terms(points: Floats) -> Floats:
        u, v = np.moveaxis((points - centre) / spread, -1, 0)
        return np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], -1)

    weights, *_ = np.linalg.lstsq(terms(modules), picture, rcond=None)
    return lambda points: np.asarray(terms(points) @ weights, dtype=np.float32)


def _timing_score(plane: Pixels, triple: FinderTriple, dimension: int) -> float:
    """How well both timing patterns alternate if the symbol has that many modules, -1..1."""
    place = _flat(*_known_points(triple, dimension))
    along = np.arange(7, dimension - 7) + 0.5
    sign = np.where(np.arange(len(along)) % 2 == 0, 1.0, -1.0)
    scores = []
    for across in (6.3, 6.5, 6.7):
        fixed = np.full_like(along, across)
        for x, y in ((along, fixed), (fixed, along)):
            values = _sample(plane, place(np.stack([x, y], -1)[None].astype(np.float32)))
            centred = values - values.mean()
            scores.append(float((centred * sign).sum() / (np.abs(centred).sum() + 1e-6)))
    return max(scores[0::2]) / 2 + max(scores[1::2]) / 2


def _sample(plane: Pixels, points: Floats) -> Floats:
    """The plane's values at H x W x 2 points, beyond its edge those of the edge: H x W float32."""
    x, y = (np.ascontiguousarray(points[..., axis]) for axis in (0, 1))
    remapped = cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(remapped, dtype=np.float32)


def read_grids(plane: Pixels, triple: FinderTriple, dimension: int) -> Iterator[ModuleGrid]:
    """The modules, if the symbol has `dimension` of them a side, on a flat ground and then on a bent one.

    Whether they are right, only decoding tells.

    Args:
        plane: H x W uint8, dark modules on a light ground.
        triple: the finder patterns, in the plane's coordinates.
        dimension: modules a side.
    """
    modules, picture = _known_points(triple, dimension)
    scale = int(np.clip(_LARGEST_CANVAS // (dimension + 2 * _MARGIN), 4, 8))
    flat = _flat(modules, picture)
    seen = _alignment_pattern(plane, dimension, flat, scale)
    if seen is not None:
        flat = _flat(np.concatenate([modules, seen[0]]), np.concatenate([picture, seen[1]]))
    yield _pulled_grid(plane, dimension, flat, scale)
    yield _pulled_grid(plane, dimension, _bent(modules, picture), scale)


def _pulled_grid(plane: Pixels, dimension: int, place: Place, scale: int) -> ModuleGrid:
    grid = _canvas_grid(dimension, scale)
    for window in _WINDOWS:
        grid = grid + _pull(_sample(plane, place(grid)), scale, window)
    canvas = _sample(plane, place(grid))
    ends = np.array([_MARGIN, _MARGIN + dimension]) * scale
    corners = place(grid[np.ix_(ends, ends)])
    quad = quad_from_array([corners[0, 0], corners[0, 1], corners[1, 1], corners[1, 0]])
    return ModuleGrid(_dark_modules(canvas, dimension, scale), quad)


def _canvas_grid(dimension: int, scale: int) -> Floats:
    """Module coordinates of each canvas pixel: side x side x 2 float32."""
    side = (dimension + 2 * _MARGIN) * scale
    along = (np.arange(side, dtype=np.float32) + 0.5) / scale - _MARGIN
    return np.stack(np.meshgrid(along, along), -1).astype(np.float32)


def _alignment_pattern(plane: Pixels, dimension: int, place: Place, scale: int) -> tuple[Floats, Floats] | None:
    """Corners of the alignment pattern at the bottom right, in modules and in the picture; None when not seen."""
    if dimension == _SMALLEST_DIMENSION:
        return None
    reach, centre = _ALIGNMENT_REACH, dimension - 6.5
    side = round((5 + 2 * reach) * scale)
    along = centre - 2.5 - reach + (np.arange(side, dtype=np.float32) + 0.5) / scale
    patch = _sample(plane, place(np.stack(np.meshgrid(along, along), -1).astype(np.float32)))
    rings = np.zeros((5, 5), np.float32)
    rings[1:4, 1:4] = 255
    rings[2, 2] = 0
    template = cv2.GaussianBlur(np.kron(rings, np.ones((scale, scale), np.float32)), (0, 0), scale / 4)
    _, best, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(patch, template, cv2.TM_CCOEFF_NORMED))
    if best < _ALIGNMENT_CORRELATION:
        return None
    square = np.array([[-1.5, -1.5], [1.5, -1.5], [1.5, 1.5], [-1.5, 1.5]], np.float32)
    seen = square + (centre - reach) + np.array([x, y], np.float32) / scale
    return (square + centre).astype(np.float32), place(seen[None].astype(np.float32))[0]


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
    # About half of the modules are light: what is lighter than nine in ten is glare.
    values = np.minimum(values, np.percentile(values, 90)).astype(np.float32)
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

"""Long rows of small dark print, at any angle: where a machine-readable zone may be.

Classical: black-hat, a closing along the row, contours. It proposes; the reader of the zone decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from localverify.types import Floats, Pixels

# Longer side of the picture, in pixels, at which rows are looked for: print from 7 to 18 pixels high is found at
# each size, so together from a 140th to a 30th of the longer side.
SIZES = (1024, 512)
# Kernels of the black-hat and of the closing: one and two characters at those sizes.
_BLACK_HAT = 15
_STRIPE = np.ones((3, 27), np.uint8)
# Length over height: of a line of 30 characters 32, of one of 44 characters 46; a slope within the row adds height.
_SHORTEST_SHAPE, _LONGEST_SHAPE = 10.0, 64.0
# Of the longer side: a row that is shorter is not worth reading.
_SHORTEST = 0.12
_LOWEST, _HIGHEST = 4.0, 30.0
_MOST = 60


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A straight row of print.

    Attributes:
        centre: 2 float64, pixels of the picture (x, y).
        along: unit vector of the row, 2 float64; print reads along it or against it.
        length: pixels.
        height: pixels from the foot to the top of capitals, roughly.
        companions: how many other rows look like neighbouring lines of the same zone.
    """

    centre: NDArray[np.float64]
    along: NDArray[np.float64]
    length: float
    height: float
    companions: int = 0

    @property
    def in_company(self) -> bool:
        """Whether there are lines like it, but no more than one and the same zone and a misprint would have.

        Gaps between the letters of a printed list make whole ladders of rows.
        """
        return 0 < self.companions <= 4  # noqa: PLR2004

    @property
    def down(self) -> NDArray[np.float64]:
        """Unit vector from the top to the foot of the print if it reads along `along`."""
        return np.array([-self.along[1], self.along[0]])


def find_rows(grey: Pixels, angles: Sequence[float]) -> list[Row]:
    """Rows of print, the likeliest to belong to a machine-readable zone first.

    Args:
        grey: H x W uint8, dark print on a lighter ground.
        angles: degrees by which the picture is turned before looking; each look finds rows that are then level
            or upright, give or take 18 degrees.
    """
    found: list[tuple[float, Row]] = []
    for size in SIZES:
        scale = size / max(grey.shape)
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=method)
        for angle in angles:
            found.extend(_rows_at(np.asarray(small, np.uint8), angle, scale))
    rows = _distinct(row for _, row in sorted(found, key=lambda pair: -pair[0]))[:_MOST]
    rows = [replace(row, companions=sum(_companions(row, other) for other in rows)) for row in rows]
    return sorted(rows, key=lambda row: -_likelihood(row) * (3 if row.in_company else 1))


def _rows_at(small: Pixels, angle: float, scale: float) -> Iterable[tuple[float, Row]]:
    """Rows of the turned picture with their likelihood, in coordinates of the picture before scaling."""
    matrix, size = _turning(small.shape, angle)
    turned = small if angle == 0 else cv2.warpAffine(small, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    print_ = cv2.morphologyEx(turned, cv2.MORPH_BLACKHAT, np.ones((_BLACK_HAT, _BLACK_HAT), np.uint8))
    back = np.asarray(cv2.invertAffineTransform(matrix), np.float64)
    for ink in _inks(np.asarray(print_, np.uint8)):
        for stripe in (_STRIPE, _STRIPE.T):
            closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, stripe)
            mask = cv2.morphologyEx(closed, cv2.MORPH_OPEN, stripe)
            contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
            for contour in contours:
                row = _row(np.asarray(contour, np.int32), _SHORTEST * max(small.shape))
                if row is not None:
                    yield _likelihood(row), _carried(row, back, scale)


def _inks(print_: Pixels) -> Iterable[Pixels]:
    """Where print is darkest, for a strict and a lenient threshold, each against the neighbourhood."""
    darker = cv2.compare(print_, cv2.blur(print_, (121, 121)), cv2.CMP_GT)
    otsu, strict = cv2.threshold(print_, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    _, lenient = cv2.threshold(print_, 0.5 * otsu, 255, cv2.THRESH_BINARY)
    for mask in (strict, lenient):
        yield np.asarray(cv2.bitwise_and(mask, darker), np.uint8)


def _row(contour: NDArray[np.int32], shortest: float) -> Row | None:
    (x, y), (width, height), angle = cv2.minAreaRect(contour)
    if width < height:
        width, height, angle = height, width, angle + 90
    if (
        width < shortest
        or height > _HIGHEST
        or height < _LOWEST
        or not _SHORTEST_SHAPE * height <= width <= _LONGEST_SHAPE * height
    ):
        return None
    radians = np.deg2rad((angle + 90) % 180 - 90)
    along = np.array([np.cos(radians), np.sin(radians)])
    return Row(np.array([x, y]), along, float(width), float(height))


def _likelihood(row: Row) -> float:
    """Long and thin is likely; beyond a line of 44 characters nothing is gained."""
    return float(min(row.length / row.height, 40.0) * row.length**0.5)


def _turning(shape: tuple[int, ...], angle: float) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """The matrix that turns a picture about its centre into a canvas that holds all of it."""
    height, width = shape[:2]
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), np.float64)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (round(width * cosine + height * sine), round(width * sine + height * cosine))
    matrix[:, 2] += np.array(size) / 2 - np.array([width, height]) / 2
    return matrix, size


def _carried(row: Row, back: NDArray[np.float64], scale: float) -> Row:
    centre = (back[:, :2] @ row.centre + back[:, 2]) / scale
    return Row(centre, back[:, :2] @ row.along, row.length / scale, row.height / scale)


def _distinct(rows: Iterable[Row]) -> list[Row]:
    """Drops a row that lies on a better one."""
    kept: list[Row] = []
    for row in rows:
        if not any(_covers(other, row) for other in kept):
            kept.append(row)
    return kept


def _companions(row: Row, other: Row) -> bool:
    """Whether two rows look like neighbouring lines of one zone: as long, ends flush, near."""
    offset = other.centre - row.centre
    across, along = abs(float(offset @ row.down)), abs(float(offset @ row.along))
    height = max(row.height, other.height)
    alike = 0.8 * row.length < other.length < 1.25 * row.length and along < 0.1 * row.length
    return alike and height < across < 5 * height and abs(float(row.along @ other.along)) > 0.97  # noqa: PLR2004


def _covers(big: Row, small: Row) -> bool:
    offset = small.centre - big.centre
    across, along = abs(float(offset @ big.down)), abs(float(offset @ big.along))
    near = across < 0.6 * max(big.height, small.height)
    return near and along + small.length / 2 < 0.6 * big.length and abs(float(big.along @ small.along)) > 0.97  # noqa: PLR2004


def strip(
    grey: Pixels, row: Row, height: int, half_heights: float, beyond: float
) -> tuple[Floats, NDArray[np.float64]]:
    """The picture along a row.

    Args:
        grey: H x W uint8.
        row: which.
        height: rows of the answer.
        half_heights: how far above and below the row's centre line it reaches, in heights of the row.
        beyond: how far it goes on at both ends, in heights of the row.

    Returns:
        height x W' float32 and the 2 x 3 matrix that carries its pixels into the picture.
    """
    step = 2 * half_heights * row.height / height
    width = max(round((row.length + 2 * beyond * row.height) / step), 8)
    matrix = np.empty((2, 3))
    matrix[:, 0], matrix[:, 1] = row.along * step, row.down * step
    matrix[:, 2] = row.centre - matrix[:, :2] @ np.array([(width - 1) / 2, (height - 1) / 2])
    part, offset = part_of(grey, _corners(matrix, width, height))
    if step > 1.5:  # noqa: PLR2004 - else there is no aliasing
        part = np.asarray(cv2.GaussianBlur(part, (0, 0), 0.4 * step), np.uint8)
    local = matrix.copy()
    local[:, 2] -= offset
    flags = cv2.WARP_INVERSE_MAP | (cv2.INTER_LINEAR if step > 1 else cv2.INTER_CUBIC)
    warped = cv2.warpAffine(part, local, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return warped.astype(np.float32), matrix


def part_of(grey: Pixels, points: NDArray[np.floating]) -> tuple[Pixels, NDArray[np.float32]]:
    """The part of the picture around points (2 x ...), with a few pixels more, and where it begins (x, y)."""
    height, width = grey.shape
    flat = points.reshape(2, -1)
    low, high = np.floor(flat.min(1)).astype(int) - 8, np.ceil(flat.max(1)).astype(int) + 9
    left, top = (int(value) for value in np.clip(low, 0, [width - 1, height - 1]))
    right, bottom = int(np.clip(high[0], left + 1, width)), int(np.clip(high[1], top + 1, height))
    return grey[top:bottom, left:right], np.array([left, top], np.float32)


def _corners(matrix: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    corners = np.array([[0, width, width, 0], [0, 0, height, height]])
    return np.asarray(matrix[:, :2] @ corners + matrix[:, 2:])

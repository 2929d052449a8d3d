"""Readings of one picture put together: each symbol once, in reading order, bar codes by vote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from localverify.imaging.geometry import box_area, box_iou, quad_to_box
from localverify.types import Box

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from localverify.types import Barcode, Pixels

    SameSymbol: TypeAlias = Callable[[Barcode, Barcode], bool]

# Two readings of one symbol differ by a module or two; its neighbour is a quiet zone away.
_SAME_SYMBOL_IOU = 0.3
# A bar code's quad may be one scan line: it is thickened by this share of its length before overlaps are taken.
_LINE_THICKNESS = 0.1
_SAME_BARS_CORRELATION = 0.5  # of grey levels along two lines; the gap between two labels gives 0
_LINE_STEP = 2  # pixels between the lines that are compared
_ROW_SHARE = 0.5  # of a symbol's height: centres nearer than this are one row


def same_place(a: Barcode, b: Barcode) -> bool:
    """Whether two readings lie on one another, as two readings of one symbol do."""
    box_a, box_b = _thick_box(a), _thick_box(b)
    if box_iou(box_a, box_b) > _SAME_SYMBOL_IOU:
        return True
    smaller, larger = sorted((box_a, box_b), key=box_area)
    x, y = smaller.centre
    return larger.left < x < larger.right and larger.top < y < larger.bottom


def _thick_box(code: Barcode) -> Box:
    box = quad_to_box(code.quad)
    thickness = _LINE_THICKNESS * max(box.width, box.height)
    across, down = max(thickness - box.width, 0) / 2, max(thickness - box.height, 0) / 2
    return Box(box.left - across, box.top - down, box.right + across, box.bottom + down)


def same_bars(plane: Pixels, a: Barcode, b: Barcode) -> bool:
    """Whether two readings are of one bar code, perhaps along two scan lines of it.

    They are if they lie on one another, or if the same bars run all the way from the one's scan line to the
    other's: between two labels, however alike, there is a gap.

    Args:
        plane: H x W uint8, the picture.
        a: a reading of a bar code.
        b: another one.
    """
    if same_place(a, b):
        return True
    start, end = _scan_line(a)
    other_start, other_end = _scan_line(b)
    length = max(float(np.linalg.norm(end - start)), 1.0)
    along = (end - start) / length
    normal = np.array([-along[1], along[0]])
    away = float(((other_start + other_end) / 2 - (start + end) / 2) @ normal)
    if abs(away) > length:
        return False
    bars = _profile(plane, start, end)
    steps = np.linspace(0, away, int(abs(away)) // _LINE_STEP + 2)[1:, None] * normal
    return all(float(np.mean(bars * _profile(plane, start + s, end + s))) > _SAME_BARS_CORRELATION for s in steps)


def _scan_line(code: Barcode) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    corners = np.array(code.quad, np.float64)
    return (corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2


def _profile(plane: Pixels, start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Grey levels from one point to another, of mean 0 and deviation 1."""
    points = np.linspace(start, end, max(int(np.linalg.norm(end - start)), 2)).astype(np.float32)
    x, y = (np.ascontiguousarray(points[None, :, axis]) for axis in (0, 1))
    values = np.asarray(cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float64)[0]
    centred: NDArray[np.float64] = values - values.mean()
    return centred / max(float(centred.std()), 1.0)


def add_new(kept: list[Barcode], codes: Iterable[Barcode], same: SameSymbol = same_place) -> None:
    """Appends the codes that are not in `kept` yet: one symbol is the same text of what `same` calls the same."""
    for code in codes:
        if not any(code.text == other.text and same(code, other) for other in kept):
            kept.append(code)


def in_reading_order(codes: Iterable[Barcode]) -> tuple[Barcode, ...]:
    """Row by row from the top, each row from the left."""
    rest = sorted(codes, key=lambda code: quad_to_box(code.quad).centre.y)
    ordered: list[Barcode] = []
    while rest:
        first = quad_to_box(rest[0].quad)
        line = first.centre.y + _ROW_SHARE * first.height
        row = [code for code in rest if quad_to_box(code.quad).centre.y <= line]
        ordered += sorted(row, key=lambda code: quad_to_box(code.quad).left)
        rest = rest[len(row) :]
    return tuple(ordered)


@dataclass(slots=True)
class Ballot:
    """Decides on bar codes, which have at most one check digit and no error correction.

    A reading counts once it has been made in two renditions of the picture and no other text at its place
    has as many votes. On 461 bar codes of zxing-cpp's own test pictures this rule dropped or mended all 4
    wrong readings of the plain picture, for 1 right one lost (benchmarks/codes.py counts both).

    Attributes:
        same: whether two readings are of one bar code.
    """

    same: SameSymbol
    _votes: dict[str, list[Barcode]] = field(default_factory=dict)

    def cast(self, rendition: str, codes: Sequence[Barcode]) -> None:
        """Adds what was read in a rendition; the same text at the same place counts once a rendition."""
        fresh = self._votes.setdefault(rendition, [])
        add_new(fresh, codes, self.same)

    def places(self) -> tuple[Barcode, ...]:
        """One reading for each text at each place."""
        kept: list[Barcode] = []
        for codes in self._votes.values():
            add_new(kept, codes, self.same)
        return tuple(kept)

    def elected(self) -> tuple[Barcode, ...]:
        """The readings that count."""
        places = self.places()
        return tuple(code for code in places if self._wins(code, places))

    def undecided(self) -> bool:
        """Whether some place has readings but none that counts."""
        elected = self.elected()
        return any(not any(self.same(code, winner) for winner in elected) for code in self.places())

    def _wins(self, code: Barcode, places: Sequence[Barcode]) -> bool:
        count = self._count(code)
        rivals = (other for other in places if other.text != code.text and self.same(other, code))
        return count > max((1, *(self._count(rival) for rival in rivals)))

    def _count(self, code: Barcode) -> int:
        return sum(
            any(code.text == other.text and self.same(code, other) for other in codes) for codes in self._votes.values()
        )

"""A row of print as a line reader saw it: which way round, where its ends are, what lies below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from localverify.types import Point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localverify.imaging.row_crops import Curve
    from localverify.imaging.text_rows import Row
    from localverify.types import Floats

# Lines of a zone run within twelve degrees of each other (the cosine).
STRAIGHTEST = 0.98


@dataclass(frozen=True, slots=True)
class Way:
    """How a row's crop is flipped before it is read."""

    across: bool
    down: bool

    @property
    def mirrored(self) -> bool:
        """Whether print that reads this way is shown as by a mirror."""
        return self.across != self.down

    def turned(self) -> Way:
        """The way for the same row taken from its other end."""
        return Way(not self.across, not self.down)

    def flipped(self, pixels: Floats) -> Floats:
        """A crop, rows x columns, flipped."""
        return pixels[:: -1 if self.down else 1, :: -1 if self.across else 1]


STRAIGHT = (Way(False, False), Way(True, True))
MIRRORED = (Way(True, False), Way(False, True))


@dataclass(frozen=True, slots=True, eq=False)
class ReadLine:
    """A row that was read.

    Attributes:
        row: where it was looked for.
        curve: where its ink runs.
        way: how it was flipped.
        scores: frames x 38 log-probabilities.
        evidence: 0..1, how much it looks like a line of a zone.
        symbols: how many the most probable frames hold.
    """

    row: Row
    curve: Curve
    way: Way
    scores: Floats
    evidence: float
    symbols: int

    @property
    def capital(self) -> float:
        """Height of capitals in pixels of the picture."""
        return self.curve.capital * float(np.hypot(*self.curve.matrix[:, 0]))

    @property
    def ends(self) -> NDArray[np.float64]:
        """2 x 2: the ends of the middle line, a point a row."""
        return self.curve.at(np.array([self.curve.left, self.curve.right]), 0.0).T

    @property
    def middle(self) -> NDArray[np.float64]:
        """The middle of the line, x and y in the picture."""
        return np.asarray(self.ends.mean(0))

    @property
    def downwards(self) -> NDArray[np.float64]:
        """Unit vector towards the next line as the zone is read."""
        return self.row.down * (-1 if self.way.down else 1)

    def offset_below(self, point: NDArray[np.float64]) -> float:
        """Pixels by which a point is below the middle line, as the zone is read."""
        return float((point - self.middle) @ self.downwards)


def edge(line: ReadLine, *, above: bool) -> tuple[Point, Point]:
    """Left and right end of the upper or lower edge of a line, as it is read."""
    below = -0.6 if above != line.way.down else 0.6
    columns = np.array([line.curve.left, line.curve.right])
    a, b = (Point(float(x), float(y)) for x, y in line.curve.at(columns, below).T)
    return (b, a) if line.way.across else (a, b)


def alike(row: Row, other: Row) -> bool:
    """Whether two rows run alike, one above the other."""
    shift = abs(float((other.centre - row.centre) @ row.along))
    parallel = abs(float(row.along @ other.along)) > STRAIGHTEST
    return parallel and shift < 0.3 * row.length and other.length > 0.4 * row.length

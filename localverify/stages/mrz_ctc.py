"""Finding and reading the machine-readable zone of a whole photo with mrz_ctc.

Rows of print come from `imaging.text_rows`, whatever their angle. The net reads each both ways round; it was
trained to see nothing in upside-down, mirrored or other print, so its own certainty tells which rows are lines of
a zone and how they lie. The surest one is the seed; the lines above and below it make the zone. Looks, cheapest
first, until one finds a zone:

1. rows about level or upright;
2. as a mirror shows them, those of the rows that have another one like them beside them;
3. such rows at other angles, then those mirrored.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import cv2
import numpy as np

from localverify.engine.ctc import align, symbol_posteriors
from localverify.imaging.read_lines import MIRRORED, STRAIGHT, ReadLine, Way, alike, edge
from localverify.imaging.row_crops import Curve, crop, trace
from localverify.imaging.text_rows import Row, find_rows
from localverify.types import MrzZone, Quad

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localverify.engine.registry import StageContext
    from localverify.engine.runtime import Net
    from localverify.types import Floats, Image, Pixels

    Spans: TypeAlias = list[tuple[int, int]]
    _Option: TypeAlias = "tuple[float, list[ReadLine], int]"

HEIGHT, WIDTH = 24, 528
# Lines and characters a line of every layout (ICAO Doc 9303 parts 4 to 7; France 1995).
SHAPES = ((3, 30), (2, 36), (2, 44))
LEVEL, OBLIQUE = (0.0,), (30.0, 60.0)
# Symbols that a line shows before its number is settled: some may be lost, or dirt taken for one.
FEWEST, MOST, MISCOUNT = 22, 52, 4
# Mean log-probability of a frame below which another layout may suit the lines better: right ones reach -.02 to -.16.
WELL_SEEN = -0.16
# Rows that are read in a look: all when the first few hold no line of a zone.
FIRST_ROWS, MOST_ROWS, MOST_ALONE = 4, 10, 4
# Between the centres of two lines, in heights of capitals: 6.35 mm over 2.4 mm (Doc 9303-3), give or take a tilt.
NEAREST_LINE, USUAL_LINE, FARTHEST_LINE = 1.25, 2.65, 4.2
# Lines of a zone end within so many capitals of each other.
UNEVEN_ENDS = 0.4


def build(context: StageContext) -> CtcMrzReader:
    """The reader over the shared net."""
    return CtcMrzReader(context.runtime.net("mrz_ctc"))


class _Least(NamedTuple):
    """How sure the net must be of a line to begin with, and of a zone's frames in the end."""

    line: float
    zone: float


class CtcMrzReader:
    """Reads the zone of a picture; None where there is none."""

    name = "ctc"

    def __init__(self, net: Net) -> None:
        self._net = net
        self._least = _Least(net.weights.threshold("line"), net.weights.threshold("zone"))

    def run(self, batch: Sequence[Image]) -> list[MrzZone | None]:
        """The zone of each picture, the surest one where there are several."""
        return [self._find(image) for image in batch]

    def _find(self, image: Image) -> MrzZone | None:
        grey = np.asarray(cv2.cvtColor(image.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
        for angles in (LEVEL, OBLIQUE):
            rows = find_rows(grey, angles)
            page = _Page(grey, rows, self._net, self._least)
            together = [row for row in rows if row.in_company][:MOST_ROWS]
            alone = [row for row in rows if not row.in_company][:MOST_ALONE] if angles is LEVEL else []
            zone = page.look(together + alone, STRAIGHT) or page.look(together, MIRRORED)
            if zone is not None:
                return zone
        return None


class _Page:
    """One picture with its rows; each is traced, cut out and read once."""

    def __init__(self, grey: Pixels, rows: Sequence[Row], net: Net, least: _Least) -> None:
        self._grey = grey
        self._rows = rows
        self._net = net
        self._least = least
        self._curves: dict[Row, tuple[Curve, Floats]] = {}
        self._lines: dict[tuple[Row, Way], ReadLine] = {}
        self._alignments: dict[tuple[ReadLine, int], tuple[float, Spans]] = {}

    def look(self, rows: Sequence[Row], ways: Sequence[Way]) -> MrzZone | None:
        """Reads rows until one is a line of a zone, then the zone about it."""
        for part in (rows[:FIRST_ROWS], rows[FIRST_ROWS:]):
            lines = self._read([(row, way) for row in part for way in ways])
            for seed in sorted(lines, key=lambda line: -line.evidence):
                if seed.evidence < self._least.line:
                    break
                zone = self._zone(seed)
                if zone is not None:
                    return zone
        return None

    def _read(self, items: Sequence[tuple[Row, Way]]) -> list[ReadLine]:
        """Each row in each way, through the net together as far as they were not read before."""
        new = [(row, *self._traced(row), way) for row, way in items if (row, way) not in self._lines]
        self._lines.update({(line.row, line.way): line for line in self._read_crops(new)})
        return [self._lines[row, way] for row, way in items]

    def _read_crops(self, items: Sequence[tuple[Row, Curve, Floats, Way]]) -> list[ReadLine]:
        if not items:
            return []
        batch = np.stack([way.flipped(pixels)[None] for _, _, pixels, way in items])
        (scores,) = self._net.run(batch)
        return [
            ReadLine(row, curve, way, seen, *_evidence(seen))
            for (row, curve, _, way), seen in zip(items, scores, strict=True)
        ]

    def _traced(self, row: Row) -> tuple[Curve, Floats]:
        if row not in self._curves:
            curve = trace(self._grey, row)
            self._curves[row] = (curve, _prepare(self._grey, curve))
        return self._curves[row]

    def _zone(self, seed: ReadLine) -> MrzZone | None:
        """The lines above and below a seed, and the layout that suits them best; None when none does."""
        lines = self._column(seed)
        if len(lines) < 2:  # noqa: PLR2004 - no zone has one line
            return None
        options = [option for shape in _likely_shapes(lines) for option in self._fits(lines, seed, shape)]
        if not options or max(score for score, *_ in options) < WELL_SEEN:
            options = [option for shape in SHAPES for option in self._fits(lines, seed, shape)]
        if not options:
            return None
        _, chosen, count = max(options, key=lambda option: option[0])
        chosen = [self._between_common_ends(line, chosen, count) for line in chosen]
        score = float(np.exp(np.mean([self._aligned(line, count)[0] for line in chosen])))
        if score < self._least.zone:
            return None
        return _assemble(chosen, [self._aligned(line, count)[1] for line in chosen], score)

    def _fits(self, lines: Sequence[ReadLine], seed: ReadLine, shape: tuple[int, int]) -> Iterable[_Option]:
        """Neighbouring lines that could be a zone of that shape with the seed in it, and their score."""
        number, count = shape
        for start in range(len(lines) - number + 1):
            chosen = list(lines[start : start + number])
            if seed in chosen:
                yield float(np.mean([self._aligned(line, count)[0] for line in chosen])), chosen, count

    def _aligned(self, line: ReadLine, count: int) -> tuple[float, Spans]:
        if (line, count) not in self._alignments:
            self._alignments[line, count] = align(line.scores, count)
        return self._alignments[line, count]

    def _column(self, seed: ReadLine) -> list[ReadLine]:
        """The seed and up to two lines on either side of it, from above to below as the zone is read."""
        found = {0: seed}
        for side in (-1, 1):
            before, pace = seed, USUAL_LINE * seed.capital
            for place in (side, 2 * side):
                line = self._next(before, side, pace)
                if line is None:
                    break
                found[place] = line
                pace = abs(before.offset_below(line.middle))
                before = line
        return [found[place] for place in sorted(found)]

    def _next(self, line: ReadLine, side: int, pace: float) -> ReadLine | None:
        """The line beside one: a row that was found there, else the place where it should be."""
        nearest, farthest = NEAREST_LINE * line.capital, FARTHEST_LINE * line.capital
        near = []
        for row in self._rows:
            distance = side * line.offset_below(row.centre)
            if nearest < distance < farthest and alike(line.row, row):
                near.append((distance, row))
        rows = [row for _, row in sorted(near, key=lambda pair: pair[0])[:2]]
        guess = replace(line.row, centre=line.row.centre + side * pace * line.downwards)
        for row in (*rows, guess):
            way = line.way if row.along @ line.row.along > 0 else line.way.turned()
            (read,) = self._read([(row, way)])
            if read.evidence >= self._least.line and nearest < side * line.offset_below(read.middle) < farthest:
                return read
        return None

    def _between_common_ends(self, line: ReadLine, lines: Sequence[ReadLine], count: int) -> ReadLine:
        """The line between its own ends or another one's, whichever reads better: all have the same."""
        options = []
        for other in lines:
            left, right = sorted(line.curve.column_of(point) for point in other.ends)
            if max(abs(left - line.curve.left), abs(right - line.curve.right)) > UNEVEN_ENDS * line.curve.capital:
                curve = replace(line.curve, left=left, right=right)
                options.append((line.row, curve, _prepare(self._grey, curve), line.way))
        if not options:
            return line
        return max([line, *self._read_crops(options)], key=lambda option: self._aligned(option, count)[0])


def _prepare(grey: Pixels, curve: Curve) -> Floats:
    """24 x 528 float32 of mean 0 and deviation 1."""
    pixels = crop(grey, curve, HEIGHT, WIDTH).astype(np.float32)
    return np.asarray((pixels - pixels.mean()) / (pixels.std() + 1), np.float32)


def _likely_shapes(lines: Sequence[ReadLine]) -> list[tuple[int, int]]:
    """The layouts whose width is near what the most probable frames hold."""
    symbols = float(np.median([line.symbols for line in lines]))
    return [shape for shape in SHAPES if abs(symbols - shape[1]) <= MISCOUNT]


def _assemble(lines: Sequence[ReadLine], spans: Sequence[Spans], score: float) -> MrzZone:
    posteriors = []
    for line, runs in zip(lines, spans, strict=True):
        table = symbol_posteriors(line.scores, runs)
        table.setflags(write=False)
        posteriors.append(table)
    top_left, top_right = edge(lines[0], above=True)
    bottom_left, bottom_right = edge(lines[-1], above=False)
    mirrored = lines[0].way.mirrored
    reading = np.subtract(top_right, top_left) * ([-1, 1] if mirrored else [1, 1])
    turn = int(np.rint(np.rad2deg(np.arctan2(reading[1], reading[0])) / 90)) % 4 * 90
    quad = Quad(top_left, top_right, bottom_right, bottom_left)
    return MrzZone(tuple(posteriors), quad, turn, mirrored, score, "ctc")


def _evidence(scores: Floats) -> tuple[float, int]:
    """The mean probability of the symbols at their peaks, 0 for too few or too many of them; and their number."""
    best = scores.argmax(1)
    starts = np.flatnonzero(np.diff(best, prepend=-1) != 0)
    peaks = [
        float(scores[start:stop].max())
        for start, stop in zip(starts, [*starts[1:], len(best)], strict=True)
        if best[start] != scores.shape[1] - 1
    ]
    return float(np.exp(np.mean(peaks))) if FEWEST <= len(peaks) <= MOST else 0.0, len(peaks)

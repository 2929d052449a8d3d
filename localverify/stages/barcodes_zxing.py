"""Bar codes and matrix codes with zxing-cpp, and a ladder of harder looks where the first finds nothing.

1. The plain picture, every symbology.
2. Bar codes are looked at again in other renditions and counted by vote (`Ballot`).
3. QR finder patterns that no reading covers: their modules are sampled on a grid that follows bends
   (`module_grid`), also where the quiet zone is missing or the centre is coloured.
4. Renditions of the whole picture, until everything that is known to be there is read or time is up.

zxing-cpp cannot be interrupted, so what each step may cost is bounded by the pixels that it is given, and
the clock is asked between steps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import zxingcpp

from localverify.imaging import binarise
from localverify.imaging.barcode_sets import Ballot, add_new, in_reading_order, same_bars
from localverify.imaging.binarise import at_most, enlarged
from localverify.imaging.finder_patterns import finder_triples
from localverify.imaging.finder_views import FINDER_VIEWS
from localverify.imaging.geometry import box_to_quad, clip_box, crop, quad_contains, quad_to_box
from localverify.imaging.module_grid import TIMING_SCORE, likely_dimension, read_grids, render
from localverify.types import Barcode, Box, Point, Quad

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localverify.engine.registry import StageContext
    from localverify.engine.runtime import Runtime
    from localverify.imaging.finder_patterns import FinderPattern, FinderTriple
    from localverify.types import BarcodeReader, Floats, Image, Pixels

# zxing-cpp takes .8 s for 12 million pixels of noise on one core of a 2-core virtual machine, its worst case
# there; a symbol that needs more pixels than that in one picture was not seen.
_PLAIN_PIXELS = 12_000_000
# What a rendition may have, enlarged: .15 s at worst by the same measure.
_RENDITION_PIXELS = 2_400_000
_LEFTOVERS = 2  # finder patterns outside all symbols read, from which on a further symbol is looked for
_TRIPLES = 60  # most threes of finder patterns that are tried in one picture
_DIMENSIONS = 2  # sizes tried for each three
_ROOM = 0.3  # of a bar code's length, left around it at the second look: more than any quiet zone
_LEFTOVER_STRAIN = 0.5  # of three patterns, up to which an unread symbol is thought to be there

_MATRIX = frozenset(f.name for f in zxingcpp.barcode_formats_list(zxingcpp.barcode_formats_from_str("AllMatrix")))
_QR = zxingcpp.BarcodeFormat.QRCode
_GLOBAL = zxingcpp.Binarizer.GlobalHistogram


def build(context: StageContext) -> BarcodeReader:
    """Makes the reader."""
    return ZxingReader(context.runtime, context.settings.codes.budget_s)


class ZxingReader:
    """Reads every symbology that zxing-cpp knows.

    Args:
        runtime: whose workers read several pictures at once.
        budget_s: time after which no new step is begun on a picture.
    """

    name = "zxing"

    def __init__(self, runtime: Runtime, budget_s: float) -> None:
        self._runtime = runtime
        self._budget_s = budget_s

    def run(self, batch: Sequence[Image]) -> list[tuple[Barcode, ...]]:
        """The codes of each picture in reading order; empty where there is none."""
        return self._runtime.map(self._read, batch)

    def _read(self, image: Image) -> tuple[Barcode, ...]:
        return _Search(image.pixels, time.monotonic() + self._budget_s).codes()


@dataclass(frozen=True, slots=True)
class _Rendition:
    """One look at the whole picture."""

    name: str
    make: Callable[[Pixels], Pixels]
    enlarge: bool = True
    binarizer: Any = zxingcpp.Binarizer.LocalAverage

    def read(self, plane: Pixels, scale: float) -> list[Barcode]:
        """Decodes this rendition of a plane; see `_decode` for `scale`."""
        if self.enlarge:
            plane, scale = enlarged(plane, scale, 2, _RENDITION_PIXELS)
        return _decode(self.make(plane), scale, self.name, binarizer=self.binarizer)


# Ordered by how many symbols each adds to those before it, on the pictures that the plain look misses.
_LADDER = (
    _Rendition("local contrast", binarise.local_contrast),
    _Rendition("sharpened", partial(binarise.sharpen, radius=4, amount=2)),
    _Rendition("global threshold", np.asarray, binarizer=_GLOBAL),
    _Rendition("local threshold", partial(binarise.local_threshold, window=31), enlarge=False),
    _Rendition("without glare", binarise.stretch, enlarge=False),
    _Rendition("smoothed", partial(binarise.smooth, radius=2), enlarge=False),
)
_SECOND_LOOKS = (
    _Rendition("sharpened a little", partial(binarise.sharpen, radius=2, amount=1.5), enlarge=False),
    _Rendition("enlarged", np.asarray),
    _LADDER[0],
)


class _Search:
    """The state of reading one picture."""

    def __init__(self, pixels: Pixels, deadline: float) -> None:
        self._deadline = deadline
        self._pixels = pixels
        self._plane = binarise.grey(pixels)
        self._matrix: list[Barcode] = []
        self._ballot = Ballot(partial(same_bars, self._plane))
        # Centres of three finder patterns in the picture, where a QR code seems to be.
        self._seen: list[Quad] = []

    def codes(self) -> tuple[Barcode, ...]:
        """Climbs the ladder as far as needed."""
        plane, scale = at_most(self._plane, _PLAIN_PIXELS)
        self._take("plain", _decode(plane, scale, "plain"))
        self._look_twice()
        self._read_grids()
        for rendition in _LADDER:
            if self._done() or self._late():
                break
            self._look(rendition)
        whole = [code for code in self._matrix if not self._is_corner_of_another(code)]
        return in_reading_order([*whole, *self._ballot.elected()])

    def _is_corner_of_another(self, code: Barcode) -> bool:
        """Whether a Micro QR code, which has one finder pattern, was made out of one of a QR code's three."""
        if code.format != "MicroQRCode":
            return False
        middle = quad_to_box(code.quad).centre
        larger = [other.quad for other in self._matrix if other.format == "QRCode"] + self._seen
        return any(quad_contains(box_to_quad(quad_to_box(quad)), middle) for quad in larger)

    def _late(self) -> bool:
        return time.monotonic() > self._deadline

    def _found(self) -> bool:
        return bool(self._matrix or self._ballot.elected())

    def _done(self) -> bool:
        return self._found() and not self._ballot.undecided() and not any(map(self._is_unread, self._seen))

    def _is_unread(self, triangle: Quad) -> bool:
        middle = quad_to_box(triangle).centre
        return not any(quad_contains(code.quad, middle) for code in self._matrix)

    def _take(self, rendition: str, codes: Sequence[Barcode]) -> None:
        add_new(self._matrix, [code for code in codes if code.format in _MATRIX])
        self._ballot.cast(rendition, [code for code in codes if code.format not in _MATRIX])

    def _look(self, rendition: _Rendition) -> None:
        plane, scale = at_most(self._plane, _RENDITION_PIXELS)
        self._take(rendition.name, rendition.read(plane, scale))

    def _look_twice(self) -> None:
        """Reads bar codes again where they were read, until each place has a winner."""
        for rendition in _SECOND_LOOKS:
            for code in self._ballot.places() if self._ballot.undecided() else ():
                if self._late():
                    return
                self._look_at(quad_to_box(code.quad), rendition)

    def _look_at(self, box: Box, rendition: _Rendition) -> None:
        room = _ROOM * max(box.width, box.height)
        around = Box(box.left - room, box.top - room, box.right + room, box.bottom + room)
        around = clip_box(around, self._plane.shape[1], self._plane.shape[0])
        plane, scale = at_most(crop(self._plane, around), _RENDITION_PIXELS)
        left, top = round(around.left), round(around.top)
        self._take(rendition.name, [_moved(code, left, top) for code in rendition.read(plane, scale)])

    def _read_grids(self) -> None:
        """Samples the modules of each three finder patterns that no reading covers."""
        for view in FINDER_VIEWS:
            plane, scale, patterns = view.look(self._pixels)
            for triple in finder_triples(self._free(patterns, scale))[:_TRIPLES]:
                if self._late():
                    return
                self._read_grid(plane, triple, scale)
            if self._done() and len(self._free(patterns, scale)) < _LEFTOVERS:
                return

    def _free(self, patterns: Sequence[FinderPattern], scale: float) -> list[FinderPattern]:
        """The patterns that lie in no symbol read so far."""
        quads = [code.quad for code in self._matrix]
        return [p for p in patterns if not any(quad_contains(q, _point(p.centre, scale)) for q in quads)]

    def _read_grid(self, plane: Pixels, triple: FinderTriple, scale: float) -> None:
        corner, right, below = (_point(p.centre, scale) for p in (triple.corner, triple.right, triple.below))
        triangle = Quad(corner, right, right, below)
        if not self._is_unread(triangle):
            return
        dimension, timing = likely_dimension(plane, triple)
        if timing < TIMING_SCORE:
            return
        self._seen.append(triangle)
        for grid in read_grids(plane, triple, dimension):
            codes = _decode(render(grid.dark), 1, "module grid", formats=_QR, is_pure=True)
            if codes:
                quad = Quad(*(Point(x * scale, y * scale) for x, y in grid.quad))
                add_new(self._matrix, [replace(codes[0], quad=quad)])
                return


def _decode(plane: Pixels, scale: float, reader: str, **options: Any) -> list[Barcode]:  # noqa: ANN401 - untyped
    """What zxing-cpp reads in a plane, in the picture's coordinates: the plane's times `scale`."""
    found = zxingcpp.read_barcodes(np.ascontiguousarray(plane), text_mode=zxingcpp.TextMode.Plain, **options)
    return [_to_barcode(code, scale, f"zxing: {reader}") for code in found if code.valid and code.bytes]


def _to_barcode(code: Any, scale: float, reader: str) -> Barcode:  # noqa: ANN401 - zxing-cpp is untyped
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    quad = Quad(*(Point(corner.x * scale, corner.y * scale) for corner in corners))
    return Barcode(code.text, bytes(code.bytes), code.format.name, quad, reader)


def _moved(code: Barcode, right: float, down: float) -> Barcode:
    return replace(code, quad=Quad(*(Point(x + right, y + down) for x, y in code.quad)))


def _point(centre: Floats, scale: float) -> Point:
    return Point(float(centre[0]) * scale, float(centre[1]) * scale)

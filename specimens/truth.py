"""What is known about a rendered document and about a scene.

Coordinates are pixels with the centre of the first pixel at (0, 0), so the corners of a picture that is W x H
are at -0.5 and W - 0.5. Quads are in the document's own reading order whatever way it is turned.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from localverify.types import Point, Quad

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from localverify.types import Pixels

    Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line.

    Attributes:
        text: what stands there, NFC.
        quad: round the ink.
        kind: ``caption``, ``value``, ``mrz`` or ``mark`` (the word SPECIMEN).
        field: name of the field that the line belongs to, empty for captions that belong to none.
    """

    text: str
    quad: Quad
    kind: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class FieldTruth:
    """One field.

    Attributes:
        name: in snake case (``number``, ``birth_date`` ...).
        value: as data: dates as YYYY-MM-DD, sex as M or F, the rest as printed without grouping blanks.
        text: as printed, lines joined by one blank.
        quads: of its value lines, in order.
        covered: share of its area under glare or under an object, 0..1; only a scene has any.
    """

    name: str
    value: str
    text: str
    quads: tuple[Quad, ...]
    covered: float = 0.0


@dataclass(frozen=True, slots=True)
class MrzTruth:
    """The machine-readable zone: its lines from top to bottom and the quad round all ink of them."""

    lines: tuple[str, ...]
    quad: Quad


@dataclass(frozen=True, slots=True)
class CodeTruth:
    """A barcode.

    Attributes:
        format: as zxing-cpp spells it (``QRCode``, ``PDF417``, ``Code128``).
        payload: the bytes as ISO-8859-1, so that every byte is one character.
        text: the payload as people read it.
        quad: round the symbol without its quiet zone.
        module: side of a module in pixels, averaged over the symbol's width.
    """

    format: str
    payload: str
    text: str
    quad: Quad
    module: float


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything about one side of one document.

    Attributes:
        document_type: ``vn.cccd_new``, ``fr.id_2021`` ...
        side: ``front`` or ``back``.
        split: which of the two sets drew it.
        seed: the number that made it; both sides of one document share it.
        quad: the corners of the card, or of the page.
        fields: in the order of the layout.
        lines: every printed line, captions as well.
        mrz: the zone, or None.
        codes: the barcodes.
        portraits: the main one first.
        signature: the holder's, or None.
        tampering: names of `Tampering` that were done.
        tampered: where they were done.
        damage: names of `Damage` that were done.
        damaged: where they were done.
        recapture: a name of `Recapture`, empty for the document itself.
        record: everything that is known of the document, printed on this side or not, by name, as data.
    """

    document_type: str
    side: str
    split: str
    seed: int
    quad: Quad
    fields: tuple[FieldTruth, ...]
    lines: tuple[Line, ...]
    mrz: MrzTruth | None = None
    codes: tuple[CodeTruth, ...] = ()
    portraits: tuple[Quad, ...] = ()
    signature: Quad | None = None
    tampering: tuple[str, ...] = ()
    tampered: tuple[Quad, ...] = ()
    damage: tuple[str, ...] = ()
    damaged: tuple[Quad, ...] = ()
    recapture: str = ""
    record: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Type and side together: ``vn.cccd_new.front``."""
        return f"{self.document_type}.{self.side}"

    def field(self, name: str) -> FieldTruth:
        """The field called `name`.

        Raises:
            KeyError: this side does not print it.
        """
        for found in self.fields:
            if found.name == name:
                return found
        raise KeyError(name)

    def moved(self, matrix: Matrix) -> Truth:
        """The truth as seen through a 3 x 3 homography."""
        return replace(
            self,
            quad=move_quad(self.quad, matrix),
            fields=tuple(replace(f, quads=move_quads(f.quads, matrix)) for f in self.fields),
            lines=tuple(replace(line, quad=move_quad(line.quad, matrix)) for line in self.lines),
            mrz=replace(self.mrz, quad=move_quad(self.mrz.quad, matrix)) if self.mrz else None,
            codes=tuple(_move_code(code, matrix) for code in self.codes),
            portraits=move_quads(self.portraits, matrix),
            signature=move_quad(self.signature, matrix) if self.signature else None,
            tampered=move_quads(self.tampered, matrix),
            damaged=move_quads(self.damaged, matrix),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Specimen:
    """One side of a document, flat.

    Attributes:
        pixels: H x W x 3, uint8, RGB.
        mask: H x W, uint8, 255 where there is material.
        truth: in the coordinates of `pixels`.
        pixels_per_mm: the scale of `pixels` against the real thing.
    """

    pixels: Pixels
    mask: Pixels
    truth: Truth
    pixels_per_mm: float


@dataclass(frozen=True, slots=True)
class SceneTruth:
    """Everything about a scene.

    Attributes:
        width: pixels.
        height: pixels.
        split: which of the two sets of cameras and backgrounds took it.
        seed: the number that made it.
        documents: in picture coordinates; empty when there is none.
        visible: share of each document's area that lies inside the picture, 0..1.
        effects: by name, with their strength (see docs/specimens.md for the unit of each).
    """

    width: int
    height: int
    split: str
    seed: int
    documents: tuple[Truth, ...]
    visible: tuple[float, ...]
    effects: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Scene:
    """A photo.

    Attributes:
        jpeg: the encoded picture, as a phone would send it.
        truth: in the coordinates of `pixels`.
    """

    jpeg: bytes
    truth: SceneTruth

    @cached_property
    def pixels(self) -> Pixels:
        """The picture decoded: H x W x 3, uint8, RGB."""
        decoded = cv2.imdecode(np.frombuffer(self.jpeg, np.uint8), cv2.IMREAD_COLOR)
        if decoded is None:
            raise ValueError("these bytes are no picture")
        return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def box_quad(left: float, top: float, right: float, bottom: float) -> Quad:
    """The quad of a box whose edges are given in pixel-edge coordinates (the first pixel spans 0..1)."""
    left, top, right, bottom = left - 0.5, top - 0.5, right - 0.5, bottom - 0.5
    return Quad(Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom))


def move_quad(quad: Quad, matrix: Matrix) -> Quad:
    """The quad seen through a homography."""
    points = cv2.perspectiveTransform(np.array(quad, np.float64)[None], matrix)[0]
    a, b, c, d = (Point(float(x), float(y)) for x, y in points)
    return Quad(a, b, c, d)


def move_quads(quads: tuple[Quad, ...], matrix: Matrix) -> tuple[Quad, ...]:
    """Each quad seen through a homography."""
    return tuple(move_quad(quad, matrix) for quad in quads)


def to_json(truth: Truth | SceneTruth) -> dict[str, Any]:
    """The truth as plain data for `json.dumps`; coordinates rounded to a hundredth of a pixel."""
    plain: dict[str, Any] = _plain(truth)
    return plain


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON is any of its kinds
    if isinstance(value, Quad):
        return [[round(x, 2), round(y, 2)] for x, y in value]
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if is_dataclass(value):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    return value


def _move_code(code: CodeTruth, matrix: Matrix) -> CodeTruth:
    quad = move_quad(code.quad, matrix)
    return replace(code, quad=quad, module=code.module * _width(quad) / _width(code.quad))


def _width(quad: Quad) -> float:
    upper = np.hypot(*np.subtract(quad.top_right, quad.top_left))
    lower = np.hypot(*np.subtract(quad.bottom_right, quad.bottom_left))
    return float(upper + lower) / 2

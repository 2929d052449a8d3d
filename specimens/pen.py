"""Writes lines of text onto a document and remembers where their ink is."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageDraw

from specimens.truth import FieldTruth, Line, MrzTruth, box_quad
from specimens.variation import JITTERS, colour

if TYPE_CHECKING:
    import numpy as np
    from PIL.ImageFont import FreeTypeFont

    from localverify.types import Pixels
    from specimens.fonts import FontSet
    from specimens.layout import Caption, Field, Zone
    from specimens.options import Split
    from specimens.records import Record

    Ink = tuple[int, int, int]
    Span = tuple[float, float, float, float]

_SHRINK = 0.95  # step by which a value that is too long is set smaller
_SMALLEST = 0.5  # of the size asked for
_CAPTION_GAP = 0.36  # em of the caption between it and the value on its right


@dataclass(frozen=True, slots=True)
class Style:
    """What one document's printer is like.

    Attributes:
        resolution: pixels a millimetre.
        ink: of the values.
        caption_ink: of the captions.
        block: millimetres by which all values are off.
        scale: factor of all sizes.
        element: millimetres by which each element is off, at most.
    """

    resolution: float
    ink: Ink
    caption_ink: Ink
    block: tuple[float, float]
    scale: float
    element: float


def draw_style(rng: np.random.Generator, split: Split, resolution: float) -> Style:
    """A printer out of the split's ranges."""
    jitter = JITTERS[split]
    dark = int(rng.integers(0, jitter.darkness))
    ink = (dark, dark, min(dark + int(rng.integers(0, 24)), 255))
    faint = dark + int(rng.integers(0, 40))
    return Style(
        resolution=resolution,
        ink=ink,
        caption_ink=(faint, faint, faint),
        block=(rng.uniform(-jitter.block, jitter.block), rng.uniform(-jitter.block, jitter.block)),
        scale=rng.uniform(*jitter.size),
        element=jitter.element,
    )


@lru_cache(maxsize=512)
def _ink(font: FreeTypeFont, char: str) -> Span:
    """Left, top, right and bottom of a character's ink against its place on the baseline."""
    mask, (x, y) = font.getmask2(char, anchor="ls")
    left, top, right, bottom = mask.getbbox()
    return left + x, top + y, right + x, bottom + y


class _Look(NamedTuple):
    """How a line is set: millimetres of the em square, role, colour, and which end its place is."""

    size: float
    style: str
    ink: Ink
    align: str


class Pen:
    """Writes onto one side of one document.

    Attributes:
        lines: what was written so far.
        fields: the fields among it.
    """

    def __init__(self, pixels: Pixels, style: Style, fonts: FontSet, rng: np.random.Generator) -> None:
        self._picture = Image.fromarray(pixels)
        self._draw = ImageDraw.Draw(self._picture)
        self._style, self._fonts, self._rng = style, fonts, rng
        self._right: float = pixels.shape[1] / style.resolution - 3
        self.lines: list[Line] = []
        self.fields: list[FieldTruth] = []

    @property
    def picture(self) -> Image.Image:
        """What was drawn so far; more may be pasted onto it."""
        return self._picture

    def caption(self, caption: Caption, record: Record) -> None:
        """Writes a line that stands by itself."""
        text = caption.text.format_map(record.values)
        x, y = self._off(caption.at, printed_later=False)
        size = self._narrowed(caption.style, caption.size, text, caption.width or self._room(caption.align, x))
        look = _Look(size, caption.style, self._caption_ink(caption.colour), caption.align)
        self._line(text, (x, y), look, "caption")

    def field(self, field: Field, record: Record) -> None:
        """Writes a caption and its value; nothing where the value is empty."""
        value = unicodedata.normalize("NFC", (field.text or "{" + field.name + "}").format_map(record.values))
        value = value.upper() if field.upper else value
        at = self._off(field.at, printed_later=not field.caption)
        start = at
        if field.caption:
            align = "left" if field.place == "right" else field.align
            size = self._narrowed(field.caption_style, field.caption_size, field.caption, self._room(align, at[0]))
            look = _Look(size, field.caption_style, self._caption_ink(field.caption_colour), align)
            start = self._value_start(field, at, self._line(field.caption, at, look, "caption", field.name))
        if not value:
            return
        ink = colour(field.colour) if field.colour else self._style.ink
        hang = at[0] if field.hang < 0 else field.hang
        quads = []
        for text, where, size in self._broken(field, value, start, hang):
            self._line(text, where, _Look(size, field.style, ink, field.align), "value", field.name)
            quads.append(self.lines[-1].quad)
        plain = record.plain(field.name)
        self.fields.append(FieldTruth(field.name, value if plain is None else plain, value, tuple(quads)))

    def zone(self, zone: Zone, lines: tuple[str, ...]) -> MrzTruth:
        """Writes a machine-readable zone character by character, at its pitch."""
        probe = self._fonts.font("ocr_b", 100, "0")
        size = zone.pitch * self._style.resolution * 100 / probe.getlength("0")
        font = self._fonts.font("ocr_b", round(size), "0")
        x0, y0 = (length * self._style.resolution for length in self._off(zone.at, printed_later=True))
        pitch, leading = zone.pitch * self._style.resolution, zone.leading * self._style.resolution
        spans = []
        for row, text in enumerate(lines):
            y = y0 + row * leading
            places = [(x0 + column * pitch, y) for column in range(len(text))]
            for place, char in zip(places, text, strict=True):
                self._draw.text(place, char, self._style.ink, font, anchor="ls")
            boxes = [_ink(font, char) for char in text]
            spans.append((
                places[0][0] + boxes[0][0], y + min(box[1] for box in boxes),
                places[-1][0] + boxes[-1][2], y + max(box[3] for box in boxes),
            ))  # fmt: skip
            self.lines.append(Line(text, box_quad(*spans[-1]), "mrz"))
        left, top, right, bottom = zip(*spans, strict=True)
        return MrzTruth(lines, box_quad(min(left), min(top), max(right), max(bottom)))

    def _room(self, align: str, x: float) -> float:
        """Millimetres between a line's place and the edge of the document that it grows towards."""
        edge = self._right + 2
        return {"left": edge - x, "centre": 2 * min(x, edge - x), "right": x}[align]

    def _narrowed(self, style: str, size: float, text: str, room: float) -> float:
        """A caption's size, smaller where it would be wider than its room."""
        wide: float = self._font(style, size, text).getlength(text) / self._style.resolution
        return min(size, size * room / max(wide, 0.1))

    def _value_start(self, field: Field, at: tuple[float, float], caption: Span) -> tuple[float, float]:
        block = self._style.block
        if field.value_at:
            return field.value_at[0] + block[0], field.value_at[1] + block[1]
        if field.place == "below":
            return at[0] + block[0], at[1] + field.drop * field.size + 0.3 * block[1]
        return caption[2] / self._style.resolution + _CAPTION_GAP * field.caption_size + max(block[0], -0.2), at[
            1
        ] + 0.3 * block[1]

    def _broken(
        self, field: Field, value: str, start: tuple[float, float], hang: float
    ) -> list[tuple[str, tuple[float, float], float]]:
        """The value's lines with where they begin and their size, set smaller until they fit."""
        right = field.right or self._right
        size = field.size
        while True:
            first = {
                "left": right - start[0],
                "centre": 2 * min(start[0], self._right + 3 - start[0]) - 3,
                "right": start[0] - 3,
            }
            texts = self._wrapped(field, value, size, first[field.align], right - hang)
            if texts is not None or size < _SMALLEST * field.size:
                break
            size *= _SHRINK
        texts = texts or [value]
        leading = field.leading * size
        places = [start] + [(hang, start[1] + row * leading) for row in range(1, len(texts))]
        return [(text, place, size) for text, place in zip(texts, places, strict=True)]

    def _wrapped(self, field: Field, value: str, size: float, first: float, rest: float) -> list[str] | None:
        """The value's lines; None when they are too many or a word is too long."""
        font, lines, room = self._font(field.style, size, value), [""], [first]
        for word in value.split(" "):
            longer = f"{lines[-1]} {word}".strip()
            if font.getlength(longer) > room[-1] * self._style.resolution and lines[-1]:
                lines.append(word)
                room.append(rest)
            else:
                lines[-1] = longer
        fit = all(font.getlength(line) <= wide * self._style.resolution for line, wide in zip(lines, room, strict=True))
        return lines if fit and len(lines) <= field.lines else None

    def _line(self, text: str, at: tuple[float, float], look: _Look, kind: str, field: str = "") -> Span:
        font = self._font(look.style, look.size, text)
        anchor = {"left": "ls", "centre": "ms", "right": "rs"}[look.align]
        place = (at[0] * self._style.resolution, at[1] * self._style.resolution)
        self._draw.text(place, text, look.ink, font, anchor=anchor)
        span = self._draw.textbbox(place, text, font, anchor=anchor)
        self.lines.append(Line(unicodedata.normalize("NFC", text), box_quad(*span), kind, field))
        return span

    def _font(self, style: str, size: float, text: str) -> FreeTypeFont:
        return self._fonts.font(style, max(round(size * self._style.scale * self._style.resolution), 6), text)

    def _off(self, at: tuple[float, float], *, printed_later: bool) -> tuple[float, float]:
        by = self._rng.uniform(-self._style.element, self._style.element, 2) / 2
        block = self._style.block if printed_later else (0.0, 0.0)
        return at[0] + by[0] + block[0], at[1] + by[1] + block[1]

    def _caption_ink(self, text: str) -> Ink:
        return colour(text) if text else self._style.caption_ink

"""Layouts: one TOML file a type and side in documents/, in millimetres from the top left corner.

Every key is an attribute of one of the classes below, so that a misspelt one is an error. ``at`` is where a
line begins on its baseline; ``size`` is the em square of its font; ``box`` is left, top, width, height.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localverify.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    Position = tuple[float, float]
    Area = tuple[float, float, float, float]

FOLDER = Path(__file__).parent / "documents"


@dataclass(frozen=True, slots=True)
class Background:
    """The security print.

    Attributes:
        colours: of the gradient, from left to right.
        lines: colour of the fine lines; empty draws none.
        pattern: ``waves``, ``rosette``, ``grid`` or ``plain``.
    """

    colours: tuple[str, ...] = ("#f4f4f0", "#e8ece8")
    lines: str = "#b8c8c0"
    pattern: str = "waves"


@dataclass(frozen=True, slots=True)
class Drawing:
    """Something that is neither text nor picture.

    Attributes:
        kind: ``rect``, ``frame``, ``chip``, ``emblem``, ``seal``, ``fingerprint``, ``stripe`` or ``rule``.
        box: where.
        colour: of the whole, or of its lines.
        text: round a seal.
    """

    kind: str
    box: Area
    colour: str = "#b02020"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """A line that is the same on every document of the type, or a template without a field of its own.

    Attributes:
        text: a template over the record's values.
        at: where the baseline begins, is centred or ends, by `align`.
        size: of the em square.
        style: a role of data/fonts.toml, with ``_bold``.
        colour: of the ink; empty is the document's own dark.
        align: ``left``, ``centre`` or ``right``.
        width: set smaller where it is wider than this; 0 reaches to 1.5 mm before the edge.
    """

    text: str
    at: Position
    size: float = 2.0
    style: str = "sans"
    colour: str = ""
    align: str = "left"
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Field:
    """A caption with its value.

    Attributes:
        name: of the field; its plain value is the record's value of that name.
        at: where the caption begins; where the value begins when there is none.
        text: a template over the record's values; empty stands for the field's own value.
        caption: what is printed before or above the value.
        place: ``right`` of the caption or ``below`` it.
        value_at: where the value begins, when neither will do.
        size: of the value's em square.
        caption_size: of the caption's em square.
        style: of the value.
        caption_style: of the caption.
        colour: of the value's ink.
        caption_colour: of the caption's ink.
        align: of the value.
        right: how far lines may go; 0 is 3 mm before the edge.
        hang: where lines after the first begin; -1 is where the caption begins.
        lines: at most so many; longer values are set smaller.
        leading: from baseline to baseline, in em.
        drop: from the caption's baseline to the value's, in em of the value.
        upper: whether the value is set in capitals.
    """

    name: str
    at: Position
    text: str = ""
    caption: str = ""
    place: str = "right"
    value_at: Position | None = None
    size: float = 2.8
    caption_size: float = 1.9
    style: str = "sans"
    caption_style: str = "sans"
    colour: str = ""
    caption_colour: str = ""
    align: str = "left"
    right: float = 0.0
    hang: float = -1.0
    lines: int = 1
    leading: float = 1.25
    drop: float = 1.2
    upper: bool = False


@dataclass(frozen=True, slots=True)
class Portrait:
    """A picture of the holder; ghosts are the pale second ones."""

    box: Area
    ghost: bool = False
    grey: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A barcode: its symbology as zxing-cpp spells it, and the name of the record's payload."""

    format: str
    payload: str
    box: Area


@dataclass(frozen=True, slots=True)
class Zone:
    """The machine-readable zone.

    Attributes:
        at: where the first line begins, on its baseline.
        pitch: from character to character; 2.54 by Doc 9303-3.
        leading: from baseline to baseline.
    """

    at: Position
    pitch: float = 2.54
    leading: float = 4.2


@dataclass(frozen=True, slots=True)
class Layout:
    """One side.

    Attributes:
        size: width and height.
        title: the type and side in words.
        corner: radius of the corners.
        resolution: pixels a millimetre.
        mark: middle and width of the word SPECIMEN; of width 0, 0.6 of the document right of its middle.
    """

    size: Position
    title: str
    mark: tuple[float, float, float] = (0.0, 0.0, 0.0)
    corner: float = 3.18
    resolution: float = 12.0
    background: Background = field(default_factory=Background)
    drawings: tuple[Drawing, ...] = ()
    captions: tuple[Caption, ...] = ()
    fields: tuple[Field, ...] = ()
    portraits: tuple[Portrait, ...] = ()
    codes: tuple[Code, ...] = ()
    mrz: Zone | None = None
    signature: Area | None = None


_LISTS = {
    "drawing": ("drawings", Drawing),
    "caption": ("captions", Caption),
    "field": ("fields", Field),
    "portrait": ("portraits", Portrait),
    "code": ("codes", Code),
}


@lru_cache
def load(document_type: str, side: str) -> Layout:
    """The layout of one side.

    Raises:
        NotFound: there is no such file.
        TypeError: the file has a key that no class knows.
    """
    path = FOLDER / f"{document_type}.{side}.toml"
    if path.parent != FOLDER or not path.is_file():
        raise NotFound(f"no layout of {document_type}.{side}; there are: {', '.join(_labels())}")
    return parse(tomllib.loads(path.read_text()))


def parse(table: Mapping[str, object]) -> Layout:
    """A layout from the tables of its file."""
    values = {key: _tuples(value) for key, value in table.items() if key not in _LISTS}
    if isinstance(table.get("background"), dict):
        values["background"] = Background(**_tuples(table["background"]))
    if isinstance(table.get("mrz"), dict):
        values["mrz"] = Zone(**_tuples(table["mrz"]))
    for key, (name, kind) in _LISTS.items():
        values[name] = tuple(kind(**_tuples(item)) for item in table.get(key, ()))  # type: ignore[attr-defined]
    return Layout(**values)


def document_types() -> tuple[str, ...]:
    """Every type that has a layout, sorted."""
    return tuple(sorted({label.rpartition(".")[0] for label in _labels()}))


def sides(document_type: str) -> tuple[str, ...]:
    """The sides of a type that have a layout: ``front`` before ``back``."""
    found = {label.rpartition(".")[2] for label in _labels() if label.rpartition(".")[0] == document_type}
    return tuple(sorted(found, reverse=True))


def _labels() -> list[str]:
    return sorted(path.name.removesuffix(".toml") for path in FOLDER.glob("*.toml"))


def _tuples(value: object) -> Any:  # noqa: ANN401 - a TOML value is any of its kinds
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return value

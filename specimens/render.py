"""Renders one side of a document: the security print, the record's text, portrait, codes and zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw

from specimens import layout, mrz
from specimens.background import background
from specimens.codes import print_code
from specimens.damage import do_damage
from specimens.faces import draw_face
from specimens.fonts import FontSet
from specimens.options import Split
from specimens.pen import Pen, draw_style
from specimens.recapture import do_recapture
from specimens.records import compose
from specimens.seeds import stream
from specimens.tampering import do_tampering
from specimens.truth import Specimen, Truth, box_quad
from specimens.variation import JITTERS

if TYPE_CHECKING:
    from collections.abc import Collection

    from localverify.types import Pixels, Quad
    from specimens.layout import Area, Layout
    from specimens.options import Damage, Recapture, Tampering
    from specimens.pen import Style
    from specimens.records import Record


def render(
    document_type: str,
    side: str = "front",
    seed: int = 0,
    split: Split = Split.TRAIN,
    *,
    portrait: Pixels | None = None,
    tampering: Collection[Tampering] = (),
    damage: Collection[Damage] = (),
    recapture: Recapture | None = None,
) -> Specimen:
    """One side of a fictitious document.

    Args:
        document_type: one of `document_types()`.
        side: one of `sides(document_type)`.
        seed: decides the person, the numbers and the printer; both sides of one seed belong together.
        split: which fonts and variations are used.
        portrait: H x W x 3, uint8, RGB, a freely licensed picture to print; a face is drawn when there is none.
        tampering: what a forger did.
        damage: what use did.
        recapture: shows the document on a screen or on paper instead of itself.

    Raises:
        NotFound: there is no layout of that type and side.
        NotReady: no installed font can write the document.
    """
    specimen = _print(document_type, side, seed, split, portrait)
    for kind in sorted(tampering):
        specimen = do_tampering(specimen, kind, stream(seed, kind, document_type, side), FontSet(seed + 1, split))
    for mark in sorted(damage):
        specimen = do_damage(specimen, mark, stream(seed, mark, document_type, side))
    return do_recapture(specimen, recapture, stream(seed, recapture, side), split) if recapture else specimen


def _print(document_type: str, side: str, seed: int, split: Split, portrait: Pixels | None) -> Specimen:
    plan, record = layout.load(document_type, side), compose(document_type, seed)
    variant = int(stream(seed, "variant", document_type).integers(JITTERS[split].variants))
    base, mark = background(document_type, side, split, variant)
    style = draw_style(stream(seed, "printer", document_type, split), split, plan.resolution)
    fonts = FontSet(seed, split)
    pen = Pen(base, style, fonts, stream(seed, "pen", document_type, side, split))
    for caption in plan.captions:
        pen.caption(caption, record)
    portraits = _print_portraits(pen.picture, plan, style, _face(record, portrait, document_type, seed))
    for field in plan.fields:
        pen.field(field, record)
    zone = pen.zone(plan.mrz, record.mrz) if plan.mrz and record.mrz else None
    codes = tuple(
        print_code(pen.picture, code, record.payloads[code.payload], plan.resolution, style.ink) for code in plan.codes
    )
    signature = _sign(pen.picture, plan.signature, style, fonts, record) if plan.signature else None
    pixels = np.array(pen.picture, dtype=np.uint8)
    height, width = pixels.shape[:2]
    truth = Truth(
        document_type, side, split.value, seed, box_quad(0, 0, width, height), tuple(pen.fields), (mark, *pen.lines),
        zone, codes, portraits, signature, record={name: record.plain(name) or "" for name in record.values},
    )  # fmt: skip
    return Specimen(pixels, _outline(width, height, round(plan.corner * plan.resolution)), truth, plan.resolution)


def _face(record: Record, portrait: Pixels | None, document_type: str, seed: int) -> Pixels:
    if portrait is not None:
        return portrait
    return draw_face(stream(seed, "face", document_type), str(record.values["sex"]), 300, 400)


def _print_portraits(picture: Image.Image, plan: Layout, style: Style, face: Pixels) -> tuple[Quad, ...]:
    quads = []
    for place in plan.portraits:
        left, top, width, height = _pixels(place.box, style)
        shown = Image.fromarray(_filled(face, width, height))
        if place.grey or place.ghost:
            shown = shown.convert("L").convert("RGB")
        under = picture.crop((left, top, left + width, top + height))
        picture.paste(Image.blend(under, shown, 0.35 if place.ghost else 1.0), (left, top))
        quads.append(box_quad(left, top, left + width, top + height))
    return tuple(quads)


def _filled(face: Pixels, width: int, height: int) -> Pixels:
    """The middle of the picture, cut to the place's shape and scaled to it."""
    high, wide = face.shape[:2]
    scale = max(width / wide, height / high)
    cut_wide, cut_high = min(round(width / scale), wide), min(round(height / scale), high)
    left, top = (wide - cut_wide) // 2, (high - cut_high) // 2
    cut = face[top : top + cut_high, left : left + cut_wide]
    return np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _sign(picture: Image.Image, area: Area, style: Style, fonts: FontSet, record: Record) -> Quad:
    """Signs with the name in a hand's letters."""
    left, top, width, height = _pixels(area, style)
    text = _signed_name(mrz.latin(str(record.values["name"])).replace(",", "").title())
    size = round(height * 0.9)
    font = fonts.font("hand", size, text)
    while font.getlength(text) > width and size > 8:  # noqa: PLR2004 - pixels
        size -= 4
        font = fonts.font("hand", size, text)
    draw, place = ImageDraw.Draw(picture), (left + width / 2, top + height / 2)
    draw.text(place, text, (30, 34, 90), font, anchor="mm")
    return box_quad(*draw.textbbox(place, text, font, anchor="mm"))


def _signed_name(name: str) -> str:
    """The last words of a name, at most 16 letters, at least one word."""
    words = name.split(" ")
    while len(" ".join(words)) > 16 and len(words) > 1:  # noqa: PLR2004 - letters
        del words[0]
    return " ".join(words)


def _pixels(area: Area, style: Style) -> tuple[int, int, int, int]:
    left, top = area[0] + style.block[0] / 2, area[1] + style.block[1] / 2
    left, top, width, height = (round(length * style.resolution) for length in (left, top, area[2], area[3]))
    return left, top, width, height


def _outline(width: int, height: int, radius: int) -> Pixels:
    mask = Image.new("L", (width, height))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width - 1, height - 1), radius, 255)
    return np.array(mask, dtype=np.uint8)

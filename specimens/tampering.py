"""What a forger does to a genuine document: another portrait pasted in, another value written over."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw

from specimens.faces import draw_face
from specimens.options import Tampering
from specimens.seeds import pick

if TYPE_CHECKING:
    from localverify.types import Pixels, Quad
    from specimens.fonts import FontSet
    from specimens.truth import FieldTruth, Specimen, Truth

_YEAR = re.compile(r"(19|20)\d\d")


def do_tampering(specimen: Specimen, kind: Tampering, rng: np.random.Generator, fonts: FontSet) -> Specimen:
    """The specimen, forged; unchanged when it has no portrait or no number to forge."""
    pixels = specimen.pixels.copy()
    forge = {Tampering.PORTRAIT: _portrait, Tampering.TEXT: _text}[kind]
    truth = forge(pixels, specimen, rng, fonts)
    if truth is None:
        return specimen
    return replace(specimen, pixels=pixels, truth=replace(truth, tampering=(*truth.tampering, kind.value)))


def _portrait(pixels: Pixels, specimen: Specimen, rng: np.random.Generator, _: FontSet) -> Truth | None:
    """Pastes another face over the main portrait: off by a little, of another sharpness, grain and compression."""
    truth = specimen.truth
    if not truth.portraits:
        return None
    left, top, right, bottom = _box(truth.portraits[0])
    width, height = right - left, bottom - top
    face = _worn(draw_face(rng, pick(rng, ("M", "F")), width, height), rng)
    spread = max(round(0.3 * specimen.pixels_per_mm), 1)
    dx, dy = rng.integers(-spread, spread + 1, 2)
    edge = int(rng.integers(0, 3))
    cut = np.asarray(cv2.copyMakeBorder(face, *(edge,) * 4, cv2.BORDER_CONSTANT, value=(rng.uniform(180, 255),) * 3))
    y, x = max(top + int(dy) - edge, 0), max(left + int(dx) - edge, 0)
    area = pixels[y : y + cut.shape[0], x : x + cut.shape[1]]
    area[:] = cut[: area.shape[0], : area.shape[1]]
    return replace(truth, tampered=(*truth.tampered, truth.portraits[0]))


def _worn(face: Pixels, rng: np.random.Generator) -> Pixels:
    """The picture as another camera and another file would have left it."""
    soft = np.asarray(cv2.GaussianBlur(face, (0, 0), rng.uniform(0.3, 1.6)), dtype=np.float64)
    grainy = np.clip(soft * rng.uniform(0.85, 1.12) + rng.normal(0, rng.uniform(0, 7), soft.shape), 0, 255)
    _, coded = cv2.imencode(".jpg", grainy.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 75))])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), dtype=np.uint8)


def _text(pixels: Pixels, specimen: Specimen, rng: np.random.Generator, fonts: FontSet) -> Truth | None:
    """Writes a changed date or number over the genuine one, in another font; zone and codes keep the old one."""
    truth = specimen.truth
    dated = [field for field in truth.fields if len(field.quads) == 1 and _changed(field, np.random.default_rng(0))]
    if not dated:
        return None
    field = pick(rng, dated)
    changed = _changed(field, rng)
    if changed is None:
        return None
    _write_over(pixels, field.quads[0], changed.text, rng, fonts)
    lines = tuple(
        replace(line, text=changed.text) if line.kind == "value" and line.quad == field.quads[0] else line
        for line in truth.lines
    )
    fields = tuple(changed if other is field else other for other in truth.fields)
    return replace(truth, fields=fields, lines=lines, tampered=(*truth.tampered, field.quads[0]))


def _changed(field: FieldTruth, rng: np.random.Generator) -> FieldTruth | None:
    """The field with another year, or with one other digit; None when it has neither."""
    year = _YEAR.search(field.value)
    if year and year.group() in field.text:
        other = str(int(year.group()) + pick(rng, (-9, -5, -3, -2, 2, 3, 5, 8)))
        return replace(
            field, value=field.value.replace(year.group(), other), text=field.text.replace(year.group(), other)
        )
    if field.name != "number":
        return None
    places = [place for place, char in enumerate(field.value) if char.isdigit()]
    nth = int(rng.integers(len(places)))
    other = str((int(field.value[places[nth]]) + int(rng.integers(1, 10))) % 10)
    in_text = [place for place, char in enumerate(field.text) if char.isdigit()]
    if len(in_text) != len(places):
        return None
    return replace(field, value=_put(field.value, places[nth], other), text=_put(field.text, in_text[nth], other))


def _put(text: str, place: int, char: str) -> str:
    return text[:place] + char + text[place + 1 :]


def _write_over(pixels: Pixels, quad: Quad, text: str, rng: np.random.Generator, fonts: FontSet) -> None:
    left, top, right, bottom = _box(quad)
    pad = 3
    top, bottom = max(top - pad, 0), min(bottom + pad, pixels.shape[0])
    left, right = max(left - pad, 0), min(right + pad, pixels.shape[1])
    area = pixels[top:bottom, left:right]
    # The ink is darker than the print under it: a high quantile of each column is the paper, smeared.
    paper = np.quantile(area, 0.8, axis=0, keepdims=True).astype(np.uint8)
    area[:] = cv2.GaussianBlur(np.repeat(paper, bottom - top, axis=0), (0, 0), 2.0)
    picture = Image.fromarray(pixels)
    size = bottom - top - 2 * pad
    font = fonts.font(pick(rng, ("sans", "sans_bold", "serif")), round(size * 1.36), text)
    wide = font.getlength(text)
    if wide > right - left:
        font = fonts.font("sans", max(round(size * 1.36 * (right - left) / wide), 6), text)
    dark = int(rng.integers(0, 70))
    baseline = bottom - pad + int(rng.integers(-2, 3))
    ImageDraw.Draw(picture).text((left + pad, baseline), text, (dark, dark, dark), font, anchor="ls")
    pixels[:] = np.asarray(picture)


def _box(quad: Quad) -> tuple[int, int, int, int]:
    xs, ys = zip(*quad, strict=True)
    return round(min(xs) + 0.5), round(min(ys) + 0.5), round(max(xs) + 0.5), round(max(ys) + 0.5)

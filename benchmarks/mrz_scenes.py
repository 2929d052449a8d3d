"""Photographs of fictitious documents with a machine-readable zone, to measure on.

Shares no code and no parameters with scripts/mrz_lines.py, which renders what the net was trained on.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from localverify.documents.mrz import MrzFormat, check_digit

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

# Millimetres: page, and where the zone's lines stand (Doc 9303-3, -4, -5, -6: 10 characters an inch).
PAGES = {
    MrzFormat.TD1: (85.6, 54.0),
    MrzFormat.TD2: (105.0, 74.0),
    MrzFormat.TD3: (125.0, 88.0),
    MrzFormat.MRV_A: (120.0, 80.0),
    MrzFormat.MRV_B: (105.0, 74.0),
    MrzFormat.FRANCE_1995: (105.0, 74.0),
}
CHARACTER_MM = 2.54
LINE_MM = 6.35
CAPTIONS = ("Surname", "Given names", "Nationality", "Date of birth", "Sex", "Place of birth", "Date of expiry", "No.")


class Fonts(NamedTuple):
    """Files: of the zone, of the rest."""

    ocr_b: Path
    other: Path


@dataclass(frozen=True)
class Scene:
    """A picture and what its zone says."""

    pixels: Pixels
    lines: tuple[str, ...]
    format: MrzFormat
    quad: NDArray[np.float32]


def zone_lines(random: Generator, kind: MrzFormat) -> tuple[str, ...]:
    """A valid zone of an invented holder."""

    def word(low: int, high: int) -> str:
        vowels, others = list("AEIOU"), list("BCDFGHJKLMNPQRSTVWXYZ")
        size = int(random.integers(low, high))
        return "".join(str(random.choice(vowels if index % 2 else others)) for index in range(size))

    def day(low: int, high: int) -> str:
        return f"{random.integers(low, high) % 100:02d}{random.integers(1, 13):02d}{random.integers(1, 29):02d}"

    country = str(random.choice(["UTO", "XXA", "XYZ", "QMZ", "D<<"]))
    name = f"{word(3, 10)}<<{word(3, 8)}<{word(3, 8)}"
    number = "".join(random.choice(list("0123456789CFGHJKLMNPRTVWXYZ"), 9))
    birth, expiry, sex = day(30, 105), day(124, 134), str(random.choice(["M", "F", "<"]))
    middle = birth + check_digit(birth) + sex + expiry + check_digit(expiry)
    optional = "".join(random.choice(list("0123456789"), int(random.integers(0, 10))))
    numbered = number + check_digit(number)
    if kind is MrzFormat.TD1:
        first = f"I<{country}{numbered}{optional:<<15}"[:30]
        second = f"{middle}{country}" + "<" * 11
        whole = check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
        return first, second + whole, name.ljust(30, "<")[:30]
    if kind is MrzFormat.FRANCE_1995:
        first = f"IDFRA{word(3, 12):<<25}{''.join(random.choice(list('0123456789'), 6))}"
        digits = "".join(random.choice(list("0123456789"), 12))
        given = f"{word(3, 7)}<<{word(3, 5)}".ljust(14, "<")[:14]
        second = digits + check_digit(digits) + given + birth + check_digit(birth) + (sex if sex != "<" else "M")
        return first, second + check_digit(first + second)
    width = 44 if kind in {MrzFormat.TD3, MrzFormat.MRV_A} else 36
    code = "V<" if kind in {MrzFormat.MRV_A, MrzFormat.MRV_B} else ("P<" if width == 44 else "I<")
    first = f"{code}{country}{name}".ljust(width, "<")[:width]
    second = f"{numbered}{country}{middle}"
    if code == "V<":
        return first, (second + optional).ljust(width, "<")[:width]
    if width == 36:
        second += optional[:7].ljust(7, "<")
    else:
        second += optional.ljust(14, "<") + (check_digit(optional.ljust(14, "<")) if optional else "<")
    return first, second + check_digit(second[:10] + second[13:20] + second[21:])


def page(random: Generator, kind: MrzFormat, lines: tuple[str, ...], fonts: Fonts, scale: float) -> Pixels:
    """A page at `scale` pixels a millimetre: tinted, patterned, with captions, a drawn portrait and the zone."""
    width, height = (round(side * scale) for side in PAGES[kind])
    tint = random.integers(200, 250, 3)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / scale
    waves = np.sin(x * random.uniform(0.5, 3) + 3 * np.sin(y * random.uniform(0.05, 0.5)))
    rings = np.sin(np.hypot(x - random.uniform(0, 100), y - random.uniform(0, 60)) * random.uniform(1, 4))
    pattern = waves * random.uniform(2, 12) + rings * random.uniform(2, 12)
    base = np.clip(tint + pattern[..., None] * random.uniform(0.3, 1, 3), 0, 255).astype(np.uint8)
    sheet = Image.fromarray(base)
    draw = ImageDraw.Draw(sheet)
    left = random.uniform(3, 6) * scale
    top = random.uniform(8, 14) * scale
    if kind is not MrzFormat.TD1:  # its zone is on the back
        _portrait(draw, random, left, top, scale)
    caption, value = (ImageFont.truetype(str(fonts.other), max(round(size * scale), 4)) for size in (1.6, 2.6))
    draw.text((left, 2 * scale), "SPECIMEN REPUBLIC OF UTOPIA / IDENTITY", font=value, fill=(40, 40, 90))
    for index, text in enumerate(CAPTIONS[: int((height / scale - 35) / 4)]):
        at = top + index * 5 * scale
        draw.text((left + 30 * scale, at), text, font=caption, fill=(70, 70, 120))
        line = lines[-1].replace("<", " ").split()
        draw.text((left + 30 * scale, at + 1.8 * scale), str(random.choice(line)), font=value, fill=(20, 20, 20))
    _zone(sheet, random, lines, fonts.ocr_b, scale)
    return np.asarray(sheet)


def _portrait(draw: ImageDraw.ImageDraw, random: Generator, left: float, top: float, scale: float) -> None:
    backdrop = tuple(int(v) for v in random.integers(150, 235, 3))
    draw.rectangle((left, top, left + 25 * scale, top + 30 * scale), fill=backdrop)
    draw.ellipse((left + 7 * scale, top + 5 * scale, left + 18 * scale, top + 19 * scale), fill=(205, 165, 140))
    draw.chord((left + 2 * scale, top + 20 * scale, left + 23 * scale, top + 40 * scale), 180, 360, fill=(60, 60, 90))


def _zone(sheet: Image.Image, random: Generator, lines: tuple[str, ...], ocr_b: Path, scale: float) -> None:
    draw = ImageDraw.Draw(sheet)
    width, height = sheet.size
    band = (len(lines) * LINE_MM + 4) * scale
    if random.random() < 0.6:
        shade = int(random.integers(225, 255))
        draw.rectangle((0, height - band, width, height), fill=(shade, shade, shade))
    font = ImageFont.truetype(str(ocr_b), 2.54 / 0.723 * scale * 0.98)
    ink = tuple(int(v) for v in random.integers(0, 70, 3))
    left = (width - len(lines[0]) * CHARACTER_MM * scale) / 2
    for index, line in enumerate(lines):
        baseline = height - (3.5 + (len(lines) - 1 - index) * LINE_MM) * scale
        for column, char in enumerate(line):
            draw.text((left + column * CHARACTER_MM * scale, baseline), char, font=font, fill=ink, anchor="ls")


def scene(random: Generator, fonts: Fonts, turn: float | None = None, pitch: float | None = None) -> Scene:
    """A photo of one document.

    Args:
        random: the generator.
        fonts: of the zone and of the rest.
        turn: degrees clockwise by which the document is turned; None = any of the four turns, give or take 12.
        pitch: pixels a character; None = 6 to 26.
    """
    kind = list(PAGES)[int(random.integers(len(PAGES)))]
    lines = zone_lines(random, kind)
    pitch = pitch or float(np.exp(random.uniform(np.log(6), np.log(26))))
    scale = pitch / CHARACTER_MM
    sheet = page(random, kind, lines, fonts, max(scale * 1.5, 8.0))
    if turn is None:
        turn = float(random.choice([0, 90, 180, 270]) + random.normal(0, 5))
    width, height = (side * scale for side in PAGES[kind])
    frame = random.uniform(1.02, 1.5)
    angle = np.deg2rad(turn)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array([width, height]) / 2
    corners = (corners + random.normal(0, 0.02, (4, 2)) * min(width, height)) @ rotation.T
    reach = np.abs(corners).max(axis=0) * frame
    corners = corners + reach
    canvas_width, canvas_height = (int(side) for side in 2 * reach)
    source = np.array([[0, 0], [sheet.shape[1], 0], [sheet.shape[1], sheet.shape[0]], [0, sheet.shape[0]]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    shrink = sheet.shape[1] / width
    soft = np.asarray(Image.fromarray(sheet).filter(ImageFilter.GaussianBlur(0.4 * shrink + random.uniform(0, 0.6))))
    table = _table(random, canvas_height, canvas_width)
    picture = cv2.warpPerspective(
        soft, matrix, (canvas_width, canvas_height), table.copy(), borderMode=cv2.BORDER_TRANSPARENT
    )
    across = len(lines[0]) * CHARACTER_MM / PAGES[kind][0] * sheet.shape[1] / 2
    low = sheet.shape[0] * (1 - (3.5 - 1) / PAGES[kind][1])
    high = sheet.shape[0] * (1 - (3.5 + (len(lines) - 1) * LINE_MM + 3.4) / PAGES[kind][1])
    middle = sheet.shape[1] / 2
    zone = np.array(
        [[middle - across, high], [middle + across, high], [middle + across, low], [middle - across, low]], np.float32
    )
    quad = cv2.perspectiveTransform(zone[None], matrix)[0]
    return Scene(_camera(random, np.asarray(picture, np.uint8)), lines, kind, quad)


def _table(random: Generator, height: int, width: int) -> Pixels:
    coarse = random.normal(0, 1, (max(height // 40, 2), max(width // 40, 2), 3))
    soft = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    grain = np.sin(np.arange(height)[:, None, None] * random.uniform(0.1, 1.0)) * random.uniform(0, 12)
    return np.clip(random.integers(40, 220, 3) + soft * 15 + grain, 0, 255).astype(np.uint8)


def _camera(random: Generator, picture: Pixels) -> Pixels:
    height, width = picture.shape[:2]
    light = (
        1
        + random.normal(0, 0.12) * np.linspace(-1, 1, width)[None]
        + random.normal(0, 0.12) * np.linspace(-1, 1, height)[:, None]
    )
    lit = picture * light[..., None] * random.uniform(0.7, 1.05)
    noisy = lit + random.normal(0, random.uniform(0.5, 6), picture.shape)
    grey = np.clip(noisy, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", grey[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(45, 95))])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1], np.uint8)


def main() -> None:
    """Writes scenes and ground_truth.json (file: lines) into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--number", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ocr-b", type=Path, default=Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf"))
    parser.add_argument("--other", type=Path, default=Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"))
    parser.add_argument("--pitch", type=float, help="pixels a character; any from 6 to 26 without it")
    parser.add_argument("--any-angle", action="store_true", help="not only about the four turns")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(arguments.seed)
    truth = {}
    for index in range(arguments.number):
        turn = float(random.uniform(0, 360)) if arguments.any_angle else None
        made = scene(random, Fonts(arguments.ocr_b, arguments.other), turn, arguments.pitch)
        Image.fromarray(made.pixels).save(arguments.out / f"{index:04d}.jpg", quality=92)
        truth[f"{index:04d}.jpg"] = list(made.lines)
    (arguments.out / "ground_truth.json").write_text(json.dumps(truth, indent=1) + "\n")


if __name__ == "__main__":
    main()

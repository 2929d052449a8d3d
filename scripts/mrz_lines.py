"""Rendered lines of machine-readable zones, as a poor camera sees them: what scripts/train_mrz.py learns from.

Every person, number and document here is drawn by a seeded generator. benchmarks/mrz_scenes.py, which makes the
pictures to measure on, shares nothing with this file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.random import Generator
    from numpy.typing import NDArray

    Plane = NDArray[np.float32]
    Grey = NDArray[np.uint8]

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
HEIGHT, WIDTH = 24, 528
# Frames of the net over a line: one every four pixels.
FRAMES = WIDTH // 4
BLANK, UNSETTLED = len(ALPHABET), -100
WIDTHS = (30, 36, 44)
PITCH = 18
# Rows of a rendered strip: a capital is about as high as the pitch, with room for curves and neighbours.
STRIP = 72
SIDE = 3 * PITCH
# Share of lines that are not in OCR-B.
PLAIN_PART = 0.12
_LETTERS = ALPHABET[10:36]
# Frequencies of letters in names, roughly, so that E and A are seen more often than Q; flattened on purpose.
_NAME_WEIGHTS = np.array([8, 3, 3, 4, 9, 2, 3, 4, 7, 2, 3, 5, 4, 7, 6, 3, 1, 6, 6, 5, 4, 2, 2, 1, 3, 2], float) + 1.5


def random_line(random: Generator, width: int) -> str:
    """A line of `width` characters: of names, of numbers, or of anything."""
    kind = random.random()
    if kind < 0.35:
        return _names_line(random, width)
    if kind < 0.75:
        return _numbers_line(random, width)
    return _any_line(random, width)


def _name(random: Generator, low: int = 2, high: int = 10) -> str:
    letters = random.choice(list(_LETTERS), int(random.integers(low, high)), p=_NAME_WEIGHTS / _NAME_WEIGHTS.sum())
    return "".join(letters)


def _names_line(random: Generator, width: int) -> str:
    code = str(random.choice(["P<", "ID", "I<", "V<", "C<", "AC", "PO", "PD", "IR", "A<", ""]))
    issuer = "".join(random.choice(list(_LETTERS), 3)) if random.random() < 0.9 else "D<<"
    surname = "<".join(_name(random) for _ in range(random.integers(1, 3)))
    given = "<".join(_name(random) for _ in range(random.integers(1, 4)))
    return (code + (issuer if code else "") + surname + "<<" + given).ljust(width, "<")[:width]


def _numbers_line(random: Generator, width: int) -> str:
    letters = random.random() < 0.5
    number = "".join(random.choice(list(ALPHABET[: 36 if letters else 10]), 9))
    if random.random() < 0.4:
        number = number[: int(random.integers(5, 9))].ljust(9, "<")
    digits = "".join(str(d) for d in random.integers(0, 10, 64))
    country = "".join(random.choice(list(_LETTERS), 3))
    sex = str(random.choice(list("MF<")))
    line = f"{number}{digits[0]}{country}{digits[1:8]}{sex}{digits[8:15]}"
    if width == 30 and random.random() < 0.7:
        line = f"{digits[1:8]}{sex}{digits[8:15]}{country}"
        if random.random() < 0.5:
            line = f"I<{country}{number}{digits[0]}"
    rest = width - len(line) - 2
    optional = "".join(random.choice(list(ALPHABET[:36]), int(random.integers(0, max(rest, 1)))))
    if random.random() < 0.5:
        optional = ""
    return (line + optional.ljust(rest, "<") + digits[20:22])[:width].ljust(width, "<")


def _any_line(random: Generator, width: int) -> str:
    line = "".join(random.choice(list(ALPHABET[:36]), width))
    for _ in range(int(random.integers(0, 4))):
        start, length = int(random.integers(0, width)), int(random.integers(1, 12))
        line = (line[:start] + "<" * length + line[start + length :])[:width]
    return line


@dataclass(frozen=True)
class Camera:
    """How bad pictures may be.

    Attributes:
        smallest: pixels a character.
        blur: most, in pixels.
        motion: share of pictures in which the camera moved.
        faintest: least contrast of the ink, 0..1.
        fading: exponent of the contrast of half the pictures.
        pattern: most contrast of security lines.
        noise: usual deviation, of 255.
        most_noise: deviation, of 255.
    """

    smallest: float
    blur: float
    motion: float
    faintest: float
    fading: float
    pattern: float
    noise: float
    most_noise: float


CAMERAS = {
    "bad": Camera(4.6, 0.45, 0.12, 0.35, 1.6, 0.11, 3, 14),
    "usual": Camera(4.8, 0.4, 0.06, 0.4, 1.3, 0.08, 2, 10),
}


@dataclass(frozen=True)
class Face:
    """Glyphs of one cut of a typeface, PITCH pixels apart."""

    glyphs: dict[str, Plane]


def load_faces(fonts: list[Path], random: Generator, cuts: int = 24) -> list[Face]:
    """Several cuts of each font: lighter and bolder, wider and narrower, taller and lower, slanted a little."""
    return [_cut(str(font), random) for font in fonts for _ in range(cuts)]


def _cut(font: str, random: Generator) -> Face:
    big = 4 * PITCH
    size = round(100 * big / ImageFont.truetype(font, 100).getlength("0"))
    face = ImageFont.truetype(font, size)
    capital = -face.getbbox("H", anchor="ls")[1]
    weight = int(random.integers(-4, 5))
    # As tall as the pitch on the average, as in OCR-B, whatever the face.
    across, down = random.uniform(0.85, 1.1), random.uniform(0.82, 1.15) * big / capital
    slant = random.normal(0, 0.03)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(weight) + 1, abs(weight) + 1))
    matrix = np.array([[across / 4, slant / 4, 0], [0, down / 4, 0]], np.float64)
    matrix[:, 2] = PITCH - matrix[:, :2] @ np.array([big, 3 * big / 2 - capital / 2])
    glyphs = {}
    for char in ALPHABET:
        picture = Image.new("L", (2 * big, 2 * big), 0)
        left = big - face.getlength(char) / 2
        ImageDraw.Draw(picture).text((left, big * 3 // 2), char, fill=255, font=face, anchor="ls")
        ink = np.asarray(picture)
        ink = cv2.dilate(ink, kernel) if weight > 0 else cv2.erode(ink, kernel)
        soft = cv2.GaussianBlur(ink, (0, 0), 1.6)
        glyphs[char] = cv2.warpAffine(soft, matrix, (2 * PITCH, 2 * PITCH)).astype(np.float32) / 255
    return Face(glyphs)


def ink_of(text: str, face: Face, random: Generator, jitter: float) -> Plane:
    """STRIP x (len x PITCH + 2 SIDE) float32 in 0..1, 1 is ink."""
    strip = np.zeros((STRIP, len(text) * PITCH + 2 * SIDE), np.float32)
    shifts = np.rint(random.normal(0, jitter, (len(text), 2)).clip(-2, 2)).astype(int).tolist()
    for index, (char, (dx, dy)) in enumerate(zip(text, shifts, strict=True)):
        if char == " ":
            continue
        left = SIDE + index * PITCH - PITCH // 2 + dx
        top = STRIP // 2 - PITCH + dy
        cell = strip[top : top + 2 * PITCH, left : left + 2 * PITCH]
        np.maximum(cell, face.glyphs[char], out=cell)
    return strip


def photographed(strip: Plane, random: Generator, camera: Camera) -> tuple[Grey, Plane]:
    """A strip of ink on paper through a camera, cropped the way the finder crops.

    Returns:
        HEIGHT x WIDTH uint8, and for each of the FRAMES the column of the strip that it sees.
    """
    pitch = _pitch(random, camera)
    scale = pitch / PITCH
    columns, rows = _crop_map(strip, random, scale)
    blur = math.hypot(
        0.42 / scale, random.choice([0.0, random.uniform(0, camera.blur) / scale, random.uniform(0, 2.5)])
    )
    soft = cv2.GaussianBlur(strip, (0, 0), max(blur, 0.3))
    if random.random() < camera.motion:
        soft = _motion(soft, random, scale)
    ink = cv2.remap(soft, columns, rows, cv2.INTER_LINEAR)
    paper = _paper(random, ink.shape[0], ink.shape[1], pitch, camera)
    ink = _worn(ink, random, pitch)
    picture = paper * (1 - ink * random.uniform(camera.faintest, 0.97) ** random.choice([1.0, camera.fading]))
    at_frames = np.interp((np.arange(FRAMES) + 0.5) / FRAMES, np.linspace(0, 1, columns.shape[1]), columns.mean(0))
    return _sensor(picture, random, camera), at_frames.astype(np.float32)


def frame_labels(text: str, at_frames: Plane) -> NDArray[np.int64]:
    """What each frame should say: a symbol near its middle, blank between two, unsettled on the border."""
    position = (at_frames - SIDE) / PITCH
    index = np.floor(position).astype(int)
    off = np.abs(position - index - 0.5)
    inside = (index >= 0) & (index < len(text))
    symbols = np.array([ALPHABET.index(char) for char in text] or [BLANK])
    labels = np.where(off < 0.26, symbols[index.clip(0, len(symbols) - 1)], np.where(off > 0.36, BLANK, UNSETTLED))
    return np.where(inside, labels, BLANK).astype(np.int64)


def _pitch(random: Generator, camera: Camera) -> float:
    """Pixels a character: small pictures are the hard ones, so they come more often."""
    low, high = ((camera.smallest, 8.0), (8.0, 14.0), (14.0, 24.0))[int(random.choice(3, p=[0.45, 0.37, 0.18]))]
    return float(np.exp(random.uniform(math.log(low), math.log(high))))


def _crop_map(strip: Plane, random: Generator, scale: float) -> tuple[Plane, Plane]:
    """Where each pixel of the small crop comes from in the strip: margins, slope, curve, stretch."""
    left, right = SIDE + random.normal(-0.25, 0.4, 2) * PITCH * np.array([1, -1])
    right = strip.shape[1] - 2 * SIDE + right
    cap = PITCH
    above, below = cap * random.uniform(0.58, 1.0, 2)
    above, below = (above + below) / 2 + random.normal(0, 0.09, 2) * cap
    width = max(round((right - left) * scale), 24)
    height = max(round((above + below) * scale * random.uniform(0.85, 1.15)), 6)
    x = np.linspace(0, 1, width, dtype=np.float32)
    bend = random.normal(0, 0.04)
    across = x + bend * x * (1 - x)
    slope, curve = random.normal(0, 0.11) * cap, random.normal(0, 0.13) * cap
    wave = random.normal(0, 0.03) * cap * np.sin(x * random.uniform(3, 14) + random.uniform(0, 6))
    rise = slope * (x - 0.5) + curve * (4 * x * (1 - x) - 0.67) + wave
    taper = 1 + random.normal(0, 0.04) * (x - 0.5)
    y = np.linspace(-above, below, height, dtype=np.float32)
    shear = random.normal(0, 0.05)
    columns = left + across[None] * (right - left) + shear * y[:, None]
    rows = STRIP / 2 + y[:, None] * taper[None] + rise[None]
    return columns.astype(np.float32), rows.astype(np.float32)


def _motion(plane: Plane, random: Generator, scale: float) -> Plane:
    length = int(min(random.uniform(0.5, 1.8) / scale, PITCH * 0.4)) * 2 + 1
    kernel = np.zeros((length, length), np.float32)
    angle = random.uniform(0, math.pi)
    reach = length / 2 * np.array([math.cos(angle), math.sin(angle)])
    middle = length // 2
    start = (int(middle - reach[0]), int(middle - reach[1]))
    cv2.line(kernel, start, (int(middle + reach[0]), int(middle + reach[1])), 1.0)
    return np.asarray(cv2.filter2D(plane, -1, kernel / max(kernel.sum(), 1)), np.float32)


def _paper(random: Generator, height: int, width: int, pitch: float, camera: Camera) -> Plane:
    """Lightness of the paper, 0..1: uneven light, coarse texture, fine curved security lines."""
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    paper = random.uniform(0.45, 1.0) + random.normal(0, 0.1) * x + random.normal(0, 0.05) * y
    paper = paper + random.normal(0, 0.06) * np.cos(x * random.uniform(1, 6) + random.uniform(0, 6))
    paper = np.broadcast_to(paper, (height, width)).astype(np.float32)
    if random.random() < 0.5:
        grain = random.normal(0, 1, (max(height // 4, 2), max(width // 8, 2))).astype(np.float32)
        paper = paper + random.uniform(0.01, 0.07) * cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(int(random.choice([0, 0, 0, 1, 1, 2]))):
        paper = paper - _security_lines(random, x * width / pitch, y * height / pitch, camera)
    return np.asarray(paper, np.float32)


def _security_lines(random: Generator, x: Plane, y: Plane, camera: Camera) -> Plane:
    """Parallel waves; `x` and `y` are in characters."""
    angle = random.uniform(0, math.pi)
    along, across = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    across = across + random.uniform(0, 1.5) * np.sin(along * random.uniform(0.1, 1.0) + random.uniform(0, 6))
    phase = np.sin(across * random.uniform(2, 14) + random.uniform(0, 6))
    sharp = np.clip(phase * random.uniform(1, 4) - random.uniform(0, 1.5), 0, 1)
    return (random.uniform(0.01, camera.pattern) * sharp).astype(np.float32)


def _worn(ink: Plane, random: Generator, pitch: float) -> Plane:
    """Uneven ink, scratches, spots."""
    ink = ink.copy()
    height, width = ink.shape
    if random.random() < 0.3:
        fade = random.uniform(0.55, 1.0, (2, max(int(width / pitch / 3), 2))).astype(np.float32)
        ink *= cv2.resize(fade, (width, height), interpolation=cv2.INTER_LINEAR)
    if random.random() < 0.25:
        for _ in range(int(random.integers(1, 5))):
            centre = (int(random.integers(0, width)), int(random.integers(0, height)))
            radius = max(1, round(random.uniform(0.06, 0.22) * pitch))
            cv2.circle(ink, centre, radius, float(random.choice([0.0, 0.0, random.uniform(0.3, 0.9)])), -1)
    if random.random() < 0.1:
        a, b = random.integers(0, (width, height), (2, 2)).tolist()
        cv2.line(ink, a, b, float(random.choice([0.0, random.uniform(0.3, 0.8)])), max(1, round(pitch * 0.06)))
    return ink


def _sensor(picture: Plane, random: Generator, camera: Camera) -> Grey:
    """Noise, sharpening, a second scaling, JPEG, then the net's own size."""
    picture = picture * 255
    if random.random() < 0.25:
        amount = random.uniform(0.3, 1.5)
        picture = picture + amount * (picture - cv2.GaussianBlur(picture, (0, 0), random.uniform(0.7, 1.5)))
    picture = picture + random.normal(
        0, random.choice([1, camera.noise, random.uniform(camera.noise, camera.most_noise)]), picture.shape
    )
    grey = np.clip(picture, 0, 255).astype(np.uint8)
    if random.random() < 0.25:
        factor = random.uniform(0.75, 1.6)
        method = int(random.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_AREA, cv2.INTER_NEAREST]))
        size = (max(round(grey.shape[1] * factor), 24), max(round(grey.shape[0] * factor), 6))
        grey = np.asarray(cv2.resize(grey, size, interpolation=method), np.uint8)
    if random.random() < 0.7:
        top, left = random.integers(0, 8, 2)
        framed = cv2.copyMakeBorder(grey, int(top), 8, int(left), 8, cv2.BORDER_REPLICATE)
        _, data = cv2.imencode(".jpg", framed, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(25, 96))])
        decoded = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
        grey = np.asarray(decoded[top : top + grey.shape[0], left : left + grey.shape[1]], np.uint8)
    method = cv2.INTER_AREA if grey.shape[1] > 1.5 * WIDTH else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, (WIDTH, HEIGHT), interpolation=method), np.uint8)


def sample(
    random: Generator, camera: Camera, faces: list[Face], plain: list[Face], others: list[Face]
) -> tuple[Grey, str, NDArray[np.int64]]:
    """One line, what it says, and what each frame of it says; upside-down, mirrored and other text says nothing.

    Args:
        random: the generator.
        camera: what takes the picture.
        faces: cuts of OCR-B.
        plain: cuts of monospaced faces without serifs, which some issuers print instead.
        others: cuts of other typefaces, for text that is no machine-readable zone.
    """
    kind = random.random()
    width = int(random.choice(WIDTHS, p=[0.35, 0.2, 0.45]))
    text = random_line(random, width)
    choice = plain if random.random() < PLAIN_PART else faces
    face = choice[int(random.integers(len(choice)))]
    strip = ink_of(text, face, random, float(random.choice([0.0, 0.4, 0.8])))
    if random.random() < 0.15:
        strip = _with_neighbours(strip, face, random, width)
    if kind < 0.02:
        words = "".join(char if random.random() > 0.18 else " " for char in text.replace("<", " "))
        strip = ink_of(words[: int(random.integers(8, width))], others[int(random.integers(len(others)))], random, 1.0)
    elif kind < 0.04:
        strip = strip[::-1, ::-1].copy()
    elif kind < 0.06:
        strip = strip[:, ::-1].copy()
    picture, at_frames = photographed(strip, random, camera)
    text = "" if kind < 0.06 else text
    return picture, text, frame_labels(text, at_frames)


def _with_neighbours(strip: Plane, face: Face, random: Generator, width: int) -> Plane:
    """The lines above and below, so near that a crop shows their edges."""
    for direction in (-1, 1):
        if random.random() < 0.7:
            other = ink_of(random_line(random, width), face, random, 0.0)
            shift = direction * int(random.uniform(1.5, 2.0) * PITCH)
            moved = np.roll(other, shift, axis=0)
            strip = np.maximum(strip, moved)
    return strip

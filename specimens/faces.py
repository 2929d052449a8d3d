"""Draws faces of nobody: shaded ovals with hair, eyes, brows, nose, mouth and shoulders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from specimens.seeds import pick

if TYPE_CHECKING:
    from localverify.types import Pixels

    Colour = tuple[int, int, int]

_SKINS = ((238, 206, 182), (224, 184, 152), (205, 160, 124), (176, 128, 94), (140, 98, 70), (104, 72, 54))
_HAIRS = ((26, 22, 20), (44, 32, 26), (72, 50, 36), (112, 82, 54), (140, 136, 132))
_SHIRTS = ((242, 242, 244), (62, 74, 110), (120, 40, 44), (40, 40, 44), (90, 120, 96), (196, 182, 150))
# Drawn at this size (3 : 4, as portraits are), then scaled to what is asked for.
_WIDTH, _HEIGHT = 240, 320
_FINE = 4  # fractional bits of cv2's drawing functions


@dataclass(frozen=True, slots=True)
class _Head:
    """Where the parts of one head are, in pixels of the drawing."""

    x: float
    y: float
    wide: float
    high: float
    eyes: float
    apart: float
    skin: Colour
    hair: Colour
    woman: bool


def draw_face(rng: np.random.Generator, sex: str, width: int, height: int) -> Pixels:
    """A passport portrait.

    Args:
        rng: draws the person.
        sex: ``F`` draws long hair and no beard, anything else short hair.
        width: of the result in pixels.
        height: of the result in pixels.

    Returns:
        height x width x 3, uint8, RGB.
    """
    head = _draw_head(rng, sex == "F")
    top = np.array(pick(rng, ((226, 232, 238), (236, 236, 232), (196, 214, 232), (210, 220, 214))), np.float32)
    canvas = np.full((_HEIGHT, _WIDTH, 3), top, np.float32)
    canvas *= np.linspace(1.03, 0.93, _HEIGHT, dtype=np.float32)[:, None, None]
    picture = np.clip(canvas, 0, 255).astype(np.uint8)
    if head.woman:
        _long_hair(picture, head, rng)
    _shoulders(picture, head, rng)
    _skull(picture, head, rng)
    _fringe(picture, head, rng)
    _features(picture, head, rng)
    shaded = _light(picture, rng)
    return np.asarray(cv2.resize(shaded, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _draw_head(rng: np.random.Generator, woman: bool) -> _Head:
    wide, high = rng.uniform(56, 66), rng.uniform(78, 90)
    return _Head(
        x=_WIDTH / 2 + rng.uniform(-5, 5), y=148 + rng.uniform(-6, 6), wide=wide, high=high,
        eyes=rng.uniform(-8, -2), apart=wide * rng.uniform(0.40, 0.47), skin=pick(rng, _SKINS), hair=pick(rng, _HAIRS),
        woman=woman,
    )  # fmt: skip


def _oval(  # noqa: PLR0917 - a centre, two axes and a colour, as in cv2.ellipse
    picture: Pixels, x: float, y: float, wide: float, high: float, colour: Colour, *,
    start: float = 0, stop: float = 360, thick: int = -1, tilt: float = 0,
) -> None:  # fmt: skip
    scale = 1 << _FINE
    centre, axes = (round(x * scale), round(y * scale)), (round(wide * scale), round(high * scale))
    cv2.ellipse(picture, centre, axes, tilt, start, stop, colour, thick, cv2.LINE_AA, _FINE)


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (int(min(max(part * factor, 0), 255)) for part in colour)
    return red, green, blue


def _shoulders(picture: Pixels, head: _Head, rng: np.random.Generator) -> None:
    neck = head.wide * 0.52
    chin = head.y + head.high
    shirt = pick(rng, _SHIRTS)
    _oval(picture, head.x, _HEIGHT + 12, 118, _HEIGHT + 12 - chin - 22, shirt)
    box = np.array([[head.x - neck, head.y + 30], [head.x + neck, head.y + 30],
                    [head.x + neck * 1.1, chin + 26], [head.x - neck * 1.1, chin + 26]])  # fmt: skip
    cv2.fillPoly(picture, [np.round(box).astype(np.int32)], _shade(head.skin, 0.86), cv2.LINE_AA)
    _oval(picture, head.x, chin + 24, neck * 1.1, 16, _shade(head.skin, 0.86))
    for side in (-1, 1):
        collar = np.array(
            [[head.x + side * neck * 1.15, chin + 16], [head.x, chin + 50], [head.x + side * 54, chin + 46]]
        )
        cv2.fillPoly(picture, [np.round(collar).astype(np.int32)], _shade(shirt, 0.9), cv2.LINE_AA)


def _skull(picture: Pixels, head: _Head, rng: np.random.Generator) -> None:
    for side in (-1, 1):
        _oval(picture, head.x + side * head.wide, head.y + 2, 9, 18, _shade(head.skin, 0.9))
    _oval(picture, head.x, head.y - head.high * 0.28, head.wide, head.high * 0.74, head.skin)
    _oval(picture, head.x, head.y + head.high * 0.16, head.wide * 0.98, head.high * 0.62, head.skin)
    _oval(picture, head.x, head.y + head.high * 0.52, head.wide * rng.uniform(0.62, 0.74), head.high * 0.46, head.skin)


def _long_hair(picture: Pixels, head: _Head, rng: np.random.Generator) -> None:
    _oval(picture, head.x, head.y - 20, head.wide * 1.22, head.high * 1.06, head.hair)
    length = rng.uniform(60, 150)
    left, right = head.x - head.wide * 1.2, head.x + head.wide * 1.2
    box = np.array(
        [[left, head.y - 24], [right, head.y - 24], [right + 4, head.y + length], [left - 4, head.y + length]]
    )
    cv2.fillPoly(picture, [np.round(box).astype(np.int32)], head.hair, cv2.LINE_AA)


def _fringe(picture: Pixels, head: _Head, rng: np.random.Generator) -> None:
    """Hair over the forehead: a cap whose lower edge is a curve."""
    line = head.y - head.high * rng.uniform(0.52, 0.66)
    parting, across = rng.uniform(-0.6, 0.6), np.linspace(-1.06, 1.06, 40)
    lower = line + 22 * np.abs(across - parting) ** 1.6 - 8 * (1 - across**2)
    upper = head.y - head.high * (0.32 + rng.uniform(0.76, 0.84) * np.sqrt(np.clip(1 - (across / 1.1) ** 2, 0, 1)))
    xs = head.x + across * head.wide
    outline = np.vstack([np.stack([xs, np.minimum(lower, head.y - 10)], 1), np.stack([xs, upper], 1)[::-1]])
    cv2.fillPoly(picture, [np.round(outline).astype(np.int32)], head.hair, cv2.LINE_AA)
    for _ in range(14):
        at = rng.uniform(-0.9, 0.9)
        x, y = head.x + at * head.wide, head.y - head.high * (0.3 + 0.8 * np.sqrt(1 - at**2)) + rng.uniform(2, 12)
        _oval(picture, x, y + 14, 3, 16, _shade(head.hair, rng.uniform(1.1, 1.5)), thick=1, start=180, stop=300)


def _features(picture: Pixels, head: _Head, rng: np.random.Generator) -> None:
    level, open_by = head.y + head.eyes, rng.uniform(5.0, 7.0)
    iris = pick(rng, ((52, 34, 24), (70, 48, 30), (60, 84, 100), (64, 82, 58)))
    brow = _shade(head.hair, 1.0) if sum(head.hair) < 300 else (90, 80, 74)  # noqa: PLR2004 - grey hair, darker brows
    tilt, thick = rng.uniform(-6, 6), int(rng.integers(3, 6)) - (1 if head.woman else 0)
    for side in (-1, 1):
        x = head.x + side * head.apart
        _oval(picture, x, level + 1, 17, open_by + 6, _shade(head.skin, 0.9))
        _oval(picture, x, level, 14, open_by, (240, 238, 234))
        _oval(picture, x, level, 6.4, 6.4, iris)
        _oval(picture, x, level, 3, 3, (12, 12, 12))
        _oval(picture, x - 2, level - 2, 1.4, 1.4, (250, 250, 250))
        _oval(picture, x, level + 0.5, 15, open_by + 1, (44, 34, 30), start=185, stop=355, thick=2)
        _oval(picture, x, level - 16, 18, 7, brow, start=200, stop=340, thick=thick, tilt=side * tilt)
    _nose_and_mouth(picture, head, rng)


def _nose_and_mouth(picture: Pixels, head: _Head, rng: np.random.Generator) -> None:
    dark, light = _shade(head.skin, 0.74), _shade(head.skin, 1.07)
    tip, wing = head.y + head.high * 0.33, rng.uniform(10, 14)
    _oval(picture, head.x, (tip + head.y) / 2, 5, (tip - head.y) / 2 + 8, light)
    _oval(picture, head.x, tip, wing, 8, _shade(head.skin, 1.02))
    for side in (-1, 1):
        _oval(picture, head.x + side * wing * 0.5, tip + 5, 3.6, 2, dark)
        _oval(
            picture, head.x + side * wing, tip, 5, 8, dark, start=90 - side * 90 - 60, stop=90 - side * 90 + 60, thick=1
        )
    y, wide, full = head.y + head.high * 0.60, rng.uniform(19, 26), rng.uniform(4, 7) + (1.5 if head.woman else 0)
    red = (178, 84, 84) if head.woman else tuple(int(v) for v in np.multiply(head.skin, (0.86, 0.66, 0.64)))
    _oval(picture, head.x, y, wide, full, (red[0], red[1], red[2]))
    smile = rng.uniform(1, 4)
    _oval(
        picture,
        head.x,
        y - smile,
        wide * 0.96,
        smile + 1,
        _shade((red[0], red[1], red[2]), 0.55),
        start=5,
        stop=175,
        thick=2,
    )
    if not head.woman and rng.random() < 0.3:  # noqa: PLR2004 - some men wear a beard
        beard = picture.copy()
        _oval(beard, head.x, head.y + head.high * 0.62, head.wide * 0.72, head.high * 0.40, head.hair)
        _oval(beard, head.x, y, wide, full, (red[0], red[1], red[2]))
        rows = slice(int(head.y + head.high * 0.42), None)
        picture[rows] = cv2.addWeighted(picture[rows], 0.45, beard[rows], 0.55, 0)


def _light(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """Softens the drawing, lights it from one side and adds the grain of skin and cloth."""
    soft = cv2.GaussianBlur(picture, (0, 0), 1.1).astype(np.float32)
    x, y = np.meshgrid(np.linspace(-1, 1, _WIDTH, dtype=np.float32), np.linspace(-1, 1, _HEIGHT, dtype=np.float32))
    side, above = rng.uniform(-0.12, 0.12), rng.uniform(0.02, 0.10)
    round_head = 0.14 * (x / 0.55) ** 2 * (np.abs(x) < 0.6) * (y < 0.6)  # noqa: PLR2004 - the head's part of the picture
    soft *= cv2.GaussianBlur(1 + side * x - above * y - round_head, (0, 0), 9)[..., None]
    grain = cv2.resize(rng.normal(0, 3.5, (_HEIGHT // 2, _WIDTH // 2)).astype(np.float32), (_WIDTH, _HEIGHT))
    return np.asarray(np.clip(soft + grain[..., None], 0, 255), dtype=np.uint8)

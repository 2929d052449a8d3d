"""Chips, emblems, seals, fingerprints, stripes, frames: what is drawn with lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from specimens.variation import colour, turn_hue

if TYPE_CHECKING:
    from localverify.types import Pixels
    from specimens.layout import Drawing

    Colour = tuple[int, int, int]
    Span = tuple[int, int, int, int]


def draw(pixels: Pixels, drawing: Drawing, turn: float, resolution: float, rng: np.random.Generator) -> None:
    """Draws onto `pixels`; hues are turned by so many degrees."""
    left, top, width, height = (round(length * resolution) for length in drawing.box)
    _KINDS[drawing.kind](pixels, (left, top, left + width, top + height), turn_hue(colour(drawing.colour), turn), rng)


def _rect(pixels: Pixels, span: Span, ink: Colour, _: np.random.Generator) -> None:
    cv2.rectangle(pixels, span[:2], (span[2] - 1, span[3] - 1), ink, -1)


def _frame(pixels: Pixels, span: Span, ink: Colour, _: np.random.Generator) -> None:
    cv2.rectangle(pixels, span[:2], span[2:], ink, 2, cv2.LINE_AA)


def _rule(pixels: Pixels, span: Span, ink: Colour, _: np.random.Generator) -> None:
    cv2.line(pixels, span[:2], span[2:], ink, 2, cv2.LINE_AA)


def _stripe(pixels: Pixels, span: Span, ink: Colour, _: np.random.Generator) -> None:
    """A magnetic stripe: dark, with a slight sheen."""
    left, top, right, bottom = span
    sheen = np.linspace(0.9, 1.25, max(bottom - top, 1))[:, None, None]
    pixels[top:bottom, left:right] = np.clip(np.array(ink) * sheen, 0, 255).astype(np.uint8)


def _chip(pixels: Pixels, span: Span, _: Colour, rng: np.random.Generator) -> None:
    left, top, right, bottom = span
    gold = np.array(colour("#d9b45a")) * rng.uniform(0.9, 1.08)
    radius = (bottom - top) // 6
    body = np.full((bottom - top, right - left), 0, np.uint8)
    high, wide = body.shape
    cv2.rectangle(body, (radius, 0), (wide - radius, high), 255, -1)
    cv2.rectangle(body, (0, radius), (wide, high - radius), 255, -1)
    for x, y in (
        (radius, radius),
        (wide - radius - 1, radius),
        (radius, high - radius - 1),
        (wide - radius - 1, high - radius - 1),
    ):
        cv2.circle(body, (x, y), radius, 255, -1, cv2.LINE_AA)
    shine = np.linspace(1.08, 0.88, wide)[None, :, None]
    area, alpha = pixels[top:bottom, left:right], body[..., None] / 255
    area[:] = np.clip(area * (1 - alpha) + gold * shine * alpha, 0, 255).astype(np.uint8)
    dark = (128, 98, 40)
    for part in (1 / 3, 2 / 3):
        y = round(high * part)
        cv2.line(area, (0, y), (round(wide * 0.36), y), dark, 2)
        cv2.line(area, (round(wide * 0.64), y), (wide, y), dark, 2)
    cv2.rectangle(area, (round(wide * 0.36), round(high * 0.16)), (round(wide * 0.64), round(high * 0.84)), dark, 2)
    cv2.line(area, (wide // 2, 0), (wide // 2, round(high * 0.16)), dark, 2)
    cv2.line(area, (wide // 2, round(high * 0.84)), (wide // 2, high), dark, 2)


def _emblem(pixels: Pixels, span: Span, ink: Colour, _: np.random.Generator) -> None:
    """A disc with a star in a wreath: no state's arms."""
    cx, cy = (span[0] + span[2]) / 2, (span[1] + span[3]) / 2
    radius = min(span[2] - span[0], span[3] - span[1]) / 2
    centre = (round(cx), round(cy))
    cv2.circle(pixels, centre, round(radius), ink, -1, cv2.LINE_AA)
    light = (250, 236, 170)
    for angle in np.linspace(0.35, 2 * np.pi - 0.35, 26) + np.pi / 2:
        leaf = (round(cx + 0.8 * radius * np.cos(angle)), round(cy - 0.8 * radius * np.sin(angle)))
        cv2.ellipse(pixels, leaf, (max(round(radius * 0.12), 1), max(round(radius * 0.05), 1)),
                    float(np.degrees(-angle)) + 60, 0, 360, light, -1, cv2.LINE_AA)  # fmt: skip
    cv2.fillPoly(pixels, [_star(cx, cy, radius * 0.5)], light, cv2.LINE_AA)


def _star(cx: float, cy: float, radius: float) -> np.ndarray:
    angles = np.arange(10) * np.pi / 5 - np.pi / 2
    reach = np.where(np.arange(10) % 2 == 0, radius, radius * 0.382)
    return np.round(np.stack([cx + reach * np.cos(angles), cy + reach * np.sin(angles)], 1)).astype(np.int32)


def _seal(pixels: Pixels, span: Span, ink: Colour, rng: np.random.Generator) -> None:
    """A stamp: two rings and a star, inked unevenly."""
    left, top, right, bottom = span
    size = min(right - left, bottom - top)
    stamp, middle = np.zeros((size, size), np.uint8), size // 2
    cv2.circle(stamp, (middle, middle), round(size * 0.47), 255, max(size // 40, 1), cv2.LINE_AA)
    cv2.circle(stamp, (middle, middle), round(size * 0.31), 255, max(size // 70, 1), cv2.LINE_AA)
    for angle in np.linspace(0, 2 * np.pi, 30, endpoint=False):
        spot = np.array([middle, middle]) + size * 0.39 * np.array([np.cos(angle), np.sin(angle)])
        side = size * 0.03 * np.array([-np.sin(angle), np.cos(angle)])
        if rng.random() < 0.8:  # noqa: PLR2004 - letters and the blanks between words
            first, second = np.round(spot - side).astype(int), np.round(spot + side).astype(int)
            cv2.line(stamp, tuple(first.tolist()), tuple(second.tolist()), 255, max(size // 22, 1), cv2.LINE_AA)
    cv2.fillPoly(stamp, [_star(middle, middle, size * 0.2)], 255, cv2.LINE_AA)
    uneven = cv2.resize(rng.uniform(0.35, 0.9, (8, 8)).astype(np.float32), (size, size))
    alpha = (stamp / 255.0 * uneven)[..., None]
    area = pixels[top : top + size, left : left + size]
    area[:] = (area * (1 - alpha) + np.array(ink) * alpha).astype(np.uint8)


def _fingerprint(pixels: Pixels, span: Span, ink: Colour, rng: np.random.Generator) -> None:
    left, top, right, bottom = span
    wide, high = right - left, bottom - top
    x, y = np.meshgrid(np.linspace(-1, 1, wide), np.linspace(-1, 1, high))
    swirl = 0.5 * cv2.resize(rng.normal(0, 1, (4, 4)), (wide, high), interpolation=cv2.INTER_CUBIC)
    distance = np.hypot(x * 1.1, y * 0.8 + 0.25 * np.abs(x) ** 1.5)
    ridges = np.sin(distance * rng.uniform(38, 50) + 1.6 * swirl + rng.uniform(0, 6)) > rng.uniform(-0.2, 0.2)
    pad = (np.hypot(x / 0.92, y / 0.95) < 1) & (cv2.resize(rng.uniform(0, 1, (9, 9)), (wide, high)) > 0.15)  # noqa: PLR2004
    alpha = cv2.GaussianBlur((ridges & pad).astype(np.float32), (0, 0), 0.8)[..., None] * 0.8
    area = pixels[top:bottom, left:right]
    area[:] = (area * (1 - alpha) + np.array(ink) * alpha).astype(np.uint8)


_KINDS = {
    "rect": _rect,
    "frame": _frame,
    "rule": _rule,
    "stripe": _stripe,
    "chip": _chip,
    "emblem": _emblem,
    "seal": _seal,
    "fingerprint": _fingerprint,
}

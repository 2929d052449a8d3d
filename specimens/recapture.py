"""Shows a document on a screen or on paper: what a forger photographs instead of the document itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from specimens.options import Recapture, Split
from specimens.truth import Specimen

if TYPE_CHECKING:
    from localverify.types import Pixels


def do_recapture(specimen: Specimen, kind: Recapture, rng: np.random.Generator, split: Split) -> Specimen:
    """The sheet or the screen, with the document's truth in its coordinates."""
    shown = np.where(specimen.mask[..., None] > 127, specimen.pixels, 255).astype(np.uint8)  # noqa: PLR2004
    pixels, left, top = _KINDS[kind](shown, rng, split)
    matrix = np.array([[1, 0, left], [0, 1, top], [0, 0, 1]], np.float64)
    truth = replace(specimen.truth.moved(matrix), recapture=kind.value)
    mask = np.full(pixels.shape[:2], 255, np.uint8)
    return Specimen(pixels, mask, truth, specimen.pixels_per_mm)


def _screen(shown: Pixels, rng: np.random.Generator, split: Split) -> tuple[Pixels, int, int]:
    """A screen: its own picture round the document, sub-pixels, rows, colour cast, a dark bezel.

    The grid is drawn at some pixels of the plane a screen pixel; the camera's sampling makes the moire of it.
    """
    height, width = shown.shape[:2]
    page = (18, 18, 22) if rng.random() < 0.5 else (238, 240, 242)  # noqa: PLR2004 - dark or light viewer
    side, above = round(width * rng.uniform(0.06, 0.14)), round(height * rng.uniform(0.08, 0.2))
    glow = cv2.copyMakeBorder(shown, above, above, side, side, cv2.BORDER_CONSTANT, value=page)
    pitch = rng.uniform(2.1, 3.4) if split is Split.TRAIN else rng.uniform(2.4, 3.9)
    lit = glow.astype(np.float32) * _pixel_grid(glow.shape[0], glow.shape[1], pitch, rng)
    cast = np.array([rng.uniform(0.86, 0.97), rng.uniform(0.93, 1.0), rng.uniform(1.02, 1.16)], np.float32)
    glowing = np.clip(lit * cast * rng.uniform(1.05, 1.3) + rng.uniform(4, 16), 0, 255).astype(np.uint8)
    bezel = round(width * rng.uniform(0.03, 0.06))
    framed = cv2.copyMakeBorder(glowing, bezel, bezel, bezel, bezel, cv2.BORDER_CONSTANT, value=(14, 14, 15))
    return np.asarray(framed, dtype=np.uint8), side + bezel, above + bezel


def _pixel_grid(height: int, width: int, pitch: float, rng: np.random.Generator) -> np.ndarray:
    """Brightness of red, green and blue stripes, a third of a screen pixel apart, and of the dark rows."""
    x, deep = np.arange(width, dtype=np.float32), rng.uniform(0.25, 0.5)
    stripes = [1 - deep + deep * np.cos(2 * np.pi * (x / pitch - third / 3)) for third in range(3)]
    rows = 1 - 0.5 * deep + 0.5 * deep * np.cos(2 * np.pi * np.arange(height, dtype=np.float32) / pitch)
    grid = np.stack(stripes, -1)[None] * rows[:, None, None]
    return np.asarray(grid / grid.mean(), dtype=np.float32)


def _print(shown: Pixels, rng: np.random.Generator, split: Split) -> tuple[Pixels, int, int]:
    """A colour print: ink dots on three turned screens, on white paper."""
    cell = rng.uniform(3.4, 5.0) if split is Split.TRAIN else rng.uniform(3.0, 4.4)
    height, width = shown.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    dots = np.empty_like(shown)
    for channel, degrees in enumerate((15, 75, 45)):
        turn = np.radians(degrees + rng.uniform(-3, 3))
        u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        screen = 127.5 + 63 * (np.cos(2 * np.pi * u / cell) + np.cos(2 * np.pi * v / cell))
        dots[..., channel] = np.where(shown[..., channel] > screen, 246, 34 + 18 * channel)
    inked = cv2.GaussianBlur(dots, (0, 0), rng.uniform(0.6, 1.0))
    return _on_paper(np.asarray(inked, dtype=np.uint8), rng)


def _photocopy(shown: Pixels, rng: np.random.Generator, _: Split) -> tuple[Pixels, int, int]:
    """A grey copy: too much contrast, toner specks, faint streaks in the direction of the paper."""
    grey = cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY).astype(np.float32)
    hard = np.clip((grey - 128) * rng.uniform(1.15, 1.7) + 128 + rng.uniform(-6, 26), 0, 255)
    streaks = cv2.resize(rng.normal(0, 5, (1, 90)).astype(np.float32), (grey.shape[1], grey.shape[0]))
    specks = rng.uniform(0, 1, (grey.shape[0] // 2, grey.shape[1] // 2)) > 0.9992  # noqa: PLR2004 - one in a thousand
    spotted = cv2.resize(specks.astype(np.uint8), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_NEAREST)
    copied = np.where(spotted, 30, np.clip(hard + streaks, 8, 246)).astype(np.uint8)
    soft = cv2.GaussianBlur(copied, (0, 0), rng.uniform(0.4, 0.9))
    return _on_paper(np.asarray(cv2.cvtColor(soft, cv2.COLOR_GRAY2RGB), dtype=np.uint8), rng)


def _on_paper(printed: Pixels, rng: np.random.Generator) -> tuple[Pixels, int, int]:
    height, width = printed.shape[:2]
    left, right = (round(width * rng.uniform(0.05, 0.2)) for _ in range(2))
    top, bottom = (round(height * rng.uniform(0.08, 0.35)) for _ in range(2))
    tone = int(rng.integers(236, 252))
    sheet = cv2.copyMakeBorder(printed, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(tone, tone, tone - 3))
    return np.asarray(sheet, dtype=np.uint8), left, top


_KINDS = {Recapture.SCREEN: _screen, Recapture.PRINT: _print, Recapture.PHOTOCOPY: _photocopy}

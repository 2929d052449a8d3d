"""What light, lens and sensor do to a picture. All in 8 bits, because a scene must take a few milliseconds."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from specimens.options import Split
from specimens.seeds import stream

if TYPE_CHECKING:
    from localverify.types import Floats, Pixels

_COARSE = 8  # light varies slowly: its maps are made at an eighth of the picture
_NOISE_SIZE = (1100, 1500)
# Demosaicing and denoising smear noise over neighbours, by another amount on each split's sensor.
_GRAIN = {Split.TRAIN: 0.45, Split.TEST: 0.7}


def light_slope(width: int, height: int, rng: np.random.Generator, depth: float) -> Pixels:
    """A factor map that falls off to one side; 255 is full light.

    Returns:
        height / 8 x width / 8, uint8.
    """
    x, y = _coarse_grid(width, height)
    angle = rng.uniform(0, 2 * np.pi)
    along = (np.cos(angle) * x + np.sin(angle) * y) / np.sqrt(2)
    return np.asarray(255 * (1 - depth * (along + 1) / 2), dtype=np.uint8)


def shadow_edge(width: int, height: int, rng: np.random.Generator, depth: float) -> Pixels:
    """A factor map with the shadow of a hand or a phone: an oval or a straight edge, soft."""
    x, y = _coarse_grid(width, height)
    angle = rng.uniform(0, 2 * np.pi)
    if rng.random() < 0.5:  # noqa: PLR2004 - either shape as often
        inside = np.cos(angle) * x + np.sin(angle) * y > rng.uniform(-0.4, 0.5)
    else:
        centre = rng.uniform(-0.8, 0.8, 2)
        inside = np.hypot((x - centre[0]) / rng.uniform(0.4, 0.9), (y - centre[1]) / rng.uniform(0.4, 0.9)) < 1
    soft = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), rng.uniform(1.5, 7))
    return np.asarray(255 * (1 - depth * soft), dtype=np.uint8)


def glare_spots(width: int, height: int, centres: list[tuple[float, float]], rng: np.random.Generator) -> Pixels:
    """An additive map of lamp reflections at the centres (pixels of the picture): ovals with a halo.

    Returns:
        height / 8 x width / 8, uint8.
    """
    x, y = _coarse_grid(width, height)
    total = np.zeros_like(x)
    for cx, cy in centres:
        dx, dy = x - (2 * cx / width - 1), y - (2 * cy / height - 1)
        angle, long, short = rng.uniform(0, np.pi), rng.uniform(0.08, 0.3), rng.uniform(0.05, 0.14)
        u, v = dx * np.cos(angle) + dy * np.sin(angle), dy * np.cos(angle) - dx * np.sin(angle)
        distance = (u / long) ** 2 + (v / short) ** 2
        total += rng.uniform(180, 300) * np.exp(-(distance**1.5)) + 40 * np.exp(-distance / 6)
    return np.asarray(np.clip(total, 0, 255), dtype=np.uint8)


def dim(pixels: Pixels, factors: Pixels) -> Pixels:
    """The picture times a coarse factor map, in place."""
    full = cv2.resize(factors, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(pixels, cv2.merge([full, full, full]), dst=pixels, scale=1 / 255), dtype=np.uint8)


def brighten(pixels: Pixels, added: Pixels) -> Pixels:
    """The picture plus a coarse additive map, in place."""
    full = cv2.resize(added, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.add(pixels, cv2.merge([full, full, full]), dst=pixels), dtype=np.uint8)


def defocus(pixels: Pixels, sigma: float, split: Split) -> Pixels:
    """Out of focus: a bell for the training split, a disc of the same spread for the test split."""
    if sigma < 0.2:  # noqa: PLR2004 - less than 1% of a neighbour's light
        return pixels
    if split is Split.TRAIN or sigma < 1:
        return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), dtype=np.uint8)
    radius = 2 * sigma
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    return np.asarray(cv2.filter2D(pixels, -1, disc / disc.sum()), dtype=np.uint8)


def motion(pixels: Pixels, length: float, angle: float) -> Pixels:
    """Smeared along a straight line of that length in pixels."""
    reach = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    step = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    ends = [tuple(round(float(v) * 16) for v in reach + sign * step) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum()), dtype=np.uint8)


def develop(pixels: Pixels, exposure: float, tint: tuple[float, float, float], gamma: float) -> Pixels:
    """Exposure, white balance and tone curve, by a table for each channel."""
    ramp = (np.arange(256) / 255) ** gamma * 255 * exposure
    tables = np.clip(ramp[None, :, None] * np.array(tint), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, tables), dtype=np.uint8)


def noisy(pixels: Pixels, sigma: float, rng: np.random.Generator, split: Split) -> Pixels:
    """Sensor noise of that standard deviation in grey values, rounded to a half, in place."""
    steps = round(sigma * 2)
    if steps == 0:
        return pixels
    above, below = _noise(split, steps)
    height, width = pixels.shape[:2]
    times = (-(-height // (_NOISE_SIZE[0] - 128)), -(-width // (_NOISE_SIZE[1] - 128)), 1)
    if times != (1, 1, 1):
        above, below = np.tile(above, times), np.tile(below, times)
    top, left = (int(rng.integers(128)) for _ in range(2))
    part = (slice(top, top + height), slice(left, left + width))
    cv2.add(pixels, above[part], dst=pixels)
    return np.asarray(cv2.subtract(pixels, below[part], dst=pixels), dtype=np.uint8)


@lru_cache(maxsize=32)
def _noise(split: Split, steps: int) -> tuple[Pixels, Pixels]:
    """What noise of `steps` half grey values adds and what it takes away."""
    grain = np.round(_unit_noise(split) * (steps / 2))
    return np.maximum(grain, 0).astype(np.uint8), np.maximum(-grain, 0).astype(np.uint8)


@lru_cache
def _unit_noise(split: Split) -> Floats:
    white = stream(0, "noise", split).standard_normal((*_NOISE_SIZE, 3), np.float32)
    smeared = np.asarray(cv2.GaussianBlur(white, (0, 0), _GRAIN[split]), dtype=np.float32)
    return np.asarray(smeared / smeared.std(), dtype=np.float32)


def _coarse_grid(width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    x = np.linspace(-1, 1, max(width // _COARSE, 2), dtype=np.float32)
    y = np.linspace(-1, 1, max(height // _COARSE, 2), dtype=np.float32)
    across, down = np.meshgrid(x, y)
    return across, down

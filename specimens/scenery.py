"""What documents lie on: surfaces and things beside them. The surfaces of the two splits are of different kinds."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from specimens.options import Split
from specimens.seeds import pick, stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from localverify.types import Pixels

    Map = NDArray[np.float32]

_SIZE = 800  # of a surface, before it is turned and enlarged
_VARIANTS = 5  # surfaces of each kind


def background(width: int, height: int, rng: np.random.Generator, split: Split) -> Pixels:
    """A surface, seen at random scale and turn, perhaps with things on it.

    Returns:
        height x width x 3, uint8, RGB.
    """
    kind = pick(rng, tuple(_SURFACES[split]))
    surface = _surface(split, kind, int(rng.integers(_VARIANTS)))
    # Surfaces are softer than half of the picture's resolution, so they are turned at half of it.
    half = (-(-width // 2), -(-height // 2))
    scale = np.hypot(*half) / _SIZE * rng.uniform(1.0, 1.6)
    matrix = cv2.getRotationMatrix2D((_SIZE / 2, _SIZE / 2), rng.uniform(0, 360), scale)
    matrix[:, 2] += np.array([half[0] / 2 - _SIZE / 2, half[1] / 2 - _SIZE / 2])
    seen = cv2.warpAffine(surface, matrix, half, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    pixels = np.asarray(cv2.resize(seen, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    for _ in range(int(rng.integers(0, 3))):
        _thing(pixels, rng, split)
    return pixels


@lru_cache(maxsize=64)
def _surface(split: Split, kind: str, variant: int) -> Pixels:
    rng = stream(variant, "surface", split, kind)
    made = np.clip(_SURFACES[split][kind](rng), 0, 255).astype(np.uint8)
    made.setflags(write=False)
    return made


def _cloud(rng: np.random.Generator, *sizes: tuple[int, int]) -> Map:
    """Smooth noise: the sum of grids of those sizes (rows, columns), each half as strong as the one before."""
    total = np.zeros((_SIZE, _SIZE), np.float32)
    for place, (rows, columns) in enumerate(sizes):
        grid = rng.normal(0, 1, (rows, columns)).astype(np.float32)
        total += cv2.resize(grid, (_SIZE, _SIZE), interpolation=cv2.INTER_CUBIC) / 2**place
    return total


def _tinted(rng: np.random.Generator, pattern: Map, colours: tuple[tuple[int, int, int], ...], depth: float) -> Map:
    base = np.array(pick(rng, colours), np.float32)
    return np.asarray(base * (1 + depth * pattern[..., None]), dtype=np.float32)


def _wood(rng: np.random.Generator) -> Map:
    grain = _cloud(rng, (6, 3), (60, 4), (320, 8))
    rings = np.sin(grain * 3 + np.linspace(0, rng.uniform(20, 60), _SIZE, dtype=np.float32)[:, None])
    planks = (np.arange(_SIZE) % int(rng.integers(120, 260)) < 3)[:, None]  # noqa: PLR2004 - pixels of a joint
    shade = 0.35 * rings + 0.5 * _cloud(rng, (400, 12)) - 2.0 * planks
    return _tinted(rng, shade, ((172, 124, 80), (120, 80, 52), (206, 170, 126), (88, 62, 46)), 0.12)


def _cloth(rng: np.random.Generator) -> Map:
    threads = np.arange(_SIZE, dtype=np.float32) * rng.uniform(0.9, 1.6)
    weave = np.sin(threads)[:, None] * np.sin(threads * rng.uniform(0.8, 1.2))[None]
    shade = np.asarray(0.6 * weave + _cloud(rng, (4, 4), (200, 200)), dtype=np.float32)
    return _tinted(rng, shade, ((80, 92, 128), (150, 60, 64), (120, 124, 118), (200, 192, 176), (44, 46, 54)), 0.12)


def _plain(rng: np.random.Generator) -> Map:
    shade = _cloud(rng, (2, 2), (3, 3), (300, 300))
    return _tinted(
        rng, shade, ((236, 236, 232), (190, 190, 194), (40, 40, 44), (120, 140, 160), (226, 210, 180)), 0.035
    )


def _carpet(rng: np.random.Generator) -> Map:
    shade = _cloud(rng, (320, 320), (160, 160), (8, 8))
    return _tinted(rng, shade, ((110, 96, 84), (70, 84, 76), (140, 132, 126), (92, 60, 60)), 0.22)


def _marble(rng: np.random.Generator) -> Map:
    veins = np.abs(np.sin(3 * _cloud(rng, (4, 4), (9, 9), (20, 20), (60, 60))))
    shade = np.asarray(-np.exp(-9 * veins) + 0.2 * _cloud(rng, (5, 5), (200, 200)), dtype=np.float32)
    return _tinted(rng, shade, ((232, 230, 226), (206, 204, 206), (70, 74, 76), (216, 206, 190)), 0.2)


def _tiles(rng: np.random.Generator) -> Map:
    step = int(rng.integers(110, 240))
    place = np.arange(_SIZE) % step < rng.integers(3, 7)
    grout = (place[:, None] | place[None]).astype(np.float32)
    tones = np.kron(rng.normal(0, 1, (_SIZE // step + 1,) * 2), np.ones((step, step)))[:_SIZE, :_SIZE]
    shade = np.asarray(0.4 * tones - 2.5 * grout + 0.4 * _cloud(rng, (260, 260)), dtype=np.float32)
    return _tinted(rng, shade, ((214, 208, 200), (170, 110, 84), (150, 164, 172), (230, 230, 226)), 0.09)


def _leather(rng: np.random.Generator) -> Map:
    cells = np.abs(_cloud(rng, (70, 70), (140, 140)))
    shade = np.asarray(-np.exp(-5 * cells) + 0.3 * _cloud(rng, (3, 3)), dtype=np.float32)
    return _tinted(rng, shade, ((84, 52, 40), (36, 34, 34), (130, 88, 60), (70, 74, 92)), 0.25)


def _concrete(rng: np.random.Generator) -> Map:
    shade = _cloud(rng, (3, 3), (20, 20), (120, 120), (320, 320))
    return _tinted(rng, shade, ((164, 162, 158), (128, 130, 132), (196, 190, 182)), 0.10)


_SURFACES: dict[Split, dict[str, Callable[[np.random.Generator], Map]]] = {
    Split.TRAIN: {"wood": _wood, "cloth": _cloth, "plain": _plain, "carpet": _carpet},
    Split.TEST: {"marble": _marble, "tiles": _tiles, "leather": _leather, "concrete": _concrete},
}


def _thing(pixels: Pixels, rng: np.random.Generator, split: Split) -> None:
    """A sheet, a book or a dark slab (train), a round plate or a pen (test), partly outside the picture."""
    height, width = pixels.shape[:2]
    centre = rng.uniform(-0.1, 1.1, 2) * (width, height)
    if split is Split.TEST:
        _round_thing(pixels, centre, rng)
        return
    half = rng.uniform(0.12, 0.4, 2) * min(width, height)
    box = cv2.boxPoints(
        ((float(centre[0]), float(centre[1])), (float(half[0] * 2), float(half[1] * 2)), rng.uniform(0, 180))
    )
    tone = pick(rng, ((238, 238, 234), (34, 36, 40), (150, 50, 50), (60, 90, 140), (214, 196, 150)))
    _shaded(pixels, np.round(box).astype(np.int32), tone)


def _round_thing(pixels: Pixels, centre: NDArray[np.float64], rng: np.random.Generator) -> None:
    reach = min(pixels.shape[:2])
    if rng.random() < 0.5:  # noqa: PLR2004 - a plate as often as a pen
        radius = rng.uniform(0.12, 0.3) * reach
        angles = np.linspace(0, 2 * np.pi, 60)
        outline = centre + radius * np.stack([np.cos(angles), np.sin(angles)], 1)
    else:
        angle, long, thin = rng.uniform(0, np.pi), rng.uniform(0.3, 0.6) * reach, rng.uniform(0.008, 0.02) * reach
        along = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-along[1], along[0]]) * thin
        outline = np.array([centre - long * along - across, centre + long * along - across,
                            centre + long * along + across, centre - long * along + across])  # fmt: skip
    tone = pick(rng, ((244, 244, 244), (30, 32, 60), (180, 40, 36), (180, 180, 186)))
    _shaded(pixels, np.round(outline).astype(np.int32), tone)


def _shaded(pixels: Pixels, outline: NDArray[np.int32], tone: tuple[int, int, int]) -> None:
    """A shape with a soft shadow below it."""
    shadow = np.zeros((pixels.shape[0] // 8, pixels.shape[1] // 8), np.uint8)
    cv2.fillPoly(shadow, [outline // 8 + 1], 90)
    soft = cv2.resize(cv2.GaussianBlur(shadow, (0, 0), 1.5), (pixels.shape[1], pixels.shape[0]))
    cv2.subtract(pixels, cv2.merge([soft, soft, soft]), dst=pixels)
    cv2.fillPoly(pixels, [outline], tone, cv2.LINE_AA)

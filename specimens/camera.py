"""The camera: puts documents into a scene and takes a picture of it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from specimens import optics, scenery
from specimens.fingers import finger
from specimens.options import Effect, PhotoOptions, Quality, Split
from specimens.placement import Frame, Pose, place, push_out, visible_share
from specimens.seeds import pick, stream
from specimens.truth import Scene, SceneTruth, Specimen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localverify.types import Pixels, Quad
    from specimens.truth import Matrix, Truth

_TABLE = Path(__file__).parent / "data" / "cameras.toml"
_REFERENCE = 1280  # long side in pixels for which blur and motion are given
_GLARE_COVERS = 110  # of 255 added: dark print on light paper is no longer read


@dataclass(frozen=True, slots=True)
class Profile:
    """One table of data/cameras.toml; ranges are drawn from evenly."""

    fill: tuple[float, float]
    tilt: tuple[float, float]
    roll: tuple[float, float]
    focal: tuple[float, float]
    blur: tuple[float, float]
    noise: tuple[float, float]
    exposure: tuple[float, float]
    tint: tuple[float, float]
    gamma: tuple[float, float]
    jpeg: tuple[int, int]
    chances: Mapping[str, float]


def photograph(
    specimens: Specimen | Sequence[Specimen],
    seed: int = 0,
    split: Split = Split.TRAIN,
    options: PhotoOptions | None = None,
) -> Scene:
    """A picture of documents on a surface.

    Args:
        specimens: one, several (side by side) or none (an empty surface).
        seed: decides everything that the options leave open.
        split: which surfaces and camera ranges are used.
        options: size, quality, turn and effects.
    """
    options = options or PhotoOptions()
    chosen = (specimens,) if isinstance(specimens, Specimen) else tuple(specimens)
    return _Shot(seed, split, options).take(chosen)


@lru_cache
def profile(split: Split, quality: Quality) -> Profile:
    """The ranges of a camera."""
    table: dict[str, Any] = tomllib.loads(_TABLE.read_text())[split.value][quality.value]
    return Profile(**table)


class _Shot:
    """One picture while it is being taken."""

    def __init__(self, seed: int, split: Split, options: PhotoOptions) -> None:
        self._seed, self._split, self._options = seed, split, options
        self._rng = stream(seed, "scene", split)
        self._camera = profile(split, options.quality)
        self._effects: dict[str, float] = {}
        self._happens = self._draw_effects()
        self._unit = max(options.width, options.height) / _REFERENCE
        self._cover = np.zeros((options.height // 4, options.width // 4), np.uint8)

    def take(self, specimens: tuple[Specimen, ...]) -> Scene:
        """Lays, lights, exposes and compresses."""
        width, height = self._options.width, self._options.height
        pixels = scenery.background(width, height, self._rng, self._split)
        truths = [self._lay(pixels, specimen, frame) for specimen, frame in self._frames(specimens)]
        if Effect.OCCLUSION in self._happens and truths:
            self._occlude(pixels, truths[0])
        pixels = self._light(pixels, truths)
        jpeg = self._expose(pixels)
        visible = tuple(visible_share(truth.quad, width, height) for truth in truths)
        if Effect.CUT_OFF in self._happens and truths:
            self._effects[Effect.CUT_OFF] = 1 - visible[0]
        covered = tuple(self._covered(truth) for truth in truths)
        truth = SceneTruth(width, height, self._split.value, self._seed, covered, visible, self._effects)
        return Scene(jpeg, truth)

    def _draw_effects(self) -> frozenset[Effect]:
        drawn = {name: self._rng.random() for name in sorted(Effect)}
        if self._options.only:
            return self._options.effects
        chances = self._camera.chances
        return self._options.effects | {name for name, value in drawn.items() if value < chances.get(name, 0)}

    def _draw(self, name: str) -> float:
        low, high = getattr(self._camera, name)
        return float(self._rng.uniform(low, high))

    def _frames(self, specimens: tuple[Specimen, ...]) -> list[tuple[Specimen, Frame]]:
        width, height = self._options.width, self._options.height
        count = max(len(specimens), 1)
        if width >= height:
            frames = [Frame(index * width / count, 0, width / count, height) for index in range(count)]
        else:
            frames = [Frame(0, index * height / count, width, height / count) for index in range(count)]
        return list(zip(specimens, frames, strict=False))

    def _lay(self, pixels: Pixels, specimen: Specimen, frame: Frame) -> Truth:
        rng, tilt = self._rng, self._draw("tilt")
        toward = rng.uniform(0, 2 * np.pi)
        turn = self._options.turn if self._options.turn is not None else pick(rng, (0, 90, 180, 270))
        pose = Pose(tilt * np.cos(toward), tilt * np.sin(toward), turn + self._draw("roll"), self._draw("focal"))
        matrix = place(specimen, pose, frame, self._draw("fill"), rng)
        if Effect.CUT_OFF in self._happens:
            share = rng.uniform(0.08, 0.35)
            matrix = push_out(matrix, specimen.truth.quad, (self._options.width, self._options.height), share, rng)
        self._effects["tilt"] = max(tilt, self._effects.get("tilt", 0))
        _composite(pixels, specimen, matrix, rng)
        return specimen.truth.moved(matrix)

    def _occlude(self, pixels: Pixels, truth: Truth) -> None:
        outline = finger(pixels, truth.quad, self._rng)
        cv2.fillPoly(self._cover, [np.round(outline / 4).astype(np.int32)], 255)
        self._effects[Effect.OCCLUSION] = self._share(truth.quad)

    def _light(self, pixels: Pixels, truths: list[Truth]) -> Pixels:
        width, height, rng = self._options.width, self._options.height, self._rng
        careful = self._options.quality is Quality.CLEAN
        pixels = optics.dim(pixels, optics.light_slope(width, height, rng, rng.uniform(0, 0.05 if careful else 0.3)))
        if Effect.SHADOW in self._happens:
            depth = float(rng.uniform(0.25, 0.6))
            pixels = optics.dim(pixels, optics.shadow_edge(width, height, rng, depth))
            self._effects[Effect.SHADOW] = depth
        if Effect.GLARE in self._happens and truths:
            spots = [_inside(truths[0].quad, rng) for _ in range(int(rng.integers(1, 3)))]
            added = optics.glare_spots(width, height, spots, rng)
            pixels = optics.brighten(pixels, added)
            strong = cv2.resize(added, self._cover.shape[::-1]) > _GLARE_COVERS
            self._cover[strong] = 255
            self._effects[Effect.GLARE] = self._share(truths[0].quad)
        return pixels

    def _expose(self, pixels: Pixels) -> bytes:
        rng, happens, effects = self._rng, self._happens, self._effects
        sigma = self._draw("blur")
        if Effect.DEFOCUS in happens:
            sigma = effects[Effect.DEFOCUS] = float(rng.uniform(2.2, 5))
        effects["blur"] = sigma * self._unit
        pixels = optics.defocus(pixels, sigma * self._unit, self._split)
        if Effect.MOTION in happens:
            effects[Effect.MOTION] = float(rng.uniform(4, 16)) * self._unit
            pixels = optics.motion(pixels, effects[Effect.MOTION], rng.uniform(0, np.pi))
        exposure = self._draw("exposure")
        if Effect.DARK in happens:
            exposure = effects[Effect.DARK] = float(rng.uniform(0.1, 0.3))
        elif Effect.BRIGHT in happens:
            exposure = effects[Effect.BRIGHT] = float(rng.uniform(1.8, 2.8))
        tint = (self._draw("tint"), 1.0, self._draw("tint"))
        pixels = optics.develop(pixels, exposure, tint, self._draw("gamma"))
        effects["noise"], effects["jpeg"] = self._draw("noise"), float(round(self._draw("jpeg")))
        pixels = optics.noisy(pixels, effects["noise"], rng, self._split)
        return _compress(pixels, int(effects["jpeg"]))

    def _share(self, quad: Quad) -> float:
        """How much of the quad is covered, 0..1."""
        points = np.round(np.array(quad) / 4).astype(np.int32)
        left, top, width, height = cv2.boundingRect(points)
        right, bottom = max(min(left + width, self._cover.shape[1]), 0), max(min(top + height, self._cover.shape[0]), 0)
        left, top = max(left, 0), max(top, 0)
        if right <= left or bottom <= top:
            return 0.0
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillConvexPoly(mask, points - (left, top), 1)
        return float(np.mean(self._cover[top:bottom, left:right][mask > 0]) / 255) if mask.any() else 0.0

    def _covered(self, truth: Truth) -> Truth:
        if not self._cover.any():
            return truth
        fields = tuple(
            replace(field, covered=max((self._share(quad) for quad in field.quads), default=0.0))
            for field in truth.fields
        )
        return replace(truth, fields=fields)


def _composite(pixels: Pixels, specimen: Specimen, matrix: Matrix, rng: np.random.Generator) -> None:
    """Lays the specimen onto `pixels`, with its own narrow shadow."""
    height, width = pixels.shape[:2]
    corners = np.array(specimen.truth.moved(matrix).quad if not specimen.truth.recapture else _outer(specimen, matrix))
    margin = 24
    left, top = (int(max(v, 0)) for v in np.floor(corners.min(0)) - margin)
    right, bottom = (int(max(v, 0)) for v in np.ceil(corners.max(0)) + margin)
    right, bottom = min(right, width), min(bottom, height)
    if right <= left or bottom <= top:
        return
    source, shift = _reduced(specimen, matrix)
    window = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1.0]]) @ matrix @ shift
    size = (right - left, bottom - top)
    warped = cv2.warpPerspective(source, window, size, flags=cv2.INTER_LINEAR)
    alpha, laid = cv2.extractChannel(warped, 3), cv2.cvtColor(warped, cv2.COLOR_RGBA2RGB)
    area = pixels[top:bottom, left:right]
    down, across = (int(v) for v in rng.integers(-6, 7, 2))
    fallen = np.roll(alpha, (down, across), (0, 1))
    shadow = cv2.blur(fallen, (13, 13)) // 3
    cv2.subtract(area, cv2.merge([shadow, shadow, shadow]), dst=area)
    kept = 255 - alpha
    area[:] = cv2.add(laid, cv2.multiply(area, cv2.merge([kept, kept, kept]), scale=1 / 255))


def _reduced(specimen: Specimen, matrix: Matrix) -> tuple[Pixels, Matrix]:
    """Colours times opacity, and opacity, scaled down by area where the picture is much coarser; undone by the matrix.

    Screens are not scaled down: their grid must alias, as it does on a sensor.

    Returns:
        H x W x 4, uint8; and 3 x 3.
    """
    height, width = specimen.pixels.shape[:2]
    mask = specimen.mask
    source = cv2.merge([*cv2.split(cv2.bitwise_and(specimen.pixels, cv2.merge([mask, mask, mask]))), mask])
    quad = np.array(_outer(specimen, matrix), np.float32)
    factor = float(np.sqrt(cv2.contourArea(quad) / (width * height)))
    if factor > 0.66 or specimen.truth.recapture == "screen":  # noqa: PLR2004 - linear sampling is good enough above
        return np.asarray(source, dtype=np.uint8), np.eye(3)
    size = (max(round(width * factor), 2), max(round(height * factor), 2))
    x, y = width / size[0], height / size[1]
    back = np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2], [0, 0, 1]])
    return np.asarray(cv2.resize(source, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), back


def _outer(specimen: Specimen, matrix: Matrix) -> np.ndarray:
    height, width = specimen.pixels.shape[:2]
    corners = np.array([[[-0.5, -0.5], [width - 0.5, -0.5], [width - 0.5, height - 0.5], [-0.5, height - 0.5]]])
    return np.asarray(cv2.perspectiveTransform(corners, matrix)[0])


def _inside(quad: Quad, rng: np.random.Generator) -> tuple[float, float]:
    weights = rng.dirichlet(np.ones(4))
    x, y = weights @ np.array(quad)
    return float(x), float(y)


def _compress(pixels: Pixels, quality: int) -> bytes:
    _, coded = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return coded.tobytes()

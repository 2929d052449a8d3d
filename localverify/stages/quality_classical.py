"""Whether a picture, or a region of it, can be used: blur, light, glare and resolution.

The thresholds were chosen on a sample of LFW fold 1, press photographs that are all usable, as they are and made
worse. `benchmarks/quality.py` gives the rates of both halves of that set
(benchmarks/results/quality-2026-11-23.json): of 400 usable pictures and of 400 faces, each check refuses at most
2.5%. A Gaussian of 2 pixels is noticed in 95%, a quarter of the light in all.

What they do not see: a shake of the camera in one direction is noticed in one picture of three (two faces of
three), since edges along it stay sharp; a white page is as bright as an overexposed one; blur that is gone when
the picture is reduced to 512 pixels is not called blur.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from localverify.imaging import binarise
from localverify.imaging.geometry import box_to_quad, clip_box, crop
from localverify.types import Box, Check, Decision, Outcome, Region

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from localverify.engine.registry import StageContext
    from localverify.engine.runtime import Runtime
    from localverify.types import Pixels, Quad, QualityMeter

BLUR = 2.5
"""Least sharpness: photographs in focus have 3.7 at the median, blurred by a Gaussian of 2 pixels 2.3."""
DARK = 0.33
"""Least luma of the lighter tenth of the pixels: the darkest of 400 usable pictures has .34, of their faces .37."""
BRIGHT = 0.8
"""Greatest median luma: of 400 usable faces the lightest has .74. White pages exceed it: ask of pages by name."""
GLARE = 0.015
"""Greatest share of the region in blown-out spots: 1 of 400 faces and 10 of 400 pictures have more."""
PICTURE_SIDE = 200
"""Least pixels of a picture's shorter side: pictures of 250 pixels compare at the accuracy that we report."""
REGION_SIDE = 64
"""Least pixels of a region's shorter side: below it, a face is enlarged nearly twice for the embedder's 112."""

_WORKING_SIDE = 512  # blur and glare are measured at this size, so a picture's own size hardly matters
_FINE, _COARSE = 0.8, 3.2  # radii of the two gradients: noise is under the first, texture under the second
_EDGE_SHARE = 0.1  # of the pixels: the strongest coarse edges; skin and sky do not count
_FLAT = 1.0  # grey levels a pixel: coarse edges weaker than that are noise
_BLOWN_OUT = 250  # all three channels, of 255
_SMALLEST_SPOT = 0.001  # of the region
_HALO = 225  # luma right around a spot: light fades, a white object ends
_SURROUNDINGS = 245  # luma further out: a spot is lighter than what it lies on


def build(context: StageContext) -> QualityMeter:
    """Makes the meter."""
    return ClassicalQuality(context.runtime)


class ClassicalQuality:
    """Measures without a net.

    Args:
        runtime: whose workers measure several regions at once.
    """

    name = "classical"

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def run(self, batch: Sequence[Region]) -> list[Decision]:
        """The checks ``resolution``, ``blur``, ``dark``, ``bright`` and ``glare`` of each region.

        Reasons of those that fail: ``too_small``, ``blurred``, ``too_dark``, ``too_bright``, ``glare``. A
        region without edges cannot be called sharp or blurred: its blur is UNSURE, ``featureless``. A region
        outside its picture is NOT_RUN, ``outside``.
        """
        return self._runtime.map(self._measure, batch)

    def _measure(self, region: Region) -> Decision:
        image = region.image
        whole = Box(0, 0, image.width, image.height)
        inside = clip_box(region.box or whole, image.width, image.height)
        if inside.width < 1 or inside.height < 1:
            return Decision((Check("resolution", Outcome.NOT_RUN, reason="outside", model=self.name),))
        pixels = crop(image.pixels, inside)
        scale = min(1.0, _WORKING_SIDE / max(pixels.shape[:2]))
        working = binarise.rescale(pixels, scale) if scale < 1 else pixels
        plane = binarise.grey(working)
        least = REGION_SIDE if region.box else PICTURE_SIDE
        glare, spots = _glare(working, plane)
        evidence = tuple(box_to_quad(_moved(spot, scale, inside)) for spot in spots)
        light, median = (float(value) / 255 for value in np.percentile(plane, [90, 50]))
        return Decision(
            (
                self._at_least("resolution", float(min(pixels.shape[:2])), least, "too_small"),
                self._blur(plane),
                self._at_least("dark", light, DARK, "too_dark"),
                self._at_most("bright", median, BRIGHT, "too_bright"),
                self._at_most("glare", glare, GLARE, "glare", evidence),
            )
        )

    def _blur(self, plane: Pixels) -> Check:
        value = sharpness(plane)
        if value is None:
            return Check("blur", Outcome.UNSURE, None, BLUR, "featureless", self.name)
        return self._at_least("blur", value, BLUR, "blurred")

    def _at_least(self, name: str, score: float, threshold: float, reason: str) -> Check:
        good = score >= threshold
        return Check(name, _outcome(good), score, threshold, "" if good else reason, self.name)

    def _at_most(
        self, name: str, score: float, threshold: float, reason: str, evidence: tuple[Quad, ...] = ()
    ) -> Check:
        good = score <= threshold
        return Check(name, _outcome(good), score, threshold, "" if good else reason, self.name, evidence)


def _outcome(good: bool) -> Outcome:
    return Outcome.PASS if good else Outcome.FAIL


def _moved(spot: Box, scale: float, inside: Box) -> Box:
    """A box of the working picture in the picture itself."""
    left, top = round(inside.left), round(inside.top)
    return Box(*(value / scale + start for value, start in zip(spot, (left, top, left, top), strict=True)))


def sharpness(plane: Pixels) -> float | None:
    """How steep the strongest edges are: the fine gradient over the coarse one, upper quartile.

    Only edges count, so a smooth face in focus is as sharp as a page of text, and contrast cancels out.

    Args:
        plane: H x W uint8 grey, at most 512 pixels a side.

    Returns:
        1 (no fine detail at all) .. 7 (thin black lines); None when nothing in the plane is an edge.
    """
    fine, coarse = _gradient(plane, _FINE), _gradient(plane, _COARSE)
    strongest = coarse >= np.quantile(coarse, 1 - _EDGE_SHARE)
    if float(np.median(coarse[strongest])) < _FLAT:
        return None
    # The coarse edge is wider than the fine one: its steepest place is looked for within the coarse radius.
    reach = 2 * round(_COARSE) + 1
    steepest = cv2.dilate(fine, np.ones((reach, reach), np.uint8))
    return float(np.quantile(steepest[strongest] / np.maximum(coarse[strongest], _FLAT), 0.75))


def _gradient(plane: Pixels, radius: float) -> cv2.typing.MatLike:
    """Length of the gradient in grey levels a pixel, after a Gaussian of `radius` pixels."""
    smooth = cv2.GaussianBlur(plane.astype(np.float32), (0, 0), radius)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, *axis, scale=1 / 8) for axis in ((1, 0), (0, 1)))
    return cv2.magnitude(across, down)


def _glare(pixels: Pixels, plane: Pixels) -> tuple[float, tuple[Box, ...]]:
    """Share of the picture in blown-out spots, and their boxes."""
    spots = list(_spots(pixels, plane))
    return sum(area for area, _ in spots) / plane.size, tuple(box for _, box in spots)


def _spots(pixels: Pixels, plane: Pixels) -> Iterator[tuple[int, Box]]:
    """Blown-out spots that fade into darker surroundings; what touches the edge is ground or sky, not glare."""
    height, width = plane.shape
    blown = (binarise.darkest_channel(pixels) >= _BLOWN_OUT).astype(np.uint8)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(blown, connectivity=8)
    smooth = cv2.GaussianBlur(plane, (0, 0), 1)
    reach = max(2, round(0.02 * max(height, width)))
    for label in range(1, count):
        left, top, across, down, area = (int(value) for value in boxes[label])
        box = Box(left, top, left + across, top + down)
        at_edge = left == 0 or top == 0 or box.right == width or box.bottom == height
        if (
            area >= _SMALLEST_SPOT * plane.size
            and not at_edge
            and _fades(labels == label, np.asarray(smooth, np.uint8), reach)
        ):
            yield area, box


def _fades(spot: NDArray[np.bool_], plane: Pixels, reach: int) -> bool:
    mask = spot.astype(np.uint8)
    near, far = (cv2.dilate(mask, np.ones((2 * r + 1, 2 * r + 1), np.uint8)) > mask for r in (2, reach))
    return float(np.median(plane[near])) > _HALO and float(np.median(plane[far])) < _SURROUNDINGS

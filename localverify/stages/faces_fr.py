"""Finding upright faces with fr_detect, at more than one scale.

The net sees 320 x 240 pixels: faces down to a sixteenth of the picture's width. So a picture goes through
several looks, cheapest first, and the first look that finds a face ends the search:

1. the whole picture;
2. with a grey border, for crops so tight that the head touches the edge;
3. overlapping tiles of half and then of a quarter of the picture, for small faces in large pictures. Half tiles
   are also read when the whole picture shows only small faces, since smaller ones may stand beside them.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import cv2
import numpy as np

from localverify.imaging.geometry import move_box, non_maximum_suppression, tiles
from localverify.types import Box, Face

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import StageContext
    from localverify.engine.runtime import Net
    from localverify.types import Floats, Image, Pixels

WIDTH, HEIGHT = 320, 240
# Measured: .91 of tight crops are found without a border, all with one of 30%.
BORDER = 0.3
# Overlap from which two boxes are one face.
SAME_FACE_IOU = 0.4
# Half the net's own recall limit of 1/16: below this, smaller faces could have been missed.
SMALL_FACE = 1 / 8
TILE_OVERLAP = 0.25
TILE_PARTS = (2, 4)
# A tile narrower than this shows nothing that the whole picture did not.
SMALLEST_TILE = 240


def build(context: StageContext) -> FrFaceFinder:
    """The finder over the shared net."""
    return FrFaceFinder(context.runtime.net("fr_detect"))


class FrFaceFinder:
    """Finds faces; largest first."""

    name = "fr"

    def __init__(self, net: Net) -> None:
        self._net = net
        self._threshold = net.weights.threshold("face")

    def run(self, batch: Sequence[Image]) -> list[tuple[Face, ...]]:
        """The faces of each picture, largest first; empty where there is none."""
        whole = self._look([image.pixels for image in batch])
        return [self._finish(image, faces) for image, faces in zip(batch, whole, strict=True)]

    def _finish(self, image: Image, faces: list[Face]) -> tuple[Face, ...]:
        """Looks again where the first look found nothing, or only small faces."""
        if not faces:
            faces = self._with_border(image.pixels)
        if all(face.box.width < SMALL_FACE * max(image.width, image.height) for face in faces):
            for parts in TILE_PARTS:
                faces = _merge([*faces, *self._in_tiles(image.pixels, parts)])
                if faces:
                    break
        return tuple(sorted(faces, key=lambda face: -face.box.width))

    def _look(self, pictures: Sequence[Pixels]) -> list[list[Face]]:
        """One pass of the net over each picture, resized whole."""
        if not pictures:
            return []
        batch = np.stack([_prepare(pixels) for pixels in pictures])
        scores, boxes = self._net.run(batch)
        return [
            self._faces(score[:, 1], box, pixels) for score, box, pixels in zip(scores, boxes, pictures, strict=True)
        ]

    def _faces(self, scores: Floats, boxes: Floats, pixels: Pixels) -> list[Face]:
        likely = scores >= self._threshold
        scale = np.array([pixels.shape[1], pixels.shape[0]] * 2, np.float32)
        scores, boxes = scores[likely], boxes[likely] * scale
        kept = non_maximum_suppression(boxes, scores, SAME_FACE_IOU)
        return [Face(_square(boxes[index]), float(scores[index])) for index in kept]

    def _with_border(self, pixels: Pixels) -> list[Face]:
        across, down = round(pixels.shape[1] * BORDER), round(pixels.shape[0] * BORDER)
        framed = cv2.copyMakeBorder(pixels, down, down, across, across, cv2.BORDER_CONSTANT, value=(127, 127, 127))
        (faces,) = self._look([np.asarray(framed, dtype=np.uint8)])
        return [Face(move_box(face.box, -across, -down), face.score) for face in faces]

    def _in_tiles(self, pixels: Pixels, parts: int) -> list[Face]:
        """Square tiles whose side is the longer side of the picture over `parts`."""
        height, width = pixels.shape[:2]
        side = max(width, height) // parts
        if side < SMALLEST_TILE:
            return []
        areas = list(tiles(width, height, side, round(side * TILE_OVERLAP)))
        found = self._look([pixels[int(a.top) : int(a.bottom), int(a.left) : int(a.right)] for a in areas])
        return list(
            chain.from_iterable(
                (Face(move_box(face.box, area.left, area.top), face.score) for face in faces)
                for area, faces in zip(areas, found, strict=True)
            )
        )


def _prepare(pixels: Pixels) -> Floats:
    """3 x 240 x 320 float32."""
    method = cv2.INTER_AREA if pixels.shape[1] > 2 * WIDTH else cv2.INTER_LINEAR
    small = cv2.resize(pixels, (WIDTH, HEIGHT), interpolation=method)
    return ((small.astype(np.float32) - np.float32(127)) / np.float32(128)).transpose(2, 0, 1)


def _square(box: Floats) -> Box:
    """The square about the box's centre whose side is the box's height: what the other nets were trained on."""
    left, top, right, bottom = (float(value) for value in box)
    centre, half = (left + right) / 2, (bottom - top) / 2
    return Box(centre - half, top, centre + half, bottom)


def _merge(faces: list[Face]) -> list[Face]:
    """Drops what was found twice, in the whole picture and in a tile or in two tiles."""
    if not faces:
        return []
    boxes = np.array([face.box for face in faces], np.float32)
    scores = np.array([face.score for face in faces], np.float32)
    return [faces[index] for index in non_maximum_suppression(boxes, scores, SAME_FACE_IOU)]

"""Perceptual hashes with imagehash: pHash (DCT) and dHash (gradient), as published by Zauner (2010) and Krawetz."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image as PillowImage

from localverify.types import PictureHash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import StageContext
    from localverify.engine.runtime import Runtime
    from localverify.types import Image, PictureHasher

_SIZE = 8  # 64 bits: imagehash's own default, and what both authors published


def build(context: StageContext) -> PictureHasher:
    """Makes the pHash stage."""
    return ImageHasher(context.runtime, "phash")


def build_difference(context: StageContext) -> PictureHasher:
    """Makes the dHash stage: a tenth of the time, and more easily fooled by a change of contrast."""
    return ImageHasher(context.runtime, "dhash")


class ImageHasher:
    """Hashes whole pictures.

    Args:
        runtime: whose workers hash several pictures at once.
        kind: the algorithm.
        size: side of the square of bits.
    """

    name = "imagehash"

    def __init__(self, runtime: Runtime, kind: Literal["phash", "dhash"] = "phash", size: int = _SIZE) -> None:
        self._runtime = runtime
        self._kind = kind
        self._size = size

    def run(self, batch: Sequence[Image]) -> list[PictureHash]:
        """The hash of each picture; every picture has one, whatever its size."""
        return self._runtime.map(self._hash, batch)

    def _hash(self, image: Image) -> PictureHash:
        # imagehash imports SciPy, half a second that a server which hashes nothing does not spend at its start.
        import imagehash  # noqa: PLC0415

        function = {"phash": imagehash.phash, "dhash": imagehash.dhash}[self._kind]
        bits = function(PillowImage.fromarray(image.pixels), hash_size=self._size).hash
        return PictureHash(np.packbits(bits).tobytes(), self._kind, self._size)

"""The renditions of a picture in which finder patterns of QR codes are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from localverify.imaging import binarise
from localverify.imaging.binarise import at_most, enlarged
from localverify.imaging.finder_patterns import find_finder_patterns, unique_patterns

if TYPE_CHECKING:
    from collections.abc import Callable

    from localverify.imaging.finder_patterns import FinderPattern
    from localverify.types import Pixels

# Finder patterns of 3 pixels a module are found; 1,000 pixels hold a symbol of version 40 at that size.
_PIXELS = 1_500_000


@dataclass(frozen=True, slots=True)
class FinderView:
    """One rendition in which finder patterns are looked for, and what makes it black and white."""

    make: Callable[[Pixels], Pixels]
    thresholds: tuple[Callable[[Pixels], Pixels], ...]
    factor: float = 1.0

    def look(self, pixels: Pixels) -> tuple[Pixels, float, list[FinderPattern]]:
        """Finds the patterns of a picture.

        Args:
            pixels: H x W x 3, uint8, RGB.

        Returns:
            The plane that was looked at, the factor from its coordinates to the picture's, and the patterns in
            the plane's coordinates.
        """
        plane, scale = at_most(self.make(pixels), _PIXELS)
        if self.factor > 1:
            plane, scale = enlarged(plane, scale, self.factor, _PIXELS)
        found = [pattern for threshold in self.thresholds for pattern in find_finder_patterns(threshold(plane))]
        return plane, scale, unique_patterns(found)


def _wide_threshold(plane: Pixels) -> Pixels:
    return binarise.local_threshold(plane, min(plane.shape) // 6)


def _smooth_grey(pixels: Pixels, radius: float) -> Pixels:
    return binarise.smooth(binarise.grey(pixels), radius)


def _even_light(pixels: Pixels) -> Pixels:
    return binarise.local_contrast(binarise.stretch(binarise.grey(pixels)))


# Ordered by how many symbols each adds to those before it, on pictures that zxing-cpp alone misses. Noise is
# smoothed away first: each of its
# grains would be a contour, and following them takes most of the time.
FINDER_VIEWS = (
    FinderView(partial(_smooth_grey, radius=0.8), (_wide_threshold, binarise.global_threshold)),
    FinderView(_even_light, (_wide_threshold, binarise.global_threshold)),
    # Scratches and dots go.
    FinderView(
        partial(_smooth_grey, radius=1.2),
        (partial(binarise.local_threshold, window=91), binarise.global_threshold),
    ),
    FinderView(binarise.darkest_channel, (_wide_threshold,)),
    FinderView(_even_light, (partial(binarise.local_threshold, window=41, offset=8), binarise.global_threshold), 2.0),
    FinderView(lambda pixels: np.asarray(255 - binarise.grey(pixels), np.uint8), (_wide_threshold,)),
)

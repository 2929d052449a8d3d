"""Renditions of a picture that bring out marks: grey, evened light, sharpened, black and white.

Every function takes and gives H x W uint8, dark marks on a light ground, unless it says otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from localverify.types import Pixels

_LEAST_ENLARGEMENT = 1.2  # below it, enlarging only costs time


def grey(pixels: Pixels) -> Pixels:
    """Luma of H x W x 3 RGB pixels (ITU-R BT.601)."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def darkest_channel(pixels: Pixels) -> Pixels:
    """The least of red, green and blue of H x W x 3 pixels: ink of any colour is dark, white stays white."""
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.min(cv2.min(red, green), blue), dtype=np.uint8)


def rescale(plane: Pixels, factor: float) -> Pixels:
    """The plane enlarged (cubic) or reduced (by area); at least one pixel wide and high."""
    size = (max(round(plane.shape[1] * factor), 1), max(round(plane.shape[0] * factor), 1))
    method = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(plane, size, interpolation=method), dtype=np.uint8)


def at_most(plane: Pixels, pixels: int) -> tuple[Pixels, float]:
    """The plane reduced to at most that many pixels, and the factor back to its own size."""
    factor = (pixels / plane.size) ** 0.5
    return (plane, 1.0) if factor >= 1 else (rescale(plane, factor), 1 / factor)


def enlarged(plane: Pixels, scale: float, factor: float, pixels: int) -> tuple[Pixels, float]:
    """The plane enlarged as far as `factor` and `pixels` allow; as it is where that is not worth it."""
    factor = min(factor, (pixels / plane.size) ** 0.5)
    if factor < _LEAST_ENLARGEMENT:
        return plane, scale
    return rescale(plane, factor), scale / factor


def local_contrast(plane: Pixels, limit: float = 3.0, tiles: int = 8) -> Pixels:
    """Contrast-limited adaptive histogram equalisation (Zuiderveld 1994) over `tiles` x `tiles` tiles."""
    return np.asarray(cv2.createCLAHE(limit, (tiles, tiles)).apply(plane), dtype=np.uint8)


def sharpen(plane: Pixels, radius: float, amount: float) -> Pixels:
    """Unsharp mask: adds `amount` times what a Gaussian of `radius` pixels takes away."""
    smooth = cv2.GaussianBlur(plane, (0, 0), radius)
    return np.asarray(cv2.addWeighted(plane, 1 + amount, smooth, -amount, 0), dtype=np.uint8)


def smooth(plane: Pixels, radius: float) -> Pixels:
    """Gaussian blur of `radius` pixels: joins the dots of a dotted print, fills scratches."""
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), radius), dtype=np.uint8)


def stretch(plane: Pixels, dark: float = 1.0, light: float = 95.0) -> Pixels:
    """Spreads the values between two percentiles over 0..255; what is lighter, glare say, becomes white."""
    low, high = np.percentile(plane, [dark, light])
    scaled = (plane.astype(np.float32) - low) * (255.0 / max(float(high - low), 1.0))
    return np.asarray(np.clip(scaled, 0, 255), dtype=np.uint8)


def local_threshold(plane: Pixels, window: int, offset: float = 5.0) -> Pixels:
    """Black and white: white where a pixel is lighter than its window's mean less `offset`.

    Args:
        plane: H x W uint8.
        window: width of the window in pixels; made odd, at least 3.
        offset: grey levels; positive turns an even ground white.
    """
    odd = max(window, 3) | 1
    thresholded = cv2.adaptiveThreshold(plane, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, odd, offset)
    return np.asarray(thresholded, dtype=np.uint8)


def global_threshold(plane: Pixels) -> Pixels:
    """Black and white by Otsu's threshold (1979)."""
    return np.asarray(cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1], dtype=np.uint8)

"""Pictures of codes that tests make with zxing-cpp's own writer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp

from localverify.imaging.decode import from_array

if TYPE_CHECKING:
    from localverify.types import Image, Pixels


def code_plane(text: str | bytes, symbology: str = "QRCode", scale: int = 6, **options: object) -> Pixels:
    """A code with its quiet zone, H x W grey."""
    code = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(symbology), **options)
    return np.array(zxingcpp.write_barcode_to_image(code, scale=scale), dtype=np.uint8)


def code_image(text: str | bytes, symbology: str = "QRCode", scale: int = 6, **options: object) -> Image:
    """The same as an `Image`."""
    return from_array(code_plane(text, symbology, scale, **options))


def on_desk(plane: Pixels, left: int, top: int, side: int = 700, ground: int = 150) -> Pixels:
    """A code put down on a grey ground."""
    picture = np.full((side, side), ground, np.uint8)
    picture[top : top + plane.shape[0], left : left + plane.shape[1]] = plane
    return picture


def round_a_can(plane: Pixels, radius: float) -> Pixels:
    """A picture wrapped round an upright can that is seen from a little above."""
    height, width = plane.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    sine = np.clip((columns - width / 2) / radius, -0.98, 0.98)
    dip = 0.25 * radius * (np.sqrt(1 - sine**2) - 1)
    across = (width / 2 + radius * np.arcsin(sine)).astype(np.float32)
    return np.asarray(cv2.remap(plane, across, (rows + dip).astype(np.float32), cv2.INTER_LINEAR), np.uint8)


def without_quiet_zone(text: str) -> Pixels:
    """A QR code whose dark modules run into a black ground."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    bare = np.array(zxingcpp.write_barcode_to_image(code, scale=6, add_quiet_zones=False), dtype=np.uint8)
    return np.pad(bare, 60, constant_values=0)

"""Encoded bytes to an `Image`: upright, RGB, decoded once."""

from __future__ import annotations

import hashlib
import io
import struct
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from PIL import Image as PillowImage
from PIL import ImageOps

from localverify.errors import InputError
from localverify.imaging.probe import PILLOW_ERRORS, Header, Limits, probe
from localverify.types import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localverify.types import Pixels

_EXIF_ORIENTATION = 0x0112
_SIXTEEN_BIT_MODES = {"I;16", "I;16B", "I;16L", "I"}


def decode(data: bytes, limits: Limits | None = None) -> Image:
    """Decodes a JPEG, PNG, WEBP, BMP, GIF (its first frame) or TIFF (its first page).

    EXIF orientation is applied, alpha is laid over white, 16-bit samples keep their upper byte, CMYK and
    palettes become RGB.

    Args:
        data: the encoded file.
        limits: the largest picture that is accepted; None takes the defaults.

    Returns:
        The picture; `sha256` is that of `data`.

    Raises:
        InputError: with the reasons of `probe`, and ``truncated`` or ``corrupt`` for broken pixel data.
    """
    header = probe(data, limits)
    pixels = _decode_jpeg(data, header) if header.format == "JPEG" else None
    if pixels is None:
        pixels = _decode_with_pillow(data)
    pixels.setflags(write=False)
    return Image(pixels, hashlib.sha256(data).hexdigest(), header.format)


def from_array(pixels: NDArray[Any]) -> Image:
    """Wraps an array that is already decoded.

    Args:
        pixels: H x W (grey), H x W x 3 (RGB) or H x W x 4 (RGBA, alpha is dropped), uint8. It is copied.

    Raises:
        InputError: another shape or dtype.
    """
    array = np.asarray(pixels)
    if array.dtype != np.uint8 or array.ndim not in {2, 3} or 0 in array.shape:
        raise InputError(f"pixels must be uint8, H x W or H x W x 3, not {array.dtype} {array.shape}")
    if array.ndim == 2:  # noqa: PLR2004
        array = np.repeat(array[..., None], 3, axis=2)
    if array.shape[2] not in {3, 4}:
        raise InputError(f"pixels must have 1, 3 or 4 channels, not {array.shape[2]}")
    own = np.array(array[..., :3], dtype=np.uint8, order="C", copy=True)
    own.setflags(write=False)
    return Image(own, hashlib.sha256(own.tobytes() + struct.pack("<2q", *own.shape[:2])).hexdigest())


def encode_jpeg(pixels: Pixels, quality: int = 92) -> bytes:
    """RGB uint8 pixels as JPEG bytes.

    Args:
        pixels: H x W x 3, RGB, uint8.
        quality: 1..100.
    """
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return encoded.tobytes()


def encode_png(pixels: Pixels) -> bytes:
    """RGB uint8 pixels as PNG bytes."""
    _, encoded = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    return encoded.tobytes()


def _decode_jpeg(data: bytes, header: Header) -> Pixels | None:
    """Grey and YCbCr through OpenCV, twice as fast as Pillow; None leaves CMYK to Pillow."""
    if header.channels not in {1, 3}:
        return None
    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if decoded is None:
        raise InputError("the JPEG's pixel data cannot be decoded", reason="corrupt")
    return _turn_upright(np.asarray(decoded, dtype=np.uint8), _orientation(data))


def _orientation(data: bytes) -> int:
    """The EXIF orientation, 1..8; 1 when there is none or the tag is nonsense."""
    try:
        with PillowImage.open(io.BytesIO(data), formats=["JPEG"]) as picture:
            value = picture.getexif().get(_EXIF_ORIENTATION, 1)
    except PILLOW_ERRORS:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1  # noqa: PLR2004


def _turn_upright(pixels: Pixels, orientation: int) -> Pixels:
    """Undoes one of the eight EXIF orientations."""
    if orientation in {5, 6, 7, 8}:
        pixels = np.swapaxes(pixels, 0, 1)
    if orientation in {2, 3, 6, 7}:
        pixels = pixels[:, ::-1]
    if orientation in {3, 4, 7, 8}:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _decode_with_pillow(data: bytes) -> Pixels:
    try:
        with PillowImage.open(io.BytesIO(data)) as opened:
            opened.seek(0)
            picture = ImageOps.exif_transpose(opened)
            return np.array(_to_rgb(picture), dtype=np.uint8)
    except EOFError as error:
        raise InputError("the picture ends before its pixels do", reason="truncated") from error
    except PILLOW_ERRORS as error:
        reason = "truncated" if "truncated" in str(error) else "corrupt"
        raise InputError(f"the picture cannot be decoded: {error}", reason=reason) from error


def _to_rgb(picture: PillowImage.Image) -> PillowImage.Image:
    if picture.mode in _SIXTEEN_BIT_MODES:
        samples = np.asarray(picture).astype(np.int64)
        return PillowImage.fromarray((samples.clip(0, 65535) >> 8).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        rgba = picture.convert("RGBA")
        white = PillowImage.new("RGBA", rgba.size, (255, 255, 255, 255))
        return PillowImage.alpha_composite(white, rgba).convert("RGB")
    return picture.convert("RGB")

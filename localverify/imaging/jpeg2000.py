"""JPEG 2000, boxed (JP2) or as a bare codestream: the pictures inside chips and in Aadhaar's codes.

Kept apart from `decode`: uploads in this format are not accepted by any vendor, and its decoder needs many
times the memory of the pixels.
"""

from __future__ import annotations

import hashlib
import io
import struct

import numpy as np
from PIL import Image as PillowImage

from localverify.errors import InputError
from localverify.imaging.probe import Limits
from localverify.types import Image

_CODESTREAM = b"\xff\x4f\xff\x51"
# OpenJPEG holds 32 bits a sample: 2 megapixels in colour are 24 MB while decoding. Portraits on chips have
# 0.1 to 0.6 megapixels.
LIMITS = Limits(max_bytes=2 * 1024 * 1024, max_pixels=2_000_000)
_COMPONENTS = {1, 3, 4}
_MAX_DEPTH = 16
# Portraits have one tile and a handful of layers; the decoder's time and memory grow with both.
_MAX_TILES = 64
_MAX_LAYERS = 64
_CODING_STYLE, _TILE_START = 0xFF52, 0xFF90


def jpeg2000_size(data: bytes, limits: Limits = LIMITS) -> tuple[int, int]:
    """Width and height in pixels by the codestream's own header, before anything is decoded.

    Args:
        data: the encoded picture.
        limits: the largest picture that is accepted.

    Raises:
        InputError: with reason ``too_large``, ``too_many_pixels``, ``truncated`` or ``corrupt``.
    """
    if len(data) > limits.max_bytes:
        raise InputError(f"the picture has {len(data)} bytes, the limit is {limits.max_bytes}", reason="too_large")
    start = data.find(_CODESTREAM)
    if start < 0:
        raise InputError("the JPEG 2000 file holds no codestream", reason="corrupt")
    try:
        width, height, extent = _grid(data, start)
        layers = _layers(data, start + 2)
    except struct.error as error:
        raise InputError("the JPEG 2000 codestream ends inside its header", reason="truncated") from error
    if extent > limits.max_pixels:
        raise InputError(
            f"the picture is {width} x {height} pixels, the limit is {limits.max_pixels} in all",
            reason="too_many_pixels",
        )
    if layers > _MAX_LAYERS:
        raise InputError(f"the JPEG 2000 picture has {layers} quality layers", reason="corrupt")
    return width, height


def _grid(data: bytes, start: int) -> tuple[int, int, int]:
    """Width, height, and pixels of the whole reference grid, for which the decoder allocates.

    ISO/IEC 15444-1, A.5.1: marker, length, capabilities; extent, offset, tile extent and offset; components.
    """
    right, bottom, left, top, tile_width, tile_height, tile_left, tile_top, components = struct.unpack_from(
        ">8IH", data, start + 8
    )
    width, height = right - left, bottom - top
    if width < 1 or height < 1 or not tile_width or not tile_height or components not in _COMPONENTS:
        raise InputError("the JPEG 2000 header makes no sense", reason="corrupt")
    if any((depth & 0x7F) + 1 > _MAX_DEPTH for depth in data[start + 42 : start + 42 + 3 * components : 3]):
        raise InputError("the JPEG 2000 picture has more than 16 bits a sample", reason="corrupt")
    tiles = -(-max(right - tile_left, 0) // tile_width) * -(-max(bottom - tile_top, 0) // tile_height)
    if tiles > _MAX_TILES:
        raise InputError(f"the JPEG 2000 picture has {tiles} tiles", reason="corrupt")
    return width, height, right * bottom


def _layers(data: bytes, position: int) -> int:
    """Quality layers of the main header's coding style (A.6.1); 0 where the header has none before its tiles."""
    while True:
        marker, length = struct.unpack_from(">2H", data, position)
        if marker == _CODING_STYLE:
            (layers,) = struct.unpack_from(">H", data, position + 6)
            return int(layers)
        if marker == _TILE_START or length < 2:  # noqa: PLR2004 - a length counts itself
            return 0
        position += 2 + length


def decode_jpeg2000(data: bytes, limits: Limits = LIMITS) -> Image:
    """Decodes one picture to RGB; `sha256` of the result is that of `data`.

    Raises:
        InputError: as `jpeg2000_size`; also ``corrupt`` where the pixels cannot be decoded.
    """
    jpeg2000_size(data, limits)
    try:
        with PillowImage.open(io.BytesIO(data), formats=["JPEG2000"]) as picture:
            pixels = np.array(picture.convert("RGB"), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, PillowImage.DecompressionBombError) as error:
        raise InputError("the JPEG 2000 pixels cannot be decoded", reason="corrupt") from error
    pixels.setflags(write=False)
    return Image(pixels, hashlib.sha256(data).hexdigest(), "JPEG2000")

"""What encoded bytes are, from their structure alone: no pixel is decoded and nothing large is allocated.

Uploads are probed at once and decoded at first use, so a client hears of a truncated or an oversized
picture when it sends it.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image as PillowImage
from PIL import UnidentifiedImageError

from localverify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

# 15 MiB is the smallest upload limit among the vendors; 64 megapixels is above every phone's default mode.
DEFAULT_MAX_BYTES = 15 * 1024 * 1024
DEFAULT_MAX_PIXELS = 64_000_000

MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "BMP": "image/bmp",
    "GIF": "image/gif",
    "TIFF": "image/tiff",
}

_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
)
_NOT_PICTURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"<", "markup"),
    (b"{", "JSON"),
)

# What Pillow raises on broken files; it warns of some (UserWarning), which an interpreter may turn into errors.
PILLOW_ERRORS = (OSError, ValueError, SyntaxError, EOFError, TypeError, OverflowError, UserWarning, struct.error)


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a picture may be.

    Attributes:
        max_bytes: of the encoded file.
        max_pixels: width times height.
    """

    max_bytes: int = DEFAULT_MAX_BYTES
    max_pixels: int = DEFAULT_MAX_PIXELS


@dataclass(frozen=True, slots=True)
class Header:
    """What the structure says of a picture.

    Attributes:
        format: JPEG, PNG, WEBP, BMP, GIF or TIFF.
        width: pixels, before EXIF orientation.
        height: pixels, before EXIF orientation.
        channels: components of a JPEG, 0 for the other formats.
    """

    format: str
    width: int
    height: int
    channels: int = 0

    @property
    def media_type(self) -> str:
        """The MIME type."""
        return MEDIA_TYPES[self.format]


def probe(data: bytes, limits: Limits | None = None) -> Header:
    """Tells format and size of encoded bytes, and that their structure is complete.

    Args:
        data: the encoded file.
        limits: the largest picture that is accepted; None takes the defaults.

    Raises:
        InputError: with reason ``empty``, ``too_large``, ``too_many_pixels``, ``unknown_format``,
            ``truncated`` or ``corrupt``.
    """
    limits = limits or Limits()
    if not data:
        raise InputError("the picture is empty (0 bytes)", reason="empty")
    if len(data) > limits.max_bytes:
        raise InputError(f"the picture has {len(data)} bytes, the limit is {limits.max_bytes}", reason="too_large")
    name = _sniff(data)
    header = _PARSERS.get(name, _probe_with_pillow)(data)
    if header.width < 1 or header.height < 1:
        raise InputError(f"the {name} header gives a size of nothing", reason="corrupt")
    if header.width * header.height > limits.max_pixels:
        raise InputError(
            f"the picture is {header.width} x {header.height} pixels, the limit is {limits.max_pixels} in all",
            reason="too_many_pixels",
        )
    return header


def _sniff(data: bytes) -> str:
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    looks_like = next((kind for start, kind in _NOT_PICTURES if data.lstrip().startswith(start)), None)
    if looks_like is None and data[4:8] == b"ftyp":
        looks_like = "HEIC, AVIF or video"
    if looks_like is None and data[:512].isascii():
        looks_like = "plain text"
    suffix = f": it looks like {looks_like}" if looks_like else ""
    raise InputError(f"the bytes are not a picture{suffix}", reason="unknown_format")


# Markers that stand alone, without a length: TEM, RST0-7, SOI, EOI.
_STANDALONE = {0x01, *range(0xD0, 0xDA)}
# Start-of-frame markers hold the size; C4, C8 and CC in that range are tables.
_START_OF_FRAME = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN = 0xDA
_END_OF_IMAGE = b"\xff\xd9"


def _probe_jpeg(data: bytes) -> Header:
    """Walks the segments to the first scan, then asks that the end marker follows it."""
    position, frame = 2, None
    while True:
        position = data.find(b"\xff", position)
        while 0 <= position < len(data) - 1 and data[position + 1] == 0xFF:  # noqa: PLR2004 - fill bytes
            position += 1
        if position < 0 or position + 4 > len(data):
            raise InputError("the JPEG ends inside its header", reason="truncated")
        marker = data[position + 1]
        if marker in _STANDALONE:
            position += 2
            continue
        (length,) = struct.unpack_from(">H", data, position + 2)
        if marker in _START_OF_FRAME:
            frame = _jpeg_frame(data, position)
        position += 2 + length
        if marker == _START_OF_SCAN:
            break
    if frame is None:
        raise InputError("the JPEG has a scan without a frame header", reason="corrupt")
    if data.find(_END_OF_IMAGE, position) < 0:
        raise InputError("the JPEG ends before its last scan does", reason="truncated")
    return frame


def _jpeg_frame(data: bytes, position: int) -> Header:
    if position + 10 > len(data):
        raise InputError("the JPEG ends inside its frame header", reason="truncated")
    height, width, channels = struct.unpack_from(">HHB", data, position + 5)
    return Header("JPEG", width, height, channels)


def _probe_png(data: bytes) -> Header:
    """Walks the chunks from IHDR to IEND."""
    if data[12:16] != b"IHDR" or len(data) < 33:  # noqa: PLR2004 - signature and one IHDR chunk
        raise InputError("the PNG ends inside its header", reason="truncated")
    width, height = struct.unpack_from(">II", data, 16)
    position = 8
    while position + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        kind = data[position + 4 : position + 8]
        position += 12 + length
        if kind == b"IEND" and position <= len(data):
            return Header("PNG", width, height)
    raise InputError("the PNG ends before its last chunk does", reason="truncated")


def _probe_with_pillow(data: bytes) -> Header:
    try:
        with PillowImage.open(io.BytesIO(data), formats=["WEBP", "BMP", "GIF", "TIFF"]) as picture:
            return Header(picture.format or "", *picture.size)
    except (PillowImage.DecompressionBombError, PillowImage.DecompressionBombWarning) as error:
        raise InputError(f"the picture has too many pixels: {error}", reason="too_many_pixels") from error
    except UnidentifiedImageError as error:
        raise InputError("the picture's header cannot be read", reason="corrupt") from error
    except PILLOW_ERRORS as error:
        raise InputError(f"the picture's header is broken: {error}", reason="truncated") from error


_PARSERS: dict[str, Callable[[bytes], Header]] = {"JPEG": _probe_jpeg, "PNG": _probe_png}

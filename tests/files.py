"""Encoded pictures that tests make: of one colour, huge, long, two in one."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image as PillowImage


def encoded(pixels: np.ndarray, kind: str = "JPEG") -> bytes:
    """H x W x 3 uint8 RGB pixels as a file."""
    stream = io.BytesIO()
    PillowImage.fromarray(pixels).save(stream, kind, quality=90)
    return stream.getvalue()


def one_colour(kind: str = "JPEG", value: int = 128) -> bytes:
    """A grey wall."""
    return encoded(np.full((300, 400, 3), value, np.uint8), kind)


def side_by_side(left: bytes, right: bytes) -> bytes:
    """Two pictures in one, both 600 pixels high."""
    parts = []
    for data in (left, right):
        picture = PillowImage.open(io.BytesIO(data)).convert("RGB")
        parts.append(np.asarray(picture.resize((round(picture.width * 600 / picture.height), 600))))
    return encoded(np.concatenate(parts, axis=1))


def huge_png(side: int = 30_000) -> bytes:
    """A well-formed PNG header that claims side x side pixels, and no pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def long_jpeg(picture: bytes, size: int) -> bytes:
    """The same JPEG made `size` bytes long with comments that decoders skip."""
    comments = []
    missing = size - len(picture)
    while missing > 4:
        length = min(missing - 2, 65_000)
        comments.append(b"\xff\xfe" + struct.pack(">H", length) + b" " * (length - 2))
        missing -= length + 2
    return picture[:2] + b"".join(comments) + picture[2:]

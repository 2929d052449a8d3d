from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PillowImage

from localverify.errors import InputError
from localverify.imaging.probe import Limits, probe

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")


def encoded(name: str, width: int = 40, height: int = 30, **options: object) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)
    stream = io.BytesIO()
    PillowImage.fromarray(pixels).save(stream, name, **options)
    return stream.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """A small, valid PNG whose header promises a huge picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def reason_of(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(InputError) as caught:
        probe(data, limits)
    return caught.value.reason


@pytest.mark.parametrize("name", FORMATS)
def test_it_tells_format_and_size(name: str):
    header = probe(encoded(name))

    assert (header.format, header.width, header.height) == (name, 40, 30)
    assert header.media_type == f"image/{name.lower()}"


def test_a_progressive_jpeg_is_complete():
    assert probe(encoded("JPEG", progressive=True)).format == "JPEG"


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("name", ["JPEG", "PNG"])
def test_a_truncated_file_is_called_so(name: str, keep: float):
    data = encoded(name, 200, 200)

    assert reason_of(data[: int(len(data) * keep)]) == "truncated"


def test_the_end_marker_of_a_thumbnail_does_not_hide_a_truncated_jpeg():
    thumbnail = encoded("JPEG", 16, 16)
    exif = b"Exif\0\0" + thumbnail
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    data = encoded("JPEG", 200, 200)
    with_thumbnail = data[:2] + segment + data[2:]

    assert probe(with_thumbnail).width == 200
    assert reason_of(with_thumbnail[:-500]) == "truncated"


def test_an_empty_file_is_called_so():
    assert reason_of(b"") == "empty"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"just some words", "plain text"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"<html></html>", "markup"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
    ],
)
def test_what_is_no_picture_is_told_apart(data: bytes, word: str):
    with pytest.raises(InputError, match=word) as caught:
        probe(data)
    assert caught.value.reason == "unknown_format"


def test_the_size_limits_hold_before_pixels_are_read():
    assert reason_of(png_of_size(30_000, 30_000)) == "too_many_pixels"
    assert reason_of(png_of_size(0, 10)) == "corrupt"
    assert reason_of(encoded("BMP"), Limits(max_bytes=1024)) == "too_large"


def test_a_bomb_in_another_format_is_refused():
    picture = encoded("GIF")
    bomb = picture[:6] + struct.pack("<HH", 60_000, 60_000) + picture[10:]

    assert reason_of(bomb) == "too_many_pixels"


@given(st.sampled_from(FORMATS), st.integers(0, 2**32 - 1), st.integers(1, 8))
def test_broken_bytes_give_an_input_error_or_a_header(name: str, seed: int, hits: int):
    generator = np.random.default_rng(seed)
    data = bytearray(encoded(name))
    for position in generator.integers(0, len(data), hits):
        data[position] = generator.integers(0, 256)

    try:
        header = probe(bytes(data))
    except InputError as error:
        assert error.reason in {"too_many_pixels", "unknown_format", "truncated", "corrupt"}
    else:
        assert header.width >= 1

from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PillowImage

from localverify.errors import InputError
from localverify.imaging.decode import decode, encode_jpeg, encode_png, from_array
from tests.imaging.test_probe import FORMATS, encoded

ORIENTATION = 0x0112


def saved(picture: PillowImage.Image, name: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, name, **options)
    return stream.getvalue()


def corner_picture() -> PillowImage.Image:
    """Red on top left, green on top right, blue at the bottom: every orientation looks different."""
    pixels = np.zeros((48, 64, 3), np.uint8)
    pixels[:16, :32], pixels[:16, 32:], pixels[16:] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    return PillowImage.fromarray(pixels)


@pytest.mark.parametrize("name", FORMATS)
def test_it_reads_every_format_as_upright_rgb(name: str):
    data = saved(corner_picture(), name)

    image = decode(data)

    assert image.pixels.shape == (48, 64, 3)
    assert image.pixels.dtype == np.uint8
    assert image.format == name
    assert image.sha256 == hashlib.sha256(data).hexdigest()
    np.testing.assert_allclose(image.pixels[10, 10], (255, 0, 0), atol=6)
    np.testing.assert_allclose(image.pixels[36, 40], (0, 0, 255), atol=6)


def test_pixels_cannot_be_written():
    image = decode(saved(corner_picture(), "PNG"))

    with pytest.raises(ValueError, match="read-only"):
        image.pixels[0, 0] = 0


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_exif_orientation_is_applied_once(orientation: int, name: str):
    upright = corner_picture()
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Pillow's transpositions that undo each orientation's own
    stored = upright if orientation == 1 else upright.transpose(PillowImage.Transpose(back[orientation]))
    exif = PillowImage.Exif()
    exif[ORIENTATION] = orientation

    image = decode(saved(stored, name, exif=exif))

    assert (image.width, image.height) == (64, 48)
    np.testing.assert_allclose(image.pixels[10, 10], (255, 0, 0), atol=8)
    np.testing.assert_allclose(image.pixels[10, 50], (0, 255, 0), atol=8)


def test_grey_palette_cmyk_and_sixteen_bits_become_rgb():
    grey = PillowImage.new("L", (20, 20), 100)
    deep = PillowImage.fromarray(np.full((20, 20), 100 * 256 + 7, np.uint16))
    palette = PillowImage.new("RGB", (20, 20), (200, 10, 10)).quantize(8)
    cmyk = PillowImage.new("RGB", (20, 20), (200, 10, 10)).convert("CMYK")

    assert decode(saved(grey, "PNG")).pixels[5, 5].tolist() == [100] * 3
    assert decode(saved(grey, "JPEG")).pixels[5, 5].tolist() == [100] * 3
    assert decode(saved(deep, "PNG")).pixels[5, 5].tolist() == [100] * 3
    assert decode(saved(deep, "TIFF")).pixels[5, 5].tolist() == [100] * 3
    np.testing.assert_allclose(decode(saved(palette, "PNG")).pixels[5, 5], (200, 10, 10), atol=2)
    np.testing.assert_allclose(decode(saved(cmyk, "JPEG", quality=100)).pixels[5, 5], (200, 10, 10), atol=6)


def test_transparent_pixels_are_laid_over_white():
    half = PillowImage.new("RGBA", (20, 20), (0, 0, 0, 128))
    clear = PillowImage.new("RGBA", (20, 20), (255, 0, 0, 0))

    np.testing.assert_allclose(decode(saved(half, "PNG")).pixels[5, 5], (127, 127, 127), atol=1)
    assert decode(saved(clear, "WEBP", lossless=True)).pixels[5, 5].tolist() == [255] * 3


def test_only_the_first_frame_of_an_animation_counts():
    frames = [PillowImage.new("RGB", (20, 20), colour) for colour in ((255, 0, 0), (0, 255, 0))]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])

    assert decode(data).pixels[5, 5].tolist() == [255, 0, 0]


def test_broken_pixel_data_is_corrupt_or_truncated():
    data = saved(corner_picture(), "PNG")
    broken = data[:60] + b"\0" * 20 + data[80:]

    with pytest.raises(InputError) as caught:
        decode(broken)
    assert caught.value.reason in {"corrupt", "truncated"}


@given(st.sampled_from(FORMATS), st.integers(0, 2**32 - 1))
def test_broken_bytes_give_an_input_error_or_a_picture(name: str, seed: int):
    generator = np.random.default_rng(seed)
    data = bytearray(encoded(name))
    for position in generator.integers(0, len(data), 4):
        data[position] = generator.integers(0, 256)

    try:
        image = decode(bytes(data))
    except InputError:
        return
    assert image.pixels.ndim == 3


def test_arrays_are_copied_and_checked():
    own = np.zeros((4, 5), np.uint8)
    image = from_array(own)
    own[:] = 9

    assert image.pixels.shape == (4, 5, 3)
    assert not image.pixels.any()
    for wrong in (np.zeros((4, 5), np.float32), np.zeros((4, 5, 2), np.uint8), np.zeros((0, 5), np.uint8)):
        with pytest.raises(InputError):
            from_array(wrong)


def test_encoding_keeps_the_colours():
    pixels = np.asarray(corner_picture())

    np.testing.assert_array_equal(decode(encode_png(pixels)).pixels, pixels)
    np.testing.assert_allclose(decode(encode_jpeg(pixels)).pixels[8, 8], (255, 0, 0), atol=4)

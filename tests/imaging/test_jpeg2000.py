"""JPEG 2000 pictures of chips."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localverify.errors import InputError
from localverify.imaging.jpeg2000 import LIMITS, decode_jpeg2000, jpeg2000_size
from localverify.imaging.probe import Limits
from tests.chips_factory import portrait


@pytest.mark.parametrize("kind", ["JP2", "J2K"])
def test_both_kinds_are_decoded_to_rgb(kind):
    image = decode_jpeg2000(portrait(kind))
    assert image.pixels.shape == (80, 60, 3)
    assert jpeg2000_size(portrait(kind)) == (60, 80)
    # The gradient is red to the right and green downwards.
    assert np.all(image.pixels[5, -5] > image.pixels[5, 5] - [1, 255, 255])
    assert image.pixels[40, 55, 0] > image.pixels[40, 5, 0] + 100
    assert not image.pixels.flags.writeable


def test_size_is_guarded_before_anything_is_decoded():
    with pytest.raises(InputError) as caught:
        decode_jpeg2000(portrait("JP2"), Limits(max_bytes=LIMITS.max_bytes, max_pixels=100))
    assert caught.value.reason == "too_many_pixels"
    with pytest.raises(InputError) as caught:
        decode_jpeg2000(portrait("JP2"), Limits(max_bytes=10))
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize("keep", [0.1, 0.3, 0.9])
def test_a_cut_picture_is_refused(keep):
    data = portrait("J2K")
    with pytest.raises(InputError):
        decode_jpeg2000(data[: int(len(data) * keep)])


def test_what_holds_no_codestream_is_refused():
    with pytest.raises(InputError, match="no codestream"):
        decode_jpeg2000(b"\x00\x00\x00\x0cjP  ")


@pytest.mark.parametrize(
    ("places", "value", "complaint"),
    [([57], 255, "quality layers"), ([24, 25, 26, 27, 28, 29, 30, 31], 0, "makes no sense"), ([27, 31], 1, "tiles")],
)
def test_headers_that_would_cost_time_are_refused(places, value, complaint):
    data = bytearray(portrait("J2K"))
    for place in places:
        data[place] = value
    with pytest.raises(InputError, match=complaint):
        decode_jpeg2000(bytes(data))


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_header_that_lies_is_decoded_within_the_limits_or_refused(place, value):
    data = bytearray(portrait("J2K"))
    data[place % len(data)] = value
    try:
        image = decode_jpeg2000(bytes(data))
    except InputError:
        return
    assert image.width * image.height <= LIMITS.max_pixels

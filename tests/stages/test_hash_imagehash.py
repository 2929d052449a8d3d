from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localverify.imaging.decode import decode, encode_jpeg, from_array
from localverify.types import PictureHash

if TYPE_CHECKING:
    from localverify.engine.registry import Toolbox
    from localverify.types import FaceInImage

KINDS = [("imagehash", "phash"), ("imagehash_difference", "dhash")]
hashes = st.binary(min_size=8, max_size=8).map(lambda bits: PictureHash(bits, "phash", 8))


@pytest.mark.parametrize(("back_end", "kind"), KINDS)
def test_smaller_and_recompressed_copies_are_near_and_others_far(
    toolbox: Toolbox, obama: FaceInImage, portraits, back_end: str, kind: str
):
    pixels = obama.image.pixels
    small = cv2.resize(pixels, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    other = decode((portraits / "astronaut.jpg").read_bytes())

    first, again, copy, far = toolbox.stage("hashes", back_end).run(
        [obama.image, obama.image, decode(encode_jpeg(small, 40)), other]
    )

    assert (first.kind, first.size, len(first.bits)) == (kind, 8, 8)
    assert first == again
    assert first.distance(copy) <= 6
    assert first.distance(far) >= 18


def test_every_picture_has_a_hash_and_a_batch_may_be_empty(toolbox: Toolbox):
    stage = toolbox.stage("hashes")

    found = stage.run([from_array(np.full(shape, 90, np.uint8)) for shape in [(1, 1), (1, 500), (300, 2)]])

    assert [len(value.bits) for value in found] == [8, 8, 8]
    assert stage.run([]) == []


@given(hashes, hashes, hashes)
def test_distance_is_a_metric(a: PictureHash, b: PictureHash, c: PictureHash):
    assert a.distance(a) == 0
    assert a.distance(b) == b.distance(a)
    assert 0 <= a.distance(b) <= 64
    assert a.distance(c) <= a.distance(b) + b.distance(c)


def test_hashes_of_other_kinds_or_sizes_are_not_compared():
    mine = PictureHash(bytes(8), "phash", 8)

    with pytest.raises(ValueError, match="cannot be compared"):
        mine.distance(PictureHash(bytes(8), "dhash", 8))
    with pytest.raises(ValueError, match="cannot be compared"):
        mine.distance(PictureHash(bytes(32), "phash", 16))

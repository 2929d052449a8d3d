from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from localverify.imaging.face_crops import eye_centres
from localverify.types import Check, Decision, Outcome
from localverify.verify.portraits import GOOD, VERDICTS, portrait_verdict
from tests.pictures import blurred, darkened, side_by_side, turned_head, with_lens

if TYPE_CHECKING:
    from pathlib import Path

    from localverify.types import FaceInImage, Pixels
    from localverify.verifier import Verifier


def verdict(verifier: Verifier, pixels: Pixels, **options: bool) -> str:
    return portrait_verdict(verifier.check_portrait(pixels, **options))[0]


@pytest.mark.parametrize("name", ["astronaut", "biden", "obama", "obama2"])
def test_good_portraits_are_good(verifier: Verifier, portraits: Path, name: str):
    decision = verifier.check_portrait(portraits / f"{name}.jpg")

    assert portrait_verdict(decision)[0] == GOOD
    assert decision.outcome is Outcome.PASS


def test_the_checks_come_in_the_order_in_which_a_person_is_told(verifier: Verifier, portraits: Path):
    decision = verifier.check_portrait(portraits / "obama.jpg", white_background=True)

    names = [check.name for check in decision.checks]
    expected = [
        "dark",
        "bright",
        "blur",
        "face_count",
        "face_size",
        "face_dark",
        "face_bright",
        "pose",
        "eyes",
        "background",
    ]
    assert names == expected


def test_too_dark_too_bright_and_blurred(verifier: Verifier, obama: FaceInImage):
    pixels = obama.image.pixels

    assert verdict(verifier, darkened(pixels, 0.08)) == "image_too_dark"
    assert verdict(verifier, np.clip(pixels.astype(int) + 190, 0, 255).astype(np.uint8)) == "image_too_bright"
    assert verdict(verifier, blurred(pixels, 12)) == "image_too_blur"


def test_only_the_face_too_dark_or_too_bright(verifier: Verifier, obama: FaceInImage):
    left, top, right, bottom = (round(value) for value in obama.face.box)
    dark, bright = obama.image.pixels.copy(), obama.image.pixels.copy()
    dark[top - 40 : bottom + 20, left - 30 : right + 30] //= 9
    face = bright[top:bottom, left:right].astype(int)
    bright[top:bottom, left:right] = np.clip(face * 0.25 + 195, 0, 255)

    assert verdict(verifier, dark) == "face_too_dark"
    assert verdict(verifier, bright) == "face_too_bright"


def test_no_face_and_two_faces(verifier: Verifier, portraits: Path, obama: FaceInImage):
    garden = np.random.default_rng(2).integers(60, 190, (400, 400, 3), dtype=np.uint8)
    two = side_by_side(obama.image.pixels, verifier.load(portraits / "obama2.jpg").pixels)

    assert verdict(verifier, garden) == "image_has_no_faces"
    assert verdict(verifier, np.full((400, 400, 3), 128, np.uint8)) == "image_has_no_faces"
    assert verdict(verifier, two) == "image_has_multiple_faces"


def test_a_face_too_small_or_too_big(verifier: Verifier, obama: FaceInImage):
    left, top, right, bottom = (round(value) for value in obama.face.box)
    pixels = obama.image.pixels
    far = np.full((3000, 3000, 3), (120, 130, 140), np.uint8)
    far[1500 : 1500 + pixels.shape[0], 1000 : 1000 + pixels.shape[1]] = pixels

    assert verdict(verifier, far) == "face_too_small"
    assert verdict(verifier, pixels[top - 10 : bottom + 20, left - 5 : right + 5]) == "face_too_big"


def test_a_head_turned_to_its_own_left_or_right(verifier: Verifier, obama: FaceInImage):
    assert verdict(verifier, turned_head(obama.image.pixels, obama.face.box, 45)) == "left"
    assert verdict(verifier, turned_head(obama.image.pixels, obama.face.box, -45)) == "right"


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_portrait_on_its_side_is_not_qualified(verifier: Verifier, obama: FaceInImage, turn: int):
    assert verdict(verifier, np.rot90(obama.image.pixels, turn)) == "not_qualified"


def test_sunglasses_and_closed_eyes_are_named_by_side(verifier: Verifier, obama: FaceInImage):
    left_eye, right_eye = eye_centres(obama.face.landmarks)
    radius = obama.face.box.width * 0.17
    one = with_lens(obama.image.pixels, left_eye, radius)
    both = with_lens(one, right_eye, radius)

    assert verdict(verifier, one) == "sunglasses,open_eye"
    assert verdict(verifier, both) == "sunglasses,sunglasses"


def test_a_white_background_is_asked_for_only_on_request(verifier: Verifier, obama: FaceInImage):
    white = np.full((1000, 1000, 3), 250, np.uint8)
    left, top, right, bottom = (round(value) for value in obama.face.box)
    person = obama.image.pixels[max(top - 60, 0) : bottom + 120, left - 20 : right + 20]
    white[200 : 200 + person.shape[0], 300 : 300 + person.shape[1]] = person

    assert verdict(verifier, obama.image.pixels) == GOOD
    assert verdict(verifier, obama.image.pixels, white_background=True) == "not_white_background"
    assert verdict(verifier, white, white_background=True) == GOOD


def test_the_words_are_those_that_clients_know():
    eyes = Check("eyes", Outcome.FAIL, 0.9, reason="open_eye,closed_eye")

    assert portrait_verdict(Decision((eyes,))) == ("open_eye,closed_eye", 1.0)
    for (name, reason), word in VERDICTS.items():
        assert portrait_verdict(Decision((Check(name, Outcome.FAIL, reason=reason),)))[0] == word


def test_the_score_is_a_half_at_the_threshold_and_one_far_from_it():
    near = Check("blur", Outcome.FAIL, 10.0, 10.0, "blurred")
    far = Check("blur", Outcome.FAIL, 0.0, 10.0, "blurred")

    assert portrait_verdict(Decision((near,)))[1] == 0.5
    assert portrait_verdict(Decision((far,)))[1] == 1.0

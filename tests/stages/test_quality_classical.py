from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from localverify.imaging.decode import decode, from_array
from localverify.imaging.geometry import quad_to_box
from localverify.types import Box, Decision, Outcome, Region
from tests.code_pictures import code_plane
from tests.pictures import blurred, darkened

if TYPE_CHECKING:
    from pathlib import Path

    from localverify.engine.registry import Toolbox
    from localverify.types import FaceInImage, Pixels

NAMES = ["resolution", "blur", "dark", "bright", "glare"]


@pytest.fixture
def measure(toolbox: Toolbox):
    def one(pixels: Pixels, box: Box | None = None) -> Decision:
        (decision,) = toolbox.stage("quality").run([Region(from_array(pixels), box)])
        return decision

    return one


def problems(decision: Decision) -> set[str]:
    return {check.reason for check in decision.checks if check.outcome is not Outcome.PASS}


def at_512(pixels: Pixels) -> Pixels:
    factor = 512 / max(pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


@pytest.mark.parametrize("name", ["astronaut.jpg", "biden.jpg", "obama.jpg", "obama2.jpg"])
def test_good_portraits_pass_every_check_with_its_evidence(toolbox: Toolbox, portraits: Path, name: str):
    image = decode((portraits / name).read_bytes())

    (decision,) = toolbox.stage("quality").run([Region(image)])

    assert [check.name for check in decision.checks] == NAMES
    assert decision.outcome is Outcome.PASS
    assert all(check.score is not None and check.threshold for check in decision.checks)
    assert {check.model for check in decision.checks} == {"classical"}


def test_blur_is_told_and_grows(measure, obama: FaceInImage):
    pixels = at_512(obama.image.pixels)

    scores = [measure(blurred(pixels, radius)).check("blur").score for radius in (0.5, 1, 2, 4)]

    assert scores == sorted(scores, reverse=True)
    assert problems(measure(blurred(pixels, 3))) == {"blurred"}


def test_blur_hardly_depends_on_the_picture_s_size(measure, obama: FaceInImage):
    large = obama.image.pixels
    sizes = [cv2.resize(large, None, fx=f, fy=f, interpolation=cv2.INTER_AREA) for f in (1.0, 0.8, 0.6)]

    scores = [measure(np.asarray(pixels, np.uint8)).check("blur").score for pixels in sizes]

    assert max(scores) - min(scores) < 0.25 * max(scores)


def test_blur_hardly_depends_on_contrast(measure, obama: FaceInImage):
    pixels = at_512(obama.image.pixels)
    flat = (pixels.astype(np.float32) * 0.4 + 90).astype(np.uint8)

    assert measure(flat).check("blur").score == pytest.approx(measure(pixels).check("blur").score, rel=0.15)


def test_a_smooth_face_in_focus_is_not_blurred(measure):
    rows, columns = np.mgrid[:400, :400]
    face = 90 + 110 * ((rows - 200) ** 2 / 150**2 + (columns - 200) ** 2 / 110**2 < 1)
    shade = (face - 30 * np.abs(columns - 200) / 200).astype(np.float32)
    portrait = np.repeat(cv2.GaussianBlur(shade, (0, 0), 0.8)[..., None], 3, axis=2).astype(np.uint8)

    assert measure(portrait).check("blur").outcome is Outcome.PASS
    assert problems(measure(blurred(portrait, 4))) == {"blurred"}


def test_a_picture_of_one_colour_is_neither_sharp_nor_blurred(measure):
    check = measure(np.full((300, 300, 3), 120, np.uint8)).check("blur")

    assert (check.outcome, check.reason, check.score) == (Outcome.UNSURE, "featureless", None)


def test_too_little_and_too_much_light_are_told(measure, obama: FaceInImage):
    pixels = obama.image.pixels

    assert "too_dark" in problems(measure(darkened(pixels, 0.25)))
    assert "too_bright" in problems(measure(darkened(pixels, 4), obama.face.box))


def test_a_region_is_judged_by_itself(measure):
    page = np.repeat(code_plane("half of this is dark", scale=8)[..., None], 3, axis=2)
    both = np.hstack([page, darkened(page, 0.1)])
    side = page.shape[1]

    left = measure(both, Box(0, 0, side, page.shape[0]))
    right = measure(both, Box(side, 0, 2 * side, page.shape[0]))

    assert "too_dark" not in problems(left)
    assert "too_dark" in problems(right)


def test_glare_is_told_with_its_place(measure, obama: FaceInImage):
    pixels = obama.image.pixels
    height, width = pixels.shape[:2]
    rows, columns = np.mgrid[:height, :width]
    x, y = width * 0.5, height * 0.45
    spot = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * (0.07 * width) ** 2))
    glaring = np.clip(pixels + 500 * spot[..., None], 0, 255).astype(np.uint8)

    check = measure(glaring).check("glare")

    assert check.outcome is Outcome.FAIL
    boxes = [quad_to_box(quad) for quad in check.evidence]
    assert any(box.left < x < box.right and box.top < y < box.bottom for box in boxes)
    inside = measure(glaring, Box(width * 0.2, height * 0.2, width * 0.8, height * 0.8)).check("glare")
    moved = [quad_to_box(quad) for quad in inside.evidence]
    assert any(box.left < x < box.right and box.top < y < box.bottom for box in moved)


def test_white_paper_is_no_glare(measure):
    page = np.repeat(code_plane("paper", scale=10)[..., None], 3, axis=2)

    assert measure(page).check("glare").outcome is Outcome.PASS


def test_small_pictures_and_regions_are_told(measure, obama: FaceInImage):
    small = cv2.resize(obama.image.pixels, (150, 150), interpolation=cv2.INTER_AREA)

    assert "too_small" in problems(measure(np.asarray(small, np.uint8)))
    assert "too_small" in problems(measure(obama.image.pixels, Box(10, 10, 60, 60)))
    assert "too_small" not in problems(measure(obama.image.pixels, Box(10, 10, 110, 110)))


def test_one_odd_region_in_a_batch_costs_only_itself(toolbox: Toolbox, obama: FaceInImage):
    tiny = from_array(np.zeros((1, 1, 3), np.uint8))
    outside = Region(obama.image, Box(-50, -50, -10, -10))

    answers = toolbox.stage("quality").run([Region(tiny), Region(obama.image), outside, Region(obama.image)])

    assert [answer.outcome for answer in answers] == [Outcome.FAIL, Outcome.PASS, Outcome.NOT_RUN, Outcome.PASS]
    assert problems(answers[2]) == {"outside"}
    assert toolbox.stage("quality").run([]) == []

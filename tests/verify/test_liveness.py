from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from localverify.errors import InputError
from localverify.imaging.decode import from_array
from localverify.types import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from localverify.types import Pixels
    from localverify.verifier import Verifier


def shown_on_a_screen(pixels: Pixels) -> Pixels:
    """A simulated recapture: a vivid screen with its pixel grid and glow, sampled again by a camera."""
    vivid = cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    vivid = (vivid - 128) * (1.4, 1.9, 1.5) + 128
    shown = cv2.cvtColor(np.clip(vivid, 0, 255).astype(np.uint8), cv2.COLOR_YCrCb2RGB)
    grid = cv2.resize(shown, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_NEAREST).astype(np.float32)
    grid[::3] *= 0.55
    grid[:, ::3, 0] *= 0.6
    seen = cv2.resize(grid, pixels.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.clip(cv2.GaussianBlur(seen, (0, 0), 2) * 1.3 + 8, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", ["astronaut", "biden", "obama", "obama2"])
def test_portraits_of_live_people_are_live(verifier: Verifier, portraits: Path, name: str):
    liveness = verifier.check_liveness([portraits / f"{name}.jpg"])

    assert liveness.decision.outcome is Outcome.PASS
    assert liveness.score >= 0.5


def test_a_simulated_recapture_scores_below_its_original(verifier: Verifier, obama):
    live = verifier.check_liveness([obama.image])
    recaptured = verifier.check_liveness([shown_on_a_screen(obama.image.pixels)])

    assert recaptured.score < live.score
    assert recaptured.decision.outcome is Outcome.FAIL


def test_several_pictures_give_one_answer_and_one_each(verifier: Verifier, portraits: Path, obama):
    sources = [portraits / "obama.jpg", shown_on_a_screen(obama.image.pixels), portraits / "obama2.jpg"]

    liveness = verifier.check_liveness(sources)

    scores = [decision.checks[0].score for decision in liveness.images]
    assert liveness.score == pytest.approx(sum(scores) / 3)
    assert liveness.main == scores.index(max(scores))


def test_a_picture_without_a_face_stops_the_answer(verifier: Verifier, portraits: Path):
    flat = from_array(np.full((200, 200, 3), 90, np.uint8))

    liveness = verifier.check_liveness([portraits / "obama.jpg", flat])

    assert liveness.decision.outcome is Outcome.NOT_RUN
    assert liveness.decision.checks[0].reason == "no_face"
    assert liveness.images[0].checks[0].outcome is Outcome.PASS


def test_no_pictures_are_an_input_error(verifier: Verifier):
    with pytest.raises(InputError):
        verifier.check_liveness([])


def test_a_calibration_says_what_to_expect_and_what_was_left_out(verifier: Verifier, obama):
    generator = np.random.default_rng(5)
    live = [
        from_array(np.clip(obama.image.pixels * generator.uniform(0.8, 1.1), 0, 255).astype(np.uint8))
        for _ in range(11)
    ]
    flat = from_array(np.full((200, 200, 3), 90, np.uint8))

    report, left_out = verifier.calibrate_liveness([*live, flat])

    assert report.calibration.pictures == 11
    assert 0 <= report.false_rejects <= 1
    assert report.expected_acer == 0.082
    assert [error.reason for _, error in left_out] == ["no_face"]

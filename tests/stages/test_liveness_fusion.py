from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localverify.errors import InputError, NotReady
from localverify.stages.liveness_fusion import Calibration, Measures
from localverify.types import FaceInImage, Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from localverify.engine.registry import Toolbox

LIVE = [Measures(6 + index % 5, 180 + 3 * (index % 7), 8 + 0.2 * (index % 3)) for index in range(40)]


def test_the_first_check_decides_and_the_others_explain(toolbox: Toolbox, obama: FaceInImage):
    (decision,) = toolbox.stage("liveness", "fusion").run([obama])

    assert [check.name for check in decision.checks] == [
        "liveness",
        "logit",
        "brightness_range",
        "redness_spread",
    ]
    assert decision.checks[0].outcome is Outcome.PASS
    assert decision.checks[0].threshold == 0.5


def test_batches_and_single_faces_agree(toolbox: Toolbox, obama: FaceInImage):
    stage = toolbox.stage("liveness", "fusion")

    together = stage.measure([obama] * 3)

    np.testing.assert_allclose(together, [stage.measure([obama])[0]] * 3, rtol=1e-4)


def test_the_threshold_is_where_the_score_is_a_half():
    calibration = Calibration()
    means, deviations = calibration.means, calibration.deviations
    at_threshold = Measures(means[0], means[1] - calibration.threshold * deviations[1], means[2])

    assert calibration.score(at_threshold) == pytest.approx(0.5)
    assert calibration.score(Measures(*means)) > 0.9


def test_good_cues_do_not_outweigh_a_net_that_sees_an_attack():
    calibration = Calibration()

    assert calibration.score(Measures(-1.0, 100, 2)) < 0.5
    assert calibration.score(Measures(1.0, 100, 2)) > 0.5


def test_no_measure_can_outweigh_the_others():
    assert Calibration().normalised(Measures(1e6, -1e6, -1e6)) == (1, 1, 1)


@given(st.floats(-20, 20), st.floats(0, 255), st.floats(0, 60))
def test_a_higher_logit_or_less_spread_never_lowers_the_score(logit: float, span: float, spread: float):
    calibration, here = Calibration(), Measures(logit, span, spread)

    assert calibration.score(here._replace(logit=logit + 1)) >= calibration.score(here)
    assert calibration.score(here._replace(brightness_range=span - 1)) >= calibration.score(here)
    assert calibration.score(here._replace(redness_spread=spread - 1)) >= calibration.score(here)


def test_a_fit_rejects_about_a_twentieth_of_what_it_was_fitted_on():
    calibration = Calibration.fit(LIVE)

    rejected = sum(calibration.score(measures) < 0.5 for measures in LIVE)
    assert rejected <= 2
    assert calibration.pictures == 40


def test_a_fit_needs_ten_faces():
    with pytest.raises(InputError, match="too few"):
        Calibration.fit(LIVE[:9])


def test_a_calibration_survives_its_file(tmp_path: Path):
    calibration = Calibration.fit(LIVE)
    calibration.save(tmp_path / "camera.json")

    assert Calibration.load(tmp_path / "camera.json") == calibration


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"means": [1, 2], "deviations": [1, 2, 3]}'])
def test_a_file_that_is_no_calibration_is_not_ready(tmp_path: Path, text: str):
    (tmp_path / "camera.json").write_text(text)

    with pytest.raises(NotReady, match="calibrate-liveness"):
        Calibration.load(tmp_path / "camera.json")

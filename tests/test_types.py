from __future__ import annotations

import dataclasses

import pytest

from localverify.types import Box, Check, Decision, FaceComparison, Outcome


def test_a_decision_is_its_worst_check():
    passed, unsure, failed = (Check("c", o) for o in (Outcome.PASS, Outcome.UNSURE, Outcome.FAIL))

    assert Decision((passed, unsure)).outcome is Outcome.UNSURE
    assert Decision((passed, unsure, failed)).outcome is Outcome.FAIL
    assert Decision((passed,)).outcome is Outcome.PASS


def test_not_run_is_neither_pass_nor_fail():
    passed, skipped, failed = (Check("c", o) for o in (Outcome.PASS, Outcome.NOT_RUN, Outcome.FAIL))

    assert Decision(()).outcome is Outcome.NOT_RUN
    assert Decision((passed, skipped)).outcome is Outcome.NOT_RUN
    assert Decision((skipped, failed)).outcome is Outcome.FAIL


def test_the_first_problem_is_the_first_check_with_the_decisions_own_outcome():
    checks = (
        Check("a", Outcome.PASS),
        Check("b", Outcome.UNSURE),
        Check("c", Outcome.FAIL, reason="first"),
        Check("d", Outcome.FAIL, reason="second"),
    )

    problem = Decision(checks).first_problem

    assert problem is not None
    assert problem.reason == "first"
    assert Decision(checks[:1]).first_problem is None


def test_a_comparison_without_a_face_has_not_run():
    decision = FaceComparison((), (), ()).decision

    assert decision.outcome is Outcome.NOT_RUN
    assert decision.checks[0].reason == "no_face"


def test_values_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Check("a", Outcome.PASS).name = "b"  # type: ignore[misc]


def test_a_box_knows_its_size_and_middle():
    box = Box(10, 20, 30, 60)

    assert (box.width, box.height) == (20, 40)
    assert box.centre == (20, 40)

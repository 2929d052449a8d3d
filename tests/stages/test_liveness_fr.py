from __future__ import annotations

from typing import TYPE_CHECKING

from localverify.types import FaceInImage, Outcome

if TYPE_CHECKING:
    from localverify.engine.registry import Toolbox


def test_the_net_alone_is_one_check(toolbox: Toolbox, obama: FaceInImage):
    (decision,) = toolbox.stage("liveness", "fr").run([obama])

    (check,) = decision.checks
    assert check.outcome is Outcome.PASS
    assert check.threshold == 0.91
    assert check.score is not None
    assert 0.91 <= check.score <= 1


def test_an_empty_batch_is_answered_empty(toolbox: Toolbox):
    assert toolbox.stage("liveness", "fr").run([]) == []

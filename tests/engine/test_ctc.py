from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localverify.engine.ctc import align, symbol_posteriors

SYMBOLS = 5


def frames(text: list[int], doubt: float = 0.001, step: int = 3) -> np.ndarray:
    """Log-probabilities of symbols `step` frames apart, the middle one of each sure of its symbol."""
    table = np.full((len(text) * step, SYMBOLS + 1), doubt)
    for place, symbol in enumerate(text):
        for offset in range(step):
            table[place * step + offset, symbol if offset == step // 2 else SYMBOLS] = 1 - SYMBOLS * doubt
    return np.log(table).astype(np.float32)


@given(st.lists(st.integers(0, SYMBOLS - 1), min_size=1, max_size=44))
def test_evenly_spaced_symbols_are_found_each_in_its_place(text: list[int]):
    scores = frames(text)
    _, spans = align(scores, len(text))

    assert symbol_posteriors(scores, spans).argmax(1).tolist() == text
    assert [start for start, _ in spans] == [3 * place + 1 for place in range(len(text))]


def test_a_symbol_that_is_hardly_seen_is_not_lost():
    text = [1, 2, 2, 2, 3, 0, 4, 4, 1, 0]
    scores = frames(text)
    scores[10] = np.log([0.05, 0.05, 0.05, 0.2, 0.05, 0.6])  # the fourth symbol: mostly blank, else 3

    _, spans = align(scores, len(text))
    posteriors = symbol_posteriors(scores, spans)

    assert posteriors.argmax(1).tolist() == [1, 2, 2, 3, 3, 0, 4, 4, 1, 0]
    assert posteriors[3].max() < 0.5 < posteriors[2].max()


def test_the_right_number_of_symbols_scores_best():
    scores = frames([0, 1, 2, 3] * 9)

    assert max((30, 36, 44), key=lambda count: align(scores, count)[0]) == 36


def test_probabilities_of_a_place_sum_to_one():
    scores = frames([0, 1, 2])

    assert symbol_posteriors(scores, align(scores, 3)[1]).sum(1) == pytest.approx([1, 1, 1], abs=1e-5)


def test_too_few_frames_give_no_symbols():
    assert align(frames([0, 1]), 40) == (float("-inf"), [])

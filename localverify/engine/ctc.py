"""Reading the frames of a net that was trained with connectionist temporal classification."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from localverify.types import Floats

# Frames of one symbol, and from the end of one to the end of the next.
_LONGEST_RUN = 6
_LONGEST_STEP = 9
# How far, in frames, a step of a monospaced line may be from its pitch: the rounding of both ends, mostly.
_STEP_DEVIATION = 0.9


def align(scores: Floats, count: int) -> tuple[float, list[tuple[int, int]]]:
    """The best way to see exactly so many symbols at an even pitch, each a run of frames with blanks between.

    A monospaced line of known length is read better so than by its most probable frames: none can be lost.

    Args:
        scores: T x (symbols + 1) log-probabilities, the blank last.
        count: how many symbols.

    Returns:
        The mean log-probability of a frame, and the runs (first frame, one after the last); minus infinity and
        no runs where there are too few frames.
    """
    frames = len(scores)
    blanks = np.concatenate([[0.0], np.cumsum(scores[:, -1], dtype=np.float64)])
    runs = _run_values(scores)
    steps, lengths = _step_values(runs, blanks, frames / (count + 1))
    ended = np.full((frames + 1, count), -np.inf)
    taken = np.zeros((frames + 1, count), np.int64)
    for t in range(1, frames + 1):
        longest = min(_LONGEST_RUN, t)
        first = blanks[t - longest : t] + runs[np.arange(t - longest, t), np.arange(longest, 0, -1) - 1]
        taken[t, 0], ended[t, 0] = longest - int(first.argmax()), first.max()
        reach = min(_LONGEST_STEP, t)
        options = ended[t - reach : t, :-1] + steps[t, reach - 1 :: -1][:reach, None]
        best = options.argmax(0)
        ended[t, 1:], taken[t, 1:] = options[best, np.arange(count - 1)], reach - best
    whole = ended[:, -1] + blanks[-1] - blanks
    t = int(whole.argmax())
    if not np.isfinite(whole[t]):
        return float("-inf"), []
    score = float(whole[t]) / frames
    spans: list[tuple[int, int]] = []
    for place in range(count - 1, -1, -1):
        step = int(taken[t, place])
        length = int(lengths[t, step - 1]) if place else step
        spans.append((t - length, t))
        t -= step
    return score, spans[::-1]


def _run_values(scores: Floats) -> NDArray[np.float64]:
    """Log-probability of the best single symbol over each run: T x longest, by first frame and length less one."""
    sums = np.vstack([np.zeros(scores.shape[1] - 1), np.cumsum(scores[:, :-1], axis=0, dtype=np.float64)])
    frames = len(scores)
    values = np.full((frames, _LONGEST_RUN), -np.inf)
    for length in range(1, min(_LONGEST_RUN, frames) + 1):
        values[: frames - length + 1, length - 1] = (sums[length:] - sums[:-length]).max(1)
    return values


def _step_values(
    runs: NDArray[np.float64], blanks: NDArray[np.float64], pitch: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The best blanks and run between the end of one symbol and the end of the next, by that end and the step less one.

    Returns:
        Both (T + 1) x longest step: the log-probability with that of the step itself, and the run's length.
    """
    frames = len(runs)
    values = np.full((frames + 1, _LONGEST_STEP), -np.inf)
    lengths = np.zeros((frames + 1, _LONGEST_STEP), np.int64)
    for step in range(2, _LONGEST_STEP + 1):
        ends = np.arange(step, frames + 1)
        odds = -0.5 * ((step - pitch) / _STEP_DEVIATION) ** 2
        for length in range(1, min(_LONGEST_RUN, step - 1) + 1):
            starts = ends - length
            value = blanks[starts] - blanks[ends - step] + runs[starts, length - 1] + odds
            better = value > values[ends, step - 1]
            values[ends[better], step - 1], lengths[ends[better], step - 1] = value[better], length
    return values, lengths


def symbol_posteriors(scores: Floats, spans: Sequence[tuple[int, int]]) -> Floats:
    """The probability of each symbol in each run.

    What the frames say against there being one symbol just there (a blank inside the run, no blank beside it)
    is doubt: that part is spread over all symbols.

    Args:
        scores: T x (symbols + 1) log-probabilities, the blank last.
        spans: the runs that `align` chose.

    Returns:
        len(spans) x symbols float32, each row sums to 1.
    """
    means = np.stack([scores[start:stop, :-1].mean(0) for start, stop in spans])
    shifted = np.exp(means - means.max(1, keepdims=True))
    table = shifted / shifted.sum(1, keepdims=True)
    blank = np.exp(scores[:, -1])
    inside = np.array([np.exp(np.log(1.0 - blank[start:stop] + 1e-6).mean()) for start, stop in spans])
    gaps = np.array([blank[before:after].max() for (_, before), (after, _) in pairwise(spans)])
    beside = np.minimum(np.concatenate([[1.0], gaps]), np.concatenate([gaps, [1.0]]))
    support = (inside * beside)[:, None]
    return np.asarray(table * support + (1 - support) / table.shape[1], np.float32)

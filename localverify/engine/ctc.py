"""Reading the frames of a net that was trained with connectionist temporal classification."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from localverify.types import Floats

_LONGEST_RUN = 6


def align(scores: Floats, counts: Sequence[int]) -> list[tuple[float, list[tuple[int, int]]]]:
    """The best way to see exactly so many symbols, each a run of frames with blanks between.

    A monospaced line of known length is read better so than by its most probable frames: none can be lost.

    Args:
        scores: T x (symbols + 1) log-probabilities, the blank last.
        counts: how many symbols; each is tried.

    Returns:
        For each count the mean log-probability of a frame and the runs (first frame, one after the last);
        minus infinity and none where there are too few frames.
    """
    frames, most = len(scores), max(counts)
    runs = _run_values(scores)
    ended = np.full((frames + 1, most + 1), -np.inf)  # last frame is blank, or nothing yet
    inside = np.full((frames + 1, most + 1), -np.inf)  # last frame is the end of a symbol
    lengths = np.zeros((frames + 1, most + 1), np.int64)
    ended[0, 0] = 0.0
    for t in range(1, frames + 1):
        ended[t] = np.maximum(ended[t - 1], inside[t - 1]) + scores[t - 1, -1]
        longest = min(_LONGEST_RUN, t)
        starts = t - np.arange(1, longest + 1)
        options = ended[starts, :-1] + runs[starts, np.arange(longest)][:, None]
        best = options.argmax(0)
        inside[t, 1:] = options[best, np.arange(most)]
        lengths[t, 1:] = best + 1
    return [_trace(ended, inside, lengths, count) for count in counts]


def _run_values(scores: Floats) -> NDArray[np.float64]:
    """Log-probability of the best single symbol over each run: T x longest."""
    sums = np.vstack([np.zeros(scores.shape[1] - 1), np.cumsum(scores[:, :-1], axis=0, dtype=np.float64)])
    frames = len(scores)
    values = np.full((frames, _LONGEST_RUN), -np.inf)
    for length in range(1, min(_LONGEST_RUN, frames) + 1):
        values[: frames - length + 1, length - 1] = (sums[length:] - sums[:-length]).max(1)
    return values


def _trace(
    ended: NDArray[np.float64], inside: NDArray[np.float64], lengths: NDArray[np.int64], count: int
) -> tuple[float, list[tuple[int, int]]]:
    """Walks back from the last frame."""
    t = len(ended) - 1
    in_symbol = inside[t, count] > ended[t, count]
    score = max(inside[t, count], ended[t, count]) / max(t, 1)
    if not np.isfinite(score):
        return float("-inf"), []
    spans: list[tuple[int, int]] = []
    while t > 0:
        if in_symbol:
            length = int(lengths[t, count])
            spans.append((t - length, t))
            t, count, in_symbol = t - length, count - 1, False
        else:
            t -= 1
            in_symbol = inside[t, count] > ended[t, count]
    return float(score), spans[::-1]


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

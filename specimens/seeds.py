"""Independent random streams out of one seed."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


def stream(seed: int, *names: str) -> np.random.Generator:
    """A generator that depends on the seed and on every name, and on nothing else."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def pick(rng: np.random.Generator, items: Sequence[T]) -> T:
    """One of the items."""
    return items[int(rng.integers(len(items)))]


def digits(rng: np.random.Generator, count: int) -> str:
    """So many random digits, the first of which is not 0."""
    return "".join(str(rng.integers(1 if place == 0 else 0, 10)) for place in range(count))


def letters(rng: np.random.Generator, count: int) -> str:
    """So many random capitals, without I and O, which numbers of documents avoid."""
    return "".join(pick(rng, tuple("ABCDEFGHJKLMNPQRSTUVWXYZ")) for _ in range(count))

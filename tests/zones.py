"""Fictitious documents with a machine-readable zone, and zones as a reader would see them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from localverify.documents.mrz import ALPHABET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localverify.types import Floats

FOLDER = Path(__file__).parent / "data" / "mrz"
TRUTH: dict[str, Any] = json.loads((FOLDER / "truth.json").read_text())

PASSPORT = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
VISA = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")


def seen(
    lines: Sequence[str], doubts: Mapping[tuple[int, int], Mapping[str, float]] | None = None
) -> tuple[Floats, ...]:
    """Probabilities of a reader that is sure of `lines` but for the `doubts` (line, column): characters."""
    tables = []
    for row, line in enumerate(lines):
        table = np.full((len(line), len(ALPHABET)), 1e-5, np.float32)
        for column, char in enumerate(line):
            for other, probability in (doubts or {}).get((row, column), {char: 1.0}).items():
                table[column, ALPHABET.index(other)] = probability
        tables.append(table / table.sum(1, keepdims=True))
    return tuple(tables)

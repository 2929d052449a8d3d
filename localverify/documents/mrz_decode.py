"""From what a reader saw to the lines of a zone: the grammar decides among look-alikes, check digits repair.

A place holds only what its field may hold, so an O in a date is read as 0: that is reading. To change a character
because a check digit asks for it is repair, and is said so. Check digits cannot tell 6 from G, 8 from S or 1 from B
(equal modulo 10), so a repair needs the reader's own second thoughts and has to be the only one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

from localverify.documents.mrz import ALPHABET, FILLER, LAYOUTS, MrzFormat, detect_format, parse_mrz, resolve_birth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from localverify.documents.mrz import Layout, Mrz, MrzDate
    from localverify.types import Floats

DIGITS, LETTERS = ALPHABET[:10], ALPHABET[10:36]
# What may stand in a field besides its own check digit (Doc 9303-3, 4.1 and 4.8; 9303-4 to -7, data structures).
CLASSES = {
    "document_code": LETTERS + FILLER,
    "issuer": LETTERS + FILLER,
    "nationality": LETTERS + FILLER,
    "name": LETTERS + FILLER,
    "surname": LETTERS + FILLER,
    "given_names": LETTERS + FILLER,
    "birth": DIGITS + FILLER,
    "expiry": DIGITS + FILLER,
    "sex": "MFX" + FILLER,
}
# In OCR-B an O and a 0 differ by a little roundness. Issuers leave the letter out of numbers because of that, so a
# number's O needs ten times the evidence; where it is one all the same, the check digit (O counts 24) says so.
RARE_O = 0.1
CERTAIN_FIELDS = ("number", "birth", "expiry")
# A second thought below this is none; more than two wrong characters are beyond repair.
LEAST_ALTERNATIVE = 0.03
MOST_CHANGES = 2
MOST_DOUBTFUL = 8
MOST_ALTERNATIVES = 4
# Of numbers and dates, for `Reading.valid`. See benchmarks/mrz.py.
SURE = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A zone, read.

    Attributes:
        mrz: the parsed zone.
        confidences: for each line the probability of each character among those its field may hold.
        repaired: a character was changed because the check digits asked for it.
        valid: every check digit is right, the dates are dates, and no character of a number, a date or their
            check digits is doubtful unless it was repaired.
    """

    mrz: Mrz
    confidences: tuple[Floats, ...]
    repaired: bool
    valid: bool


def decode(posteriors: Sequence[Floats], reference: date) -> Reading:
    """Reads a zone.

    Args:
        posteriors: for each line, characters x 37: probabilities in the order of `ALPHABET`.
        reference: the day that settles the century of two-digit years, with the document's own dates.

    Raises:
        InputError: lines of that number and length are no zone.
    """
    kind = format_of(posteriors)
    layout = LAYOUTS[kind]
    tables = [_within(table, classes) for table, classes in zip(posteriors, allowed(layout, kind), strict=True)]
    lines = tuple("".join(ALPHABET[index] for index in table.argmax(1)) for table in tables)
    mrz = parse_mrz(lines, reference)
    repaired = False
    if not mrz.valid and any(check.name == "composite" for check in mrz.checks):
        better = _repair(mrz, tables, layout, reference)
        repaired = better is not None
        mrz = better or mrz
    confidences = tuple(_chosen(table, line) for table, line in zip(tables, mrz.lines, strict=True))
    changed = {(row, column) for row, line in enumerate(lines) for column in _differences(line, mrz.lines[row])}
    sure = all(
        confidences[row][column] >= SURE for row, column in certain_places(layout) if (row, column) not in changed
    )
    return Reading(by_own_dates(mrz), confidences, repaired, mrz.valid and sure and _dates_are_dates(mrz))


def by_own_dates(mrz: Mrz) -> Mrz:
    """The zone with the birth in a century in which it is not after the document's own expiry."""
    expiry = None if mrz.expiry is None else mrz.expiry.value
    if expiry is None or mrz.birth.value is None or mrz.birth.value <= expiry:
        return mrz
    return replace(mrz, birth=resolve_birth(mrz.birth.text, expiry))


def format_of(posteriors: Sequence[Floats]) -> MrzFormat:
    """The layout of lines of that number and length, by its first letters where two share a shape.

    Raises:
        InputError: there is none.
    """
    letters = LETTERS + FILLER
    starts = [_within(table[:5], (letters,) * 5).argmax(1) for table in posteriors]
    lines = [
        "".join(ALPHABET[index] for index in start) + FILLER * (len(table) - 5)
        for start, table in zip(starts, posteriors, strict=True)
    ]
    return detect_format(lines)


def allowed(layout: Layout, kind: MrzFormat) -> list[tuple[str, ...]]:
    """For each place of each line, the characters that may stand there."""
    places = [[ALPHABET] * layout.width for _ in range(layout.lines)]
    for name, span in layout.fields.items():
        for column in range(span.start, span.stop):
            places[span.line][column] = CLASSES.get(name, ALPHABET)
    for rule in layout.checks:
        # A filler stands for the digit of an empty field, and of a number too long for its own.
        filled = rule.name in {"optional", "number"} and kind is not MrzFormat.FRANCE_1995
        places[rule.digit.line][rule.digit.start] = DIGITS + (FILLER if filled else "")
    places[0][0] = LETTERS
    return [tuple(line) for line in places]


def certain_places(layout: Layout) -> list[tuple[int, int]]:
    """Line and column of every character of a number, a date and their check digits."""
    spans = [layout.fields[name] for name in CERTAIN_FIELDS if name in layout.fields]
    spans += [rule.digit for rule in layout.checks if rule.name in CERTAIN_FIELDS]
    return [(span.line, column) for span in spans for column in range(span.start, span.stop)]


def _within(table: Floats, classes: Sequence[str]) -> Floats:
    """The probabilities, given that each place holds one of its characters."""
    weight = np.array([[float(char in chars) for char in ALPHABET] for chars in classes])
    weight[[chars == ALPHABET for chars in classes], ALPHABET.index("O")] = RARE_O
    kept = np.maximum(table, 1e-9) * weight
    return np.asarray(kept / kept.sum(1, keepdims=True), np.float32)


def _chosen(table: Floats, line: str) -> Floats:
    picked = table[np.arange(len(line)), [ALPHABET.index(char) for char in line]]
    picked.setflags(write=False)
    return picked


def _differences(line: str, other: str) -> list[int]:
    return [column for column, (a, b) in enumerate(zip(line, other, strict=True)) if a != b]


def _dates_are_dates(mrz: Mrz) -> bool:
    """Whether each date is one, or says by fillers what is unknown."""
    dates = [mrz.birth] if mrz.expiry is None else [mrz.birth, mrz.expiry]
    return all(one.value is not None or _partly_unknown(one) for one in dates)


def _partly_unknown(one: MrzDate) -> bool:
    pairs = (one.text[0:2], one.text[2:4], one.text[4:6])
    known = (one.year, one.month, one.day)
    return any(pair in {"<<", "00"} for pair in pairs) and all(
        pair in {"<<", "00"} or part is not None for pair, part in zip(pairs, known, strict=True)
    )


def _repair(mrz: Mrz, tables: Sequence[Floats], layout: Layout, reference: date) -> Mrz | None:
    """The only change of up to two doubtful characters that satisfies every check digit; None without one.

    The smaller change comes first: two characters are changed only where no single one helps.
    """
    doubtful = _doubtful(mrz, tables, layout)
    for changes in range(1, MOST_CHANGES + 1):
        fits = [
            fixed
            for places in combinations(doubtful, changes)
            for fixed in _substitutions(mrz, tables, places, reference)
            if fixed.valid and _dates_are_dates(fixed)
        ]
        if fits:
            return fits[0] if len(fits) == 1 else None
    return None


def _doubtful(mrz: Mrz, tables: Sequence[Floats], layout: Layout) -> list[tuple[int, int]]:
    """Places under a failing check digit where the reader had a second thought, the most doubtful first."""
    failing = {check.name for check in mrz.checks if not check.good}
    spans = [span for rule in layout.checks if rule.name in failing for span in (*rule.over, rule.digit)]
    places = {(span.line, column) for span in spans for column in range(span.start, span.stop)}
    second = {place: float(np.sort(tables[place[0]][place[1]])[-2]) for place in places}
    likely = sorted((place for place in places if second[place] >= LEAST_ALTERNATIVE), key=lambda at: -second[at])
    return likely[:MOST_DOUBTFUL]


def _substitutions(
    mrz: Mrz, tables: Sequence[Floats], places: Sequence[tuple[int, int]], reference: date
) -> Iterator[Mrz]:
    """Every zone with other characters, the reader's own second thoughts, in all of these places."""
    options = [
        [
            ALPHABET[index]
            for index in np.argsort(-tables[row][column])[: MOST_ALTERNATIVES + 1]
            if tables[row][column][index] >= LEAST_ALTERNATIVE and ALPHABET[index] != mrz.lines[row][column]
        ]
        for row, column in places
    ]
    for chars in product(*options):
        lines = [list(line) for line in mrz.lines]
        for (row, column), char in zip(places, chars, strict=True):
            lines[row][column] = char
        yield parse_mrz(["".join(line) for line in lines], reference)

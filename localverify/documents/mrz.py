"""The machine-readable zone as text: its layouts, check digits, names and dates.

The layouts are ICAO Doc 9303 parts 4 to 7 (TD3, TD1, TD2, MRV-A, MRV-B) and the French identity card of 1995.
Nothing here sees a picture: a reader of pictures gives lines, a chip gives its DG1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from localverify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILLER = "<"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
# Doc 9303-3, 4.9: weights 7, 3, 1; letters count from A = 10, the filler is 0.
_WEIGHTS = (7, 3, 1)
# No document is valid for fifty years: a two-digit expiry farther ahead belongs to the century before.
_LONGEST_VALIDITY_YEARS = 50


class MrzFormat(StrEnum):
    """The kinds of zone."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"
    FRANCE_1995 = "FRANCE-1995"


class Span(NamedTuple):
    """Part of a line: columns `start` up to, not including, `stop`, all counted from 0."""

    line: int
    start: int
    stop: int


class CheckRule(NamedTuple):
    """One check digit: what it is over, and where it stands."""

    name: str
    over: tuple[Span, ...]
    digit: Span


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is.

    Attributes:
        lines: how many lines.
        width: characters a line.
        fields: the span of every field by name.
        checks: the check digits, the composite one last.
    """

    lines: int
    width: int
    fields: Mapping[str, Span]
    checks: tuple[CheckRule, ...]


def _check(name: str, digit: tuple[int, int], *over: tuple[int, int, int]) -> CheckRule:
    line, column = digit
    return CheckRule(name, tuple(Span(*part) for part in over), Span(line, column, column + 1))


def _two_lines(width: int, optional_stop: int, checks: tuple[CheckRule, ...]) -> Layout:
    """What TD2, TD3 and both visas share; only the optional data and the last digits differ."""
    fields = {
        "document_code": Span(0, 0, 2),
        "issuer": Span(0, 2, 5),
        "name": Span(0, 5, width),
        "number": Span(1, 0, 9),
        "nationality": Span(1, 10, 13),
        "birth": Span(1, 13, 19),
        "sex": Span(1, 20, 21),
        "expiry": Span(1, 21, 27),
        "optional": Span(1, 28, optional_stop),
    }
    common = (
        _check("number", (1, 9), (1, 0, 9)),
        _check("birth", (1, 19), (1, 13, 19)),
        _check("expiry", (1, 27), (1, 21, 27)),
    )
    return Layout(2, width, fields, common + checks)


LAYOUTS: Mapping[MrzFormat, Layout] = {
    MrzFormat.TD1: Layout(
        3,
        30,
        {
            "document_code": Span(0, 0, 2),
            "issuer": Span(0, 2, 5),
            "number": Span(0, 5, 14),
            "optional": Span(0, 15, 30),
            "birth": Span(1, 0, 6),
            "sex": Span(1, 7, 8),
            "expiry": Span(1, 8, 14),
            "nationality": Span(1, 15, 18),
            "optional2": Span(1, 18, 29),
            "name": Span(2, 0, 30),
        },
        (
            _check("number", (0, 14), (0, 5, 14)),
            _check("birth", (1, 6), (1, 0, 6)),
            _check("expiry", (1, 14), (1, 8, 14)),
            _check("composite", (1, 29), (0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
        ),
    ),
    MrzFormat.TD2: _two_lines(36, 35, (_check("composite", (1, 35), (1, 0, 10), (1, 13, 20), (1, 21, 35)),)),
    MrzFormat.TD3: _two_lines(
        44,
        42,
        (
            _check("optional", (1, 42), (1, 28, 42)),
            _check("composite", (1, 43), (1, 0, 10), (1, 13, 20), (1, 21, 43)),
        ),
    ),
    MrzFormat.MRV_A: _two_lines(44, 44, ()),
    MrzFormat.MRV_B: _two_lines(36, 36, ()),
    MrzFormat.FRANCE_1995: Layout(
        2,
        36,
        {
            "document_code": Span(0, 0, 2),
            "issuer": Span(0, 2, 5),
            "surname": Span(0, 5, 30),
            "optional": Span(0, 30, 36),
            "number": Span(1, 0, 12),
            "given_names": Span(1, 13, 27),
            "birth": Span(1, 27, 33),
            "sex": Span(1, 34, 35),
        },
        (
            _check("number", (1, 12), (1, 0, 12)),
            _check("birth", (1, 33), (1, 27, 33)),
            _check("composite", (1, 35), (0, 0, 36), (1, 0, 35)),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class MrzDate:
    """A date of the zone.

    Attributes:
        text: the six characters as printed, YYMMDD.
        year: four digits; None when the year is unknown or is no number.
        month: 1..12, or None.
        day: 1..31, or None.
    """

    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def value(self) -> date | None:
        """The date; None when a part is unknown or there is no such day."""
        if self.year is None or self.month is None or self.day is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class MrzCheck:
    """One check digit, compared.

    Attributes:
        name: ``number``, ``birth``, ``expiry``, ``optional`` or ``composite``.
        printed: the character that stands there.
        expected: the digit that should.
        good: whether they agree; a filler stands for 0 where the field itself is empty.
    """

    name: str
    printed: str
    expected: str
    good: bool


@dataclass(frozen=True, slots=True)
class Mrz:
    """A zone that was parsed. Fields are as printed, fillers at the end taken away.

    Attributes:
        format: which layout.
        lines: the lines as they were given, in capitals and without blanks.
        document_code: one or two letters (``P``, ``ID``, ``V`` ...).
        issuer: state or organisation, up to three letters (``D``, ``VNM``, ``UTO`` ...).
        nationality: up to three letters; the issuer's on a French card of 1995, which prints none.
        surname: primary identifier, words parted by one blank.
        given_names: secondary identifier, words parted by one blank; empty when there is none.
        name_truncated: the name fills its field, so it may go on beyond it.
        number: the document's number, with what a long number puts into the optional data.
        birth: of the holder.
        sex: ``M``, ``F``, or empty where it is unspecified.
        expiry: None where the layout has none.
        optional: the issuer's own data (the first of two on TD1; the office on a French card of 1995).
        optional2: the second optional data of TD1.
        checks: every check digit of the layout.
    """

    format: MrzFormat
    lines: tuple[str, ...]
    document_code: str
    issuer: str
    nationality: str
    surname: str
    given_names: str
    name_truncated: bool
    number: str
    birth: MrzDate
    sex: str
    expiry: MrzDate | None
    optional: str
    optional2: str
    checks: tuple[MrzCheck, ...]

    @property
    def valid(self) -> bool:
        """Whether every check digit is right."""
        return all(check.good for check in self.checks)


def check_digit(text: str) -> str:
    """The check digit of Doc 9303-3 over digits, capitals and fillers.

    Raises:
        ValueError: another character is among them.
    """
    return str(sum(_value(char) * _WEIGHTS[index % 3] for index, char in enumerate(text)) % 10)


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of a zone that is given in one piece (88, 90 or 72 characters) or with line breaks.

    Raises:
        InputError: no layout has as many characters.
    """
    broken = tuple(line for line in (_clean(part) for part in text.splitlines()) if line)
    if len(broken) != 1:
        return broken
    widths = {88: 44, 90: 30, 72: 36}
    width = widths.get(len(broken[0]))
    if width is None:
        raise InputError(f"a machine-readable zone has 72, 88 or 90 characters, not {len(broken[0])}")
    return tuple(broken[0][start : start + width] for start in range(0, len(broken[0]), width))


def detect_format(lines: Sequence[str]) -> MrzFormat:
    """The layout of lines that are already clean.

    Raises:
        InputError: their number or length fits none.
    """
    shape = (len(lines), *sorted({len(line) for line in lines}))
    if shape == (3, 30):
        return MrzFormat.TD1
    if shape == (2, 44):
        return MrzFormat.MRV_A if lines[0].startswith("V") else MrzFormat.TD3
    if shape == (2, 36):
        if lines[0].startswith("IDFRA"):
            return MrzFormat.FRANCE_1995
        return MrzFormat.MRV_B if lines[0].startswith("V") else MrzFormat.TD2
    raise InputError(f"{len(lines)} lines of {[len(line) for line in lines]} characters fit no machine-readable zone")


def parse_mrz(lines: Sequence[str], reference: date) -> Mrz:
    """Parses a zone; wrong check digits are reported in `Mrz.checks`, not raised.

    Args:
        lines: two or three lines; small letters become capitals, blanks are taken away.
        reference: the day that settles the century of two-digit years: a birth is not after it, an expiry
            is at most fifty years after it.

    Raises:
        InputError: the lines fit no layout, or hold another character than A-Z, 0-9 and ``<``.
    """
    clean = tuple(_clean(line) for line in lines)
    strange = sorted(set("".join(clean)) - set(ALPHABET))
    if strange:
        raise InputError(f"a machine-readable zone cannot hold {' '.join(strange)}")
    kind = detect_format(clean)
    layout = LAYOUTS[kind]
    raw = {name: _at(clean, span) for name, span in layout.fields.items()}
    number, optional, checks = _number_and_checks(clean, layout, raw)
    surname, given_names, truncated = _names(raw)
    sex = raw["sex"]
    return Mrz(
        format=kind,
        lines=clean,
        document_code=_bare(raw["document_code"]),
        issuer=_bare(raw["issuer"]),
        nationality=_bare(raw.get("nationality", raw["issuer"])),
        surname=surname,
        given_names=given_names,
        name_truncated=truncated,
        number=number,
        birth=resolve_birth(raw["birth"], reference),
        sex=sex if sex in {"M", "F"} else "",
        expiry=resolve_expiry(raw["expiry"], reference) if "expiry" in raw else None,
        optional=optional,
        optional2=_bare(raw.get("optional2", "")),
        checks=checks,
    )


def resolve_birth(text: str, reference: date) -> MrzDate:
    """A printed birth in the latest century that does not put it after `reference`."""
    year, month, day = _date_parts(text)
    if year is None:
        return MrzDate(text, None, month, day)
    year += reference.year - reference.year % 100
    if (year, month or 1, day or 1) > (reference.year, reference.month, reference.day):
        year -= 100
    return MrzDate(text, year, month, day)


def resolve_expiry(text: str, reference: date) -> MrzDate:
    """A printed expiry in the latest century that puts it at most fifty years after `reference`."""
    year, month, day = _date_parts(text)
    if year is None:
        return MrzDate(text, None, month, day)
    latest = reference.year + _LONGEST_VALIDITY_YEARS
    year += latest - latest % 100
    return MrzDate(text, year - 100 if year > latest else year, month, day)


def parse_names(field: str) -> tuple[str, str]:
    """Primary and secondary identifier of a name field."""
    primary, _, secondary = field.partition(FILLER * 2)
    return _words(primary), _words(secondary)


def _names(raw: Mapping[str, str]) -> tuple[str, str, bool]:
    if "name" in raw:
        surname, given_names = parse_names(raw["name"])
        return surname, given_names, not raw["name"].endswith(FILLER)
    truncated = not raw["surname"].endswith(FILLER) or not raw["given_names"].endswith(FILLER)
    return _words(raw["surname"]), _words(raw["given_names"]), truncated


def _number_and_checks(
    lines: tuple[str, ...], layout: Layout, raw: Mapping[str, str]
) -> tuple[str, str, tuple[MrzCheck, ...]]:
    """The number, the optional data and the checks; a long number of TD1 or TD2 borrows from the optional data.

    Doc 9303-5 and 9303-6, 4.2.2: where the number has more than nine characters, a filler stands in the place
    of its check digit, and the optional data begin with the rest of the number, its check digit and a filler.
    """
    checks = {rule.name: _compare(lines, rule) for rule in layout.checks}
    number, optional = raw["number"], raw["optional"]
    tail = optional.split(FILLER)[0]
    long_number = (
        checks["number"].printed == FILLER
        and not number.endswith(FILLER)
        and len(tail) > 1
        and "optional" not in checks
    )
    if long_number:
        number += tail[:-1]
        expected = check_digit(number)
        checks["number"] = MrzCheck("number", tail[-1], expected, tail[-1] == expected)
        optional = optional[len(tail) + 1 :]
    return _bare(number), _bare(optional), tuple(checks.values())


def _compare(lines: tuple[str, ...], rule: CheckRule) -> MrzCheck:
    text = "".join(_at(lines, span) for span in rule.over)
    printed, expected = _at(lines, rule.digit), check_digit(text)
    empty = printed == FILLER and not text.strip(FILLER)
    return MrzCheck(rule.name, printed, expected, printed == expected or empty)


def _date_parts(text: str) -> tuple[int | None, int | None, int | None]:
    """Two-digit year, month and day; None for what is unknown (fillers or zeros) or impossible."""
    parts = [int(text[i : i + 2]) if re.fullmatch("[0-9]{2}", text[i : i + 2]) else None for i in (0, 2, 4)]
    year, month, day = parts
    return (
        year,
        month if month is not None and 1 <= month <= 12 else None,  # noqa: PLR2004 - months
        day if day is not None and 1 <= day <= 31 else None,  # noqa: PLR2004 - days
    )


def _value(char: str) -> int:
    if char == FILLER:
        return 0
    value = ALPHABET.find(char)
    if value < 0 or len(char) != 1:
        raise ValueError(f"{char!r} has no value in a machine-readable zone")
    return value


def _at(lines: Sequence[str], span: Span) -> str:
    return lines[span.line][span.start : span.stop]


def _clean(line: str) -> str:
    return "".join(line.split()).upper()


def _bare(text: str) -> str:
    return text.rstrip(FILLER)


def _words(text: str) -> str:
    return " ".join(part for part in text.split(FILLER) if part)

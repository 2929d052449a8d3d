"""Composes machine-readable zones: ICAO Doc 9303 parts 3 to 7, and the French card of 1995.

Written apart from the product's parser on purpose: what the renderer prints must not share its mistakes.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

_ORDER = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Doc 9303-3, section 6: letters that do not decompose into a Latin letter and its marks.
_SPECIAL = {"Đ": "D", "Ø": "OE", "Æ": "AE", "Œ": "OE", "ß": "SS", "Þ": "TH", "Ł": "L", "ı": "I", "İ": "I"}
_SPECIAL |= {"Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA", "Ñ": "N"}
# Resolution 55 of the Cabinet of Ministers of Ukraine, 27 January 2010; the second table holds at the start of a word.
_UKRAINIAN = {
    "А": "A", "Б": "B", "В": "V", "Г": "H", "Ґ": "G", "Д": "D", "Е": "E", "Є": "IE", "Ж": "ZH", "З": "Z", "И": "Y",
    "І": "I", "Ї": "I", "Й": "I", "К": "K", "Л": "L", "М": "M", "Н": "N", "О": "O", "П": "P", "Р": "R", "С": "S",
    "Т": "T", "У": "U", "Ф": "F", "Х": "KH", "Ц": "TS", "Ч": "CH", "Ш": "SH", "Щ": "SHCH", "Ь": "", "Ю": "IU",
    "Я": "IA", "’": "", "'": "",
}  # fmt: skip
_UKRAINIAN_FIRST = {"Є": "YE", "Ї": "YI", "Й": "Y", "Ю": "YU", "Я": "YA"}


def check_digit(text: str) -> str:
    """The digit of Doc 9303-3, section 4.9: weights 7, 3, 1; A is 10, the filler 0."""
    total = 0
    for place, char in enumerate(text):
        total += (0 if char == "<" else _ORDER.index(char)) * (7, 3, 1)[place % 3]
    return str(total % 10)


def latin(text: str) -> str:
    """Capitals A to Z, digits, blanks and the marks that were there, without diacritics."""
    spelled = "".join(_SPECIAL.get(char, char) for char in unicodedata.normalize("NFC", text).upper())
    plain = unicodedata.normalize("NFD", spelled)
    return "".join(char for char in plain if not unicodedata.combining(char))


def latin_from_ukrainian(text: str) -> str:
    """Ukrainian capitals in Latin letters."""
    words = []
    for word in text.replace("ЗГ", "ZGH").split(" "):
        first = _UKRAINIAN_FIRST.get(word[:1], _UKRAINIAN.get(word[:1], word[:1]))
        words.append(first + "".join(_UKRAINIAN.get(char, char) for char in word[1:]))
    return " ".join(words)


def field(text: str, width: int) -> str:
    """The text in the zone's letters, padded with fillers and cut."""
    clean = latin(text).replace("'", "").replace(".", "").replace(",", "")
    return "".join(char if char in _ORDER else "<" for char in clean).ljust(width, "<")[:width]


def names(surname: str, given: str, width: int) -> str:
    """Primary and secondary identifier."""
    primary, secondary = field(surname, len(latin(surname).replace("'", ""))), field(given, 60).rstrip("<")
    return f"{primary.rstrip('<')}<<{secondary}".ljust(width, "<")[:width]


@dataclass(frozen=True, slots=True)
class Entry:
    """What every zone says.

    Attributes:
        issuer: up to three letters.
        number: of the document.
        birth: of the holder.
        sex: ``M``, ``F`` or empty.
        expiry: None leaves fillers.
        nationality: up to three letters.
        surname: primary identifier, in any Latin letters.
        given: secondary identifier.
        optional: the issuer's own data.
    """

    issuer: str
    number: str
    birth: date
    sex: str
    expiry: date | None
    nationality: str
    surname: str
    given: str
    optional: str = ""


def td1(code: str, entry: Entry) -> tuple[str, ...]:
    """Three lines of 30; a number beyond nine characters goes on in the optional data."""
    head, tail = field(entry.number, 9), ""
    if len(entry.number) > len(head):
        tail = entry.number[len(head) :] + check_digit(entry.number) + "<"
    digit = "<" if tail else check_digit(head)
    first = field(code, 2) + field(entry.issuer, 3) + head + digit + field(tail + entry.optional, 15)
    middle = _dated(entry.birth) + field(entry.sex or "<", 1) + _dated(entry.expiry) + field(entry.nationality, 3)
    middle += field("", 11)
    composite = check_digit(first[5:30] + middle[0:7] + middle[8:15] + middle[18:29])
    return first, middle + composite, names(entry.surname, entry.given, 30)


def td2(code: str, entry: Entry) -> tuple[str, ...]:
    """Two lines of 36."""
    second = _second(entry) + field(entry.optional, 7)
    return _first(code, entry, 36), second + check_digit(second[0:10] + second[13:20] + second[21:35])


def td3(code: str, entry: Entry) -> tuple[str, ...]:
    """Two lines of 44; without optional data a filler stands for their check digit."""
    second = _second(entry) + field(entry.optional, 14)
    second += check_digit(second[28:42]) if entry.optional else "<"
    return _first(code, entry, 44), second + check_digit(second[0:10] + second[13:20] + second[21:43])


def visa(width: int, entry: Entry) -> tuple[str, ...]:
    """MRV-A (44) or MRV-B (36): two lines without a composite digit."""
    return _first("V", entry, width), _second(entry) + field(entry.optional, width - 28)


def france_1995(entry: Entry, office: str) -> tuple[str, ...]:
    """Two lines of 36: surname and office above; number, given names, birth, sex below; no expiry."""
    first = "IDFRA" + field(entry.surname, 25) + field(office, 6)
    words = "<<".join(field(name, len(name)) for name in entry.given.split(", "))
    second = field(entry.number, 12) + check_digit(entry.number) + field(words, 14) + _dated(entry.birth) + entry.sex
    return first, second + check_digit(first + second)


def _first(code: str, entry: Entry, width: int) -> str:
    return field(code, 2) + field(entry.issuer, 3) + names(entry.surname, entry.given, width - 5)


def _second(entry: Entry) -> str:
    head = field(entry.number, 9)
    numbered = head + check_digit(head) + field(entry.nationality, 3)
    return numbered + _dated(entry.birth) + field(entry.sex or "<", 1) + _dated(entry.expiry)


def _dated(day: date | None) -> str:
    text = f"{day:%y%m%d}" if day else "<<<<<<"
    return text + check_digit(text)

"""The Ukrainian passport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specimens import mrz
from specimens.records.record import Record, birth_and_issue, words, years_after
from specimens.seeds import digits, letters, pick

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

_MONTHS = (
    "СІЧ/JAN", "ЛЮТ/FEB", "БЕР/MAR", "КВІ/APR", "ТРА/MAY", "ЧЕР/JUN",
    "ЛИП/JUL", "СЕР/AUG", "ВЕР/SEP", "ЖОВ/OCT", "ЛИС/NOV", "ГРУ/DEC",
)  # fmt: skip


def compose(_: str, rng: np.random.Generator) -> Record:
    """The record of a passport."""
    people = words("ukraine")
    sex = pick(rng, ("M", "F"))
    birth, issue = birth_and_issue(rng, 2016, 2026)
    expiry = years_after(issue, 10)
    surname, given = pick(rng, people[f"families_{sex.lower()}"]), pick(rng, people[f"given_{sex.lower()}"])
    region, region_en = pick(rng, people["regions"])
    number = letters(rng, 2) + digits(rng, 6)
    # The register's number begins with the birth, YYYYMMDD, and a dash before the last five digits.
    record_number = f"{birth:%Y%m%d}{digits(rng, 5)}"
    surname_en, given_en = mrz.latin_from_ukrainian(surname), mrz.latin_from_ukrainian(given)
    values: dict[str, str | date] = {
        "number": number, "surname": surname, "surname_en": surname_en, "given_names": given,
        "given_names_en": given_en, "name": f"{surname} {given}", "nationality": "УКРАЇНА/UKRAINE", "sex": sex,
        "sex_both": "Ч/M" if sex == "M" else "Ж/F", "birth_date": birth, "birth_date_local": _local(birth),
        "record_number": f"{record_number[:8]}-{record_number[8:]}", "birth_place": f"{region}/{region_en}",
        "issue_date": issue, "issue_date_local": _local(issue), "expiry_date": expiry,
        "expiry_date_local": _local(expiry), "authority": digits(rng, 4),
    }  # fmt: skip
    entry = mrz.Entry("UKR", number, birth, sex, expiry, "UKR", surname_en, given_en, optional=record_number)
    return Record(values, mrz.td3("P", entry))


def _local(day: date) -> str:
    return f"{day:%d} {_MONTHS[day.month - 1]} {day:%y}"

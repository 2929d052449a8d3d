"""Cards, passports and visas of any state, by ICAO Doc 9303 parts 4 to 7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specimens import mrz
from specimens.records.record import Record, birth_and_issue, words, years_after
from specimens.seeds import digits, letters, pick

if TYPE_CHECKING:
    from datetime import date

    import numpy as np


def compose(kind: str, rng: np.random.Generator) -> Record:
    """The record of ``td1``, ``td2``, ``td3``, ``mrva`` or ``mrvb``."""
    people = words("world")
    sex = pick(rng, ("M", "F", "M", "F", "M", "F", "M", "F", "X"))
    birth, issue = birth_and_issue(rng, 2014, 2026, age=(1, 85))
    code, state = pick(rng, people["states"])
    nationality = pick(rng, people["states"])[0] if kind.startswith("mrv") else code
    expiry = years_after(issue, 1 if kind.startswith("mrv") else pick(rng, (5, 10)))
    surname, given = pick(rng, people["families"]), pick(rng, people[f"given_{'f' if sex == 'F' else 'm'}"])
    number = pick(rng, (digits(rng, 9), letters(rng, 2) + digits(rng, 7), letters(rng, 1) + digits(rng, 7)))
    optional = pick(rng, ("", digits(rng, 7), letters(rng, 2) + digits(rng, 4)))
    marked = "" if sex == "X" else sex
    values: dict[str, str | date] = {
        "issuer": code, "state": state, "nationality": nationality, "number": number, "surname": surname,
        "given_names": given, "name": f"{surname} {given}", "sex": sex, "birth_date": birth, "issue_date": issue,
        "expiry_date": expiry, "birth_place": pick(rng, people["cities"]), "authority": pick(rng, people["cities"]),
        "entries": pick(rng, ("MULT", "01", "02")), "duration": f"{pick(rng, (30, 90, 180))}",
    }  # fmt: skip
    entry = mrz.Entry(code, number, birth, marked, expiry, nationality, surname, given, optional)
    composers = {
        "td1": lambda: mrz.td1("I", entry),
        "td2": lambda: mrz.td2("I", entry),
        "td3": lambda: mrz.td3("P", entry),
        "mrva": lambda: mrz.visa(44, entry),
        "mrvb": lambda: mrz.visa(36, entry),
    }
    return Record(values, composers[kind]())

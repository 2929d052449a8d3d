"""The driving licence of a state of the USA, with its PDF417."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specimens.records.record import Record, birth_and_issue, words, years_after
from specimens.seeds import digits, letters, pick

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import numpy as np


def compose(_: str, rng: np.random.Generator) -> Record:
    """The record of a driving licence."""
    people = words("usa")
    sex = pick(rng, ("M", "F"))
    birth, issue = birth_and_issue(rng, 2018, 2026)
    state, code, issuer, city, postal, pattern = pick(rng, people["states"])
    feet, inches = int(rng.integers(4, 7)), int(rng.integers(0, 12))
    street, zip_code = f"{rng.integers(1, 9999)} {pick(rng, people['streets'])}", f"{postal}{rng.integers(1, 99):02d}"
    values: dict[str, str | date] = {
        "number": _licence_number(rng, pattern), "surname": pick(rng, people["families"]),
        "first_name": pick(rng, people[f"given_{sex.lower()}"]), "middle_name": pick(rng, people["middle"]),
        "sex": sex, "birth_date": birth, "issue_date": issue,
        "expiry_date": years_after(birth, issue.year - birth.year + 8),
        "street": street, "city": city, "state_code": code, "state": state, "zip": zip_code, "issuer": issuer,
        "address": f"{street} {city}, {code} {zip_code}", "class": pick(rng, ("C", "D", "M")),
        "height": f"{feet}'-{inches:02d}\"", "height_inches": f"{feet * 12 + inches:03d} in",
        "weight": f"{rng.integers(100, 260)}", "eyes": pick(rng, people["eyes"]), "hair": pick(rng, people["hair"]),
        "discriminator": digits(rng, 10) + letters(rng, 2), "restrictions": pick(rng, ("NONE", "B", "A")),
        "donor": pick(rng, ("Y", "N")),
    }  # fmt: skip
    values["given_names"] = f"{values['first_name']} {values['middle_name']}"
    values["name"] = f"{values['given_names']} {values['surname']}"
    values["state_upper"] = state.upper()
    return Record(values, payloads={"aamva": aamva(values), "discriminator": str(values["discriminator"]).encode()})


def aamva(values: Mapping[str, str | date]) -> bytes:
    """The PDF417's payload: AAMVA DL/ID card design standard of 2016 (version 09), annex D, one DL subfile."""
    elements = {
        "DAQ": values["number"], "DCS": values["surname"], "DDE": "N", "DAC": values["first_name"], "DDF": "N",
        "DAD": values["middle_name"], "DDG": "N", "DCA": values["class"], "DCB": values["restrictions"], "DCD": "NONE",
        "DBD": f"{values['issue_date']:%m%d%Y}", "DBB": f"{values['birth_date']:%m%d%Y}",
        "DBA": f"{values['expiry_date']:%m%d%Y}", "DBC": "1" if values["sex"] == "M" else "2",
        "DAU": values["height_inches"], "DAY": values["eyes"], "DAG": values["street"], "DAI": values["city"],
        "DAJ": values["state_code"], "DAK": f"{values['zip']}0000  ", "DCF": values["discriminator"], "DCG": "USA",
        "DAW": values["weight"], "DAZ": values["hair"],
    }  # fmt: skip
    subfile = "DL" + "\n".join(f"{key}{value}" for key, value in elements.items()) + "\r"
    head = f"@\n\x1e\rANSI {values['issuer']}090001DL"
    offset = len(head) + len("00000000")
    return f"{head}{offset:04d}{len(subfile):04d}{subfile}".encode()


def _licence_number(rng: np.random.Generator, pattern: str) -> str:
    return "".join(letters(rng, 1) if char == "A" else str(rng.integers(10)) for char in pattern)

"""Philippine cards and the passport."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from specimens import mrz
from specimens.records.record import Record, birth_and_issue, words, years_after
from specimens.seeds import digits, letters, pick

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

# How the number of each type looks: 9 is a digit, A a letter, the rest stands for itself.
_NUMBERS = {
    "nid": "9999-9999-9999-9999",
    "ump": "0999-9999999-9",
    "tin": "999-999-999-000",
    "dl": "A99-99-999999",
    "sss": "99-9999999-9",
    "passport": "A9999999A",
    "postal": "999999999999 P",
    "philhealth": "99-999999999-9",
    "prc": "9999999",
    "loyalty": "9999-9999-9999",
}
_VALIDITY = {"dl": 5, "passport": 10, "postal": 3, "prc": 3}


def compose(kind: str, rng: np.random.Generator) -> Record:
    """The record of one of the types of `_NUMBERS`."""
    people = words("philippines")
    sex = pick(rng, ("M", "F"))
    birth, issue = birth_and_issue(rng, 2016, 2026)
    surname, middle = pick(rng, people["families"]), pick(rng, people["families"])
    given = pick(rng, people[f"given_{sex.lower()}"])
    address = (
        f"{rng.integers(1, 900)} {pick(rng, people['streets'])}, {pick(rng, people['barangays'])}, "
        f"{pick(rng, people['cities'])}"
    )
    values: dict[str, Any] = {
        "number": _number(rng, _NUMBERS[kind]), "surname": surname, "middle_name": middle, "given_names": given,
        "name": f"{given} {middle[0]}. {surname}", "name_last_first": f"{surname}, {given} {middle}", "sex": sex,
        "sex_upper": "MALE" if sex == "M" else "FEMALE", "birth_date": birth, "issue_date": issue,
        "expiry_date": years_after(issue, _VALIDITY.get(kind, 5)), "address": address, "nationality": "FILIPINO",
        "birth_place": pick(rng, people["cities"]), "blood": pick(rng, people["blood"]),
        "profession": pick(rng, people["professions"]), "weight": f"{rng.integers(45, 95)}",
        "height": f"{rng.uniform(1.48, 1.85):.2f}", "code": f"A,{rng.integers(1, 3)}",
        "marital": pick(rng, ("SINGLE", "MARRIED", "WIDOWED")),
        "authority": pick(rng, ("DFA MANILA", "DFA CEBU", "DFA DAVAO")),
        "tin": _number(rng, _NUMBERS["tin"]), "agency_code": f"{letters(rng, 1)}{digits(rng, 2)}",
    }  # fmt: skip
    values["issue_upper"], values["birth_upper"] = _month(values["issue_date"]), _month(values["birth_date"])
    values["expiry_upper"] = _month(values["expiry_date"])
    lines: tuple[str, ...] = ()
    if kind == "passport":
        entry = mrz.Entry("PHL", values["number"], birth, sex, values["expiry_date"], "PHL", surname, given)
        lines = mrz.td3("P", entry)
    return Record(values, lines, {"nid": _nid_code(values), "number": values["number"].encode()})


def _nid_code(values: dict[str, Any]) -> bytes:
    """What the code of a national card says: JSON with the subject's data and a signature, here an empty one."""
    subject = {
        "sf": "", "lName": values["surname"], "fName": values["given_names"], "mName": values["middle_name"],
        "sex": values["sex_upper"].title(), "BF": "[1,6]", "DOB": f"{values['birth_date']:%B %d, %Y}",
        "POB": values["birth_place"], "PCN": values["number"],
    }  # fmt: skip
    whole = {"DateIssued": f"{values['issue_date']:%d %B %Y}", "Issuer": "PSA", "subject": subject, "alg": "EDDSA"}
    return json.dumps(whole | {"signature": ""}, ensure_ascii=False, separators=(",", ":")).encode()


def _month(day: date) -> str:
    return f"{day:%B %d, %Y}".upper()


def _number(rng: np.random.Generator, pattern: str) -> str:
    drawn = (digits(rng, 1) if char == "9" else letters(rng, 1) if char == "A" else char for char in pattern)
    return "".join(drawn)

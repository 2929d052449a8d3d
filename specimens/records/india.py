"""Indian cards, letters and passports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specimens import mrz
from specimens.aadhaar import secure_qr
from specimens.records.record import Record, birth_and_issue, words, years_after
from specimens.seeds import digits, letters, pick

if TYPE_CHECKING:
    import numpy as np

# Verhoeff's tables (1969): the dihedral group of order ten, and the permutation of each place.
_TIMES = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_PLACES = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)
_INVERSE = "0432156789"


def compose(kind: str, rng: np.random.Generator) -> Record:
    """The record of ``aadhaar``, ``aadhaar_letter``, ``pan``, ``voter``, ``passport`` or ``dl``."""
    people = words("india")
    sex = pick(rng, ("M", "F"))
    birth, issue = birth_and_issue(rng, 2012, 2026)
    family = pick(rng, people["families"])
    given, father = pick(rng, people[f"given_{sex.lower()}"]), pick(rng, people["given_m"])
    values: dict[str, Any] = {
        "surname": family[0], "given_names": given[0], "name": f"{given[0]} {family[0]}",
        "name_title": f"{given[0]} {family[0]}".title(), "name_hi": f"{given[1]} {family[1]}",
        "father_name": f"{father[0]} {family[0]}", "father_title": f"{father[0]} {family[0]}".title(),
        "father_hi": f"{father[1]} {family[1]}", "mother_name": f"{pick(rng, people['given_f'])[0]} {family[0]}",
        "sex": sex, "sex_en": "Male" if sex == "M" else "Female", "sex_upper": "MALE" if sex == "M" else "FEMALE",
        "sex_hi": "पुरुष" if sex == "M" else "महिला", "birth_date": birth, "issue_date": issue,
        "expiry_date": years_after(issue, 10), "nationality": "INDIAN",
    } | _address(rng, people)  # fmt: skip
    return _TYPES[kind](values, rng)


def verhoeff_digit(number: str) -> str:
    """The check digit of an Aadhaar number."""
    check = "0"
    for place, char in enumerate(reversed(number), start=1):
        check = _TIMES[int(check)][int(_PLACES[place % 8][int(char)])]
    return _INVERSE[int(check)]


def luhn_digit(number: str) -> str:
    """The check digit of a voter card's digits (ISO/IEC 7812-1)."""
    total = 0
    for place, char in enumerate(reversed(number)):
        doubled = int(char) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)


def _address(rng: np.random.Generator, people: dict[str, Any]) -> dict[str, str]:
    state = pick(rng, people["states"])
    city, city_hi, postal = pick(rng, state["places"])
    house, street, mark = (pick(rng, people[name]) for name in ("houses", "streets", "landmarks"))
    pin = f"{postal}{rng.integers(1, 100):03d}"
    return {
        "house": house[0], "street": street[0], "landmark": mark[0], "city": city, "state": state["name"][0],
        "state_code": state["code"], "pin": pin,
        "address": f"{house[0]}, {street[0]}, {mark[0]}, {city}, {state['name'][0]} - {pin}",
        "address_hi": f"{house[1]}, {street[1]}, {mark[1]}, {city_hi}, {state['name'][1]}",
    }  # fmt: skip


def _aadhaar(values: dict[str, Any], rng: np.random.Generator) -> Record:
    body = pick(rng, tuple("23456789")) + digits(rng, 10)
    number = body + verhoeff_digit(body)
    values["number"] = number
    values["number_spaced"] = f"{number[:4]} {number[4:8]} {number[8:]}"
    values["vid"] = f"{digits(rng, 4)} {digits(rng, 4)} {digits(rng, 4)} {digits(rng, 4)}"
    values["enrolment"] = f"{digits(rng, 4)}/{digits(rng, 5)}/{digits(rng, 5)}"
    values["father_line"] = f"{'S/O' if values['sex'] == 'M' else 'D/O'} {values['father_title']}"
    values["address_full"] = f"{values['father_line']}, {values['address']}"
    return Record(values, payloads={"aadhaar": secure_qr(values, rng)})


def _pan(values: dict[str, Any], rng: np.random.Generator) -> Record:
    values["number"] = f"{letters(rng, 3)}P{values['surname'][0]}{digits(rng, 4)}{letters(rng, 1)}"
    text = f"{values['number']};{values['name']};{values['father_name']};{values['birth_date']:%d/%m/%Y}"
    return Record(values, payloads={"pan": text.encode()})


def _voter(values: dict[str, Any], rng: np.random.Generator) -> Record:
    body = digits(rng, 6)
    values["number"] = f"{letters(rng, 3)}{body}{luhn_digit(body)}"
    values["constituency"] = f"{rng.integers(1, 280)} - {values['city'].upper()}"
    values["part"] = str(rng.integers(1, 300))
    return Record(values, payloads={"number": values["number"].encode()})


def _passport(values: dict[str, Any], rng: np.random.Generator) -> Record:
    values["number"] = letters(rng, 1) + digits(rng, 7)
    values["file_number"] = f"{values['state_code']}{digits(rng, 13)}"
    values["birth_place"] = f"{values['city'].upper()}, {values['state'].upper()}"
    values["issue_place"] = values["city"].upper()
    values["address_upper"] = values["address"].upper()
    entry = mrz.Entry(
        "IND", values["number"], values["birth_date"], values["sex"], values["expiry_date"], "IND", values["surname"],
        values["given_names"],
    )  # fmt: skip
    return Record(values, mrz.td3("P", entry), {"file": values["file_number"].encode()})


def _licence(values: dict[str, Any], rng: np.random.Generator) -> Record:
    values["number"] = f"{values['state_code']}{rng.integers(1, 60):02d} {values['issue_date']:%Y}{digits(rng, 7)}"
    values["blood"] = pick(rng, ("A+", "B+", "O+", "AB+", "O-"))
    values["classes"] = pick(rng, ("LMV", "MCWG", "LMV, MCWG", "LMV, MCWG, TRANS"))
    values["expiry_date"] = years_after(values["issue_date"], 20)
    return Record(values)


_TYPES = {
    "aadhaar": _aadhaar,
    "aadhaar_letter": _aadhaar,
    "pan": _pan,
    "voter": _voter,
    "passport": _passport,
    "dl": _licence,
}

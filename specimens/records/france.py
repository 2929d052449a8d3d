"""French identity cards of 1995 and 2021, residence permit and driving licence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from specimens import mrz
from specimens.records.record import Record, birth_and_issue, words, years_after
from specimens.seeds import digits, letters, pick

if TYPE_CHECKING:
    from datetime import date

    import numpy as np


def compose(kind: str, rng: np.random.Generator) -> Record:
    """The record of ``id_2021``, ``id_1995``, ``residence_permit`` or ``dl``."""
    people = words("france")
    first, last = {"id_2021": (2021, 2026), "id_1995": (2004, 2020)}.get(kind, (2014, 2026))
    sex = pick(rng, ("M", "F"))
    birth, issue = birth_and_issue(rng, first, last)
    names = [pick(rng, people[f"given_{sex.lower()}"]) for _ in range(int(rng.integers(1, 4)))]
    city, department = pick(rng, people["cities"])
    home = pick(rng, people["cities"])
    surname = pick(rng, people["families"])
    values: dict[str, str | date] = {
        "surname": surname, "given_names": ", ".join(dict.fromkeys(names)), "sex": sex, "birth_date": birth,
        "birth_place": city, "nationality": "FRA", "issue_date": issue, "expiry_date": years_after(issue, 10),
        "height": f"{rng.uniform(1.5, 1.95):.2f}".replace(".", ",") + " m", "department": f"{department}",
        "address": f"{rng.integers(1, 120)} {pick(rng, people['streets'])} {home[1].replace('A', '0')}000 {home[0]}",
        "issue_place": f"PRÉFECTURE DE {home[0]} ({home[1]})",
    }  # fmt: skip
    values["name"] = f"{surname} {values['given_names']}"
    return _TYPES[kind](values, rng, people)


def _id_2021(values: dict[str, Any], rng: np.random.Generator, _: dict[str, Any]) -> Record:
    values["number"] = _card_number(rng)
    values["card_access_number"] = digits(rng, 6)
    return Record(values, mrz.td1("ID", _entry(values)))


def _id_1995(values: dict[str, Any], rng: np.random.Generator, _: dict[str, Any]) -> Record:
    issue: date = values["issue_date"]
    department = values["department"].replace("A", "0")
    values["number"] = f"{issue:%y%m}{department}{rng.integers(1, 9)}{rng.integers(1, 100_000):05d}"
    office = f"{department}{rng.integers(1, 10)}{rng.integers(1, 1000):03d}"
    entry = replace(_entry(values), given=values["given_names"])
    return Record(values, mrz.france_1995(entry, office))


def _permit(values: dict[str, Any], rng: np.random.Generator, people: dict[str, Any]) -> Record:
    code, nationality, town = pick(rng, people["foreign"])
    values |= {
        "nationality": code, "nationality_fr": nationality, "birth_place": f"{town} ({code})",
        "surname": pick(rng, people["foreign_families"]), "number": letters(rng, 2) + digits(rng, 7),
        "title": pick(rng, people["titles"]), "personal_number": digits(rng, 10),
        "expiry_date": years_after(values["issue_date"], pick(rng, (1, 4, 10))),
    }  # fmt: skip
    values["name"] = f"{values['surname']} {values['given_names']}"
    return Record(values, mrz.td1("IR", replace(_entry(values), optional=values["personal_number"])))


def _licence(values: dict[str, Any], rng: np.random.Generator, _: dict[str, Any]) -> Record:
    """The back has one line of 30, which is no ICAO zone: D1FRA, number, expiry, the name cut, a check digit."""
    number = f"{values['issue_date']:%y}{letters(rng, 2)}{digits(rng, 5)}"
    values |= {
        "number": number, "expiry_date": years_after(values["issue_date"], 15), "authority": values["department"],
        "categories": pick(rng, ("AM/B1/B", "AM/A1/A2/A/B1/B", "B1/B/BE")),
    }  # fmt: skip
    expiry: date = values["expiry_date"]
    body = "D1FRA" + mrz.field(number, 9) + f"{expiry:%y%m%d}" + mrz.field(values["surname"], 9)
    return Record(values, (body + mrz.check_digit(body),))


def _entry(values: dict[str, Any]) -> mrz.Entry:
    return mrz.Entry(
        "FRA", values["number"], values["birth_date"], values["sex"], values["expiry_date"], values["nationality"],
        values["surname"], values["given_names"].replace(", ", " "),
    )  # fmt: skip


def _card_number(rng: np.random.Generator) -> str:
    """Nine characters out of those that the card of 2021 uses: capitals and digits without vowels."""
    return "".join(pick(rng, tuple("0123456789CFGHJKLMNPRTVWXYZ")) for _ in range(9))


_TYPES = {"id_2021": _id_2021, "id_1995": _id_1995, "residence_permit": _permit, "dl": _licence}

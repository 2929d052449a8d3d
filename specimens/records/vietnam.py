"""Vietnamese cards, passports and business licences."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from specimens import mrz
from specimens.records.record import Record, birth_and_issue, words, years_after
from specimens.seeds import digits, letters, pick

if TYPE_CHECKING:
    import numpy as np

# First and last year of issue of each type.
_ISSUED = {
    "cmnd_old": (2005, 2014),
    "cmnd_new": (2012, 2015),
    "cccd": (2016, 2020),
    "cccd_new": (2021, 2024),
    "tcc": (2025, 2026),
    "mid": (2015, 2024),
    "passport": (2012, 2021),
    "passport_new": (2022, 2026),
    "business_license": (2010, 2025),
}
# Ages at which a citizen's card must be changed: law of 2014, and of 2023 in force from July 2024.
_MILESTONES = (25, 40, 60)
_NO_EXPIRY_FROM = 58
_POLICE = "CỤC TRƯỞNG CỤC CẢNH SÁT"


def compose(kind: str, rng: np.random.Generator) -> Record:
    """The record of one of the types of `_ISSUED`."""
    people = words("vietnam")
    sex = pick(rng, ("M", "F"))
    birth, issue = birth_and_issue(rng, *_ISSUED[kind])
    home, living = _place(rng, people), _place(rng, people)
    surname = pick(rng, people["families"])
    given = f"{pick(rng, people[f'middle_{sex.lower()}'])} {pick(rng, people[f'given_{sex.lower()}'])}"
    citizen = _citizen_number(rng, home["code"], sex, birth)
    old = digits(rng, 9)
    expiry = _expiry(kind, birth, issue)
    values: dict[str, str | date] = {
        "surname": surname,
        "given_names": given,
        "name": f"{surname} {given}",
        "name_title": f"{surname} {given}".title(),
        "sex": sex,
        "sex_vi": "Nam" if sex == "M" else "Nữ",
        "birth_date": birth,
        "birth_place": home["province"],
        "birth_place_latin": mrz.latin(home["province"]),
        "home_town": home["full"],
        "address": living["full"],
        "nationality": "VIỆT NAM",
        "number": citizen,
        "personal_number": citizen,
        "old_number": old,
        "ethnicity": pick(rng, people["ethnic"]),
        "religion": pick(rng, people["religions"]),
        "features": pick(rng, people["marks"]),
        "issue_date": issue,
        "issue_place": living["province"],
        "expiry_vi": f"{expiry:%d/%m/%Y}" if expiry else "Không thời hạn",
        "signer": " ".join(pick(rng, people[part]) for part in ("families", "middle_m", "given_m")).title(),
    }
    if expiry:
        values["expiry_date"] = expiry
    return _TYPES.get(kind, _citizen_card)(values, rng, people)


def qr_payload(values: dict[str, str | date]) -> bytes:
    """The seven fields of the code on the front of a citizen's card."""
    birth, issue = values["birth_date"], values["issue_date"]
    parts = (
        values["number"], values["old_number"], values["name_title"], f"{birth:%d%m%Y}", values["sex_vi"],
        values["address"], f"{issue:%d%m%Y}",
    )  # fmt: skip
    return "|".join(map(str, parts)).encode()


def _citizen_card(values: dict[str, str | date], rng: np.random.Generator, _: dict[str, Any]) -> Record:
    if rng.random() < 0.3:  # noqa: PLR2004 - who never had an old card
        values["old_number"] = ""
    number, birth, expiry = str(values["number"]), values["birth_date"], values.get("expiry_date")
    entry = mrz.Entry(
        "VNM", number[3:], _day(birth), str(values["sex"]), _day(expiry) if expiry else None, "VNM",
        str(values["surname"]), str(values["given_names"]), optional=number,
    )  # fmt: skip
    return Record(values, mrz.td1("ID", entry), {"cccd": qr_payload(values), "number": number.encode()})


def _old_card(values: dict[str, str | date], _: np.random.Generator, __: dict[str, Any]) -> Record:
    values["number"] = values["old_number"]
    return Record(values)


def _military(values: dict[str, str | date], rng: np.random.Generator, people: dict[str, Any]) -> Record:
    values["number"] = digits(rng, 12)
    values["rank"], values["unit"] = pick(rng, people["ranks"]), pick(rng, people["units"])
    values["blood"] = pick(rng, people["blood"])
    return Record(values)


def _passport(values: dict[str, str | date], rng: np.random.Generator, _: dict[str, Any]) -> Record:
    values["number"] = letters(rng, 1) + digits(rng, 7)
    values["nationality"] = "VIỆT NAM / VIETNAMESE"
    values["sex_both"] = "Nam / M" if values["sex"] == "M" else "Nữ / F"
    entry = mrz.Entry(
        "VNM", str(values["number"]), _day(values["birth_date"]), str(values["sex"]), _day(values["expiry_date"]),
        "VNM", str(values["surname"]), str(values["given_names"]), optional=str(values["personal_number"]),
    )  # fmt: skip
    return Record(values, mrz.td3("P", entry))


def _licence(values: dict[str, str | date], rng: np.random.Generator, people: dict[str, Any]) -> Record:
    chosen = int(rng.integers(len(people["companies"])))
    capital = int(rng.integers(2, 500)) * 100_000_000
    values |= {
        "company_name": people["companies"][chosen],
        "company_name_en": people["companies_en"][chosen],
        "tax_code": digits(rng, 10),
        "capital": f"{capital:,}".replace(",", ".") + " đồng",
        "phone": "0" + digits(rng, 9),
        "position": pick(rng, ("Giám đốc", "Tổng giám đốc", "Chủ tịch hội đồng thành viên")),
        "change_number": str(rng.integers(1, 9)),
    }
    values["number"] = values["tax_code"]
    return Record(values)


def _place(rng: np.random.Generator, people: dict[str, Any]) -> dict[str, str]:
    province = pick(rng, people["provinces"])
    district, ward = pick(rng, province["districts"])
    street = f"{rng.integers(1, 400)} {pick(rng, people['streets'])}"
    first = pick(rng, (street, pick(rng, people["hamlets"])))
    return {
        "code": province["code"],
        "province": province["name"],
        "full": f"{first}, {ward}, {district}, {province['name']}",
    }


def _citizen_number(rng: np.random.Generator, province: str, sex: str, birth: date) -> str:
    """Province, century and sex (0 and 1 for men and women of the 1900s, 2 and 3 of the 2000s), year, serial."""
    century = 2 * (birth.year // 100 - 19) + (sex == "F")
    return f"{province}{century}{birth:%y}{rng.integers(1, 1_000_000):06d}"


def _expiry(kind: str, birth: date, issue: date) -> date | None:
    if kind in {"cccd", "cccd_new", "tcc"}:
        return citizen_expiry(birth, issue)
    return years_after(issue, 10 if kind.startswith("passport") else 15)


def citizen_expiry(birth: date, issue: date) -> date | None:
    """The next milestone; the one after it when issued within two years before; None from 58."""
    if issue >= years_after(birth, _NO_EXPIRY_FROM):
        return None
    return next(years_after(birth, age) for age in _MILESTONES if issue < years_after(birth, age - 2))


def _day(value: str | date | None) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is no date")
    return value


_TYPES = {
    "cmnd_old": _old_card,
    "mid": _military,
    "passport": _passport,
    "passport_new": _passport,
    "business_license": _licence,
}

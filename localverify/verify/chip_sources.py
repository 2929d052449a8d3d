"""A chip against the other sources on and around the same document: its printed zone, its printed fields, faces.

Each answer is a `Check`, to be joined with the others of a document or of an onboarding. A chip proves nothing
by agreeing: whether it is genuine is its own check, `chip_check`, and belongs beside these.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING

from localverify.errors import InputError
from localverify.types import Check, Outcome
from localverify.verify.chips import ChipResult, Verdict, decode_picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from localverify.documents.mrz import Mrz
    from localverify.types import FaceComparison, Image

_OUTCOMES = {Verdict.GOOD: Outcome.PASS, Verdict.ALERT: Outcome.FAIL, Verdict.NOT_CHECK: Outcome.NOT_RUN}
# Letters that no accent parts: Doc 9303-3, section 6, spells them so in the zone.
_SPELLED = str.maketrans(
    {"Đ": "D", "Ð": "D", "Ø": "O", "Ł": "L", "Æ": "AE", "Œ": "OE", "Þ": "TH", "ß": "SS", "ẞ": "SS", "ı": "I"}
)
_DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y%m%d", "%d %m %Y")
# What the groups call one and the same thing: DG13 is Vietnam's, DG11 the standard's details.
_SAME = {
    "number": (("DG13", "id_number"), ("DG1", "number")),
    "personal_number": (("DG13", "id_number"), ("DG11", "personal_number")),
    "full_name": (("DG13", "full_name"), ("DG11", "full_name"), ("DG1", "full_name")),
    "surname": (("DG1", "surname"),),
    "given_names": (("DG1", "given_names"),),
    "birth_date": (("DG1", "birth_date"), ("DG13", "birth_date"), ("DG11", "birth_date")),
    "expiry_date": (("DG1", "expiry_date"), ("DG13", "expiry_date")),
    "issue_date": (("DG13", "issue_date"), ("DG12", "issue_date")),
    "nationality": (("DG1", "nationality"),),
    "sex": (("DG1", "sex"),),
}
_DATES = {"birth_date", "expiry_date", "issue_date"}
_NAMES = {"full_name", "surname", "given_names"}


def chip_check(result: ChipResult) -> Check:
    """The chip's verdict as one check, with the first problem as its reason."""
    problem = result.decision.first_problem
    return Check("chip", _OUTCOMES[result.verdict], reason=problem.reason if problem else "")


def check_against_mrz(result: ChipResult, printed: Mrz) -> tuple[Check, ...]:
    """The zone of DG1 against the one that was read from the picture, field by field.

    Returns:
        One check a field, ``chip_mrz_number`` and so on; one NOT_RUN check ``chip_mrz`` when the chip has none.
        A difference is a FAIL where the printed check digits hold, and UNSURE where the reading may be wrong.
    """
    chip = result.document.mrz
    if chip is None:
        return (Check("chip_mrz", Outcome.NOT_RUN, reason="no_chip_mrz"),)
    pairs = {
        "number": (chip.number, printed.number),
        "issuer": (chip.issuer, printed.issuer),
        "nationality": (chip.nationality, printed.nationality),
        "birth": (chip.birth.text, printed.birth.text),
        "sex": (chip.sex, printed.sex),
        "expiry": (chip.expiry.text if chip.expiry else "", printed.expiry.text if printed.expiry else ""),
        "surname": (chip.surname, printed.surname),
        "given_names": (chip.given_names, printed.given_names),
    }
    differs = Outcome.FAIL if printed.valid else Outcome.UNSURE
    return tuple(_compared(f"chip_mrz_{name}", a == b, differs) for name, (a, b) in pairs.items())


def check_against_fields(result: ChipResult, printed: Mapping[str, str]) -> tuple[Check, ...]:
    """The chip's text against printed fields, by the names of the printed side.

    Names are compared without accents, case and order; dates in any usual writing; all else by its letters and
    digits. Fields that the chip has not are left out.

    Args:
        result: of the chip.
        printed: number, personal_number, full_name, surname, given_names, birth_date, expiry_date, issue_date,
            nationality or sex to the text as read.

    Returns:
        One check a shared field, ``chip_field_full_name`` and so on: PASS, or FAIL with reason ``differs``.
    """
    checks = []
    for name, text in printed.items():
        values = list(_chip_values(result, name))
        if text and values:
            same = any(_key(name, text) == _key(name, value) for value in values)
            checks.append(_compared(f"chip_field_{name}", same, Outcome.FAIL))
    return tuple(checks)


def check_faces(
    result: ChipResult, pictures: Mapping[str, Image], compare: Callable[[Image, Image], FaceComparison]
) -> tuple[Check, ...]:
    """The chip's portrait against other pictures of the holder.

    Args:
        result: of the chip.
        pictures: by what they are: ``portrait`` (on the document), ``selfie``.
        compare: the face verb.

    Returns:
        One check a picture, ``chip_face_selfie`` and so on, with the verb's score, threshold and model; NOT_RUN
        with reason ``no_chip_face`` where the chip has no portrait that can be decoded.
    """
    face = _face(result)
    if face is None:
        return tuple(Check(f"chip_face_{name}", Outcome.NOT_RUN, reason="no_chip_face") for name in pictures)
    return tuple(_renamed(f"chip_face_{name}", compare(face, picture)) for name, picture in pictures.items())


def _face(result: ChipResult) -> Image | None:
    if result.document.face is None:
        return None
    try:
        return decode_picture(result.document.face)
    except InputError:
        return None


def _renamed(name: str, comparison: FaceComparison) -> Check:
    check = comparison.decision.checks[0]
    return Check(name, check.outcome, check.score, check.threshold, check.reason, check.model, check.evidence)


def _compared(name: str, same: bool, differs: Outcome) -> Check:
    return Check(name, Outcome.PASS) if same else Check(name, differs, reason="differs")


def _chip_values(result: ChipResult, name: str) -> Iterable[str]:
    fields = result.document.fields
    if mrz := result.document.mrz:
        fields["DG1"]["full_name"] = f"{mrz.surname} {mrz.given_names}"
    for group, field in _SAME.get(name, ()):
        if value := fields.get(group, {}).get(field):
            yield value


def _key(name: str, text: str) -> object:
    if name in _DATES:
        return _date(text) or text.strip()
    if name in _NAMES:
        return sorted(_plain(text).split())
    return re.sub("[^0-9A-Z]", "", _plain(text))


def _plain(text: str) -> str:
    """Capitals without accents, as the zone spells them."""
    spelled = text.upper().translate(_SPELLED)
    parted = unicodedata.normalize("NFD", spelled)
    letters = "".join(char for char in parted if not unicodedata.combining(char))
    return re.sub(r"[^0-9A-Z]+", " ", letters).strip()


def _date(text: str) -> date | None:
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    return None

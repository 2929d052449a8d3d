"""From a verified chip to TrustVision's JSON. Pure: the tests call it without a server."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from localverify.vendors.trustvision import nfc_schema as shapes
from localverify.vendors.trustvision.schema import Answer, ImageReference
from localverify.verify.chip_reasons import MESSAGES
from localverify.verify.chips import ChipResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localverify.store.records import VerifiedChip

# The documents' example names id_no, full_name and birthday; the others keep to its style.
_FROM_DG13: Mapping[str, str] = {
    "id_number": "id_no",
    "full_name": "full_name",
    "birth_date": "birthday",
    "sex": "gender",
    "nationality": "nationality",
    "ethnicity": "ethnicity",
    "religion": "religion",
    "place_of_origin": "home_town",
    "residence": "address",
    "personal_identification": "personal_identification",
    "issue_date": "issue_date",
    "expiry_date": "expiry_date",
    "father": "father_name",
    "mother": "mother_name",
    "spouse": "spouse_name",
    "old_id_number": "old_id_no",
}
_BCA = shapes.NfcStatus(
    verdict="not_check",
    error_code="bca_not_available",
    error_message="The ministry's service cannot be asked offline",
)
_NUMBER_MESSAGES: Mapping[str, tuple[Verdict, str]] = {
    "id_number_mismatch": (Verdict.ALERT, "The number of the card is not the chip's"),
    "id_number_unknown": (Verdict.NOT_CHECK, "No data group that was given holds the number of the card"),
}
_SHA256 = re.compile("[0-9a-fA-F]{64}")


def integrity(result: ChipResult, cccd: str | None) -> shapes.NfcStatus:
    """The chip's own verdict, then whether the number that the client gives is in it."""
    reason = result.reasons[0] if result.reasons else ""
    if result.verdict is not Verdict.GOOD:
        return shapes.NfcStatus(verdict=result.verdict.value, error_code=reason, error_message=MESSAGES[reason])
    code = _number_problem(result, cccd)
    if code:
        verdict, message = _NUMBER_MESSAGES[code]
        return shapes.NfcStatus(verdict=verdict.value, error_code=code, error_message=message)
    return shapes.NfcStatus(verdict="good", error_code="", error_message="")


def overall(integrity_verdict: str, clone: str | None) -> Verdict:
    """The worst of what was checked: the ministry's answer, which is not asked for, does not count.

    A clone check that ended in an error was not made, so it spoils a good verdict.
    """
    if "alert" in {integrity_verdict, clone}:
        return Verdict.ALERT
    good = integrity_verdict == "good" and clone != "error"
    return Verdict.GOOD if good else Verdict.NOT_CHECK


def verified(
    result: ChipResult, cccd: str | None, clone: str | None, image_id: str, request_id: str
) -> Answer[shapes.VerifiedNfc]:
    """The answer of verify_nfc; `image_id` is empty where the chip has no portrait."""
    status = integrity(result, cccd)
    return Answer(
        data=shapes.VerifiedNfc(
            status="success",
            request_id=request_id,
            card_information=card_information(result, sure=status.verdict == "good"),
            image=ImageReference(id=image_id),
            nfc_verification=shapes.NfcVerification(
                bca_status=_BCA,
                integrity_status=status,
                clone_status=shapes.CloneStatus(verdict=clone or ""),
                verdict=overall(status.verdict, clone).value,
            ),
            server_infos=shapes.ServerInfos(timestamp=datetime.now(UTC).replace(microsecond=0).isoformat()),
        )
    )


def card_information(result: ChipResult, sure: bool) -> list[shapes.CardField]:
    """The card's fields from DG13, else from DG1; dates are DD/MM/YYYY."""
    verdict, score = ("SURE", 1.0) if sure else ("UNSURE", 0.0)
    return [
        shapes.CardField(field=name, value=value, confidence_verdict=verdict, confidence_score=score)
        for name, value in card_fields(result).items()
    ]


def card_fields(result: ChipResult) -> dict[str, str]:
    """The card's fields by the vendor's names."""
    fields = result.document.fields
    if "DG13" in fields:
        return {_FROM_DG13[name]: text for name, text in fields["DG13"].items()}
    zone = fields.get("DG1", {})
    named = {
        "id_no": _zone_number(result),
        "full_name": " ".join(filter(None, (zone.get("surname"), zone.get("given_names")))),
        "birthday": _day(zone.get("birth_date", "")),
        "gender": zone.get("sex", ""),
        "nationality": zone.get("nationality", ""),
        "expiry_date": _day(zone.get("expiry_date", "")),
    }
    return {name: text for name, text in named.items() if text}


def checked(chip: VerifiedChip | None, request_id: str) -> Answer[shapes.CheckedNfc]:
    """The answer of check_nfc."""
    found = (
        shapes.NfcCheck(status="verified", hash_sod=chip.sod_sha512, input_fields=list(chip.inputs))
        if chip
        else shapes.NfcCheck(status="not_verified")
    )
    return Answer(data=shapes.CheckedNfc(status="success", request_id=request_id, nfc_check=found))


def number_digest(number: str) -> str:
    """The SHA-256 under which a number is kept; a number that is one already stays it."""
    text = number.strip()
    return text.lower() if _SHA256.fullmatch(text) else hashlib.sha256(text.encode()).hexdigest()


def input_fields(body: shapes.VerifyNfc) -> Sequence[str]:
    """Which of the optional files and values came, in the order of the documents' example."""
    names = ("dg1", "dg13", "dg2", "dg14", "dg15", "com", "cccd")
    return [name for name in names if getattr(body, name) is not None]


def _number_problem(result: ChipResult, cccd: str | None) -> str:
    number = card_fields(result).get("id_no", "")
    if cccd is None:
        return "" if number else "id_number_unknown"
    if not number:
        return "id_number_unknown"
    return "" if number == cccd.strip() else "id_number_mismatch"


def _zone_number(result: ChipResult) -> str:
    """A Vietnamese card's number is the twelve digits of the zone's optional data; elsewhere the document's."""
    zone = result.document.fields.get("DG1", {})
    digits = re.match("[0-9]{12}", zone.get("optional", ""))
    return digits[0] if digits and zone.get("issuer") == "VNM" else zone.get("number", "")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).strftime(shapes.DATE_FORM)
    except ValueError:
        return text

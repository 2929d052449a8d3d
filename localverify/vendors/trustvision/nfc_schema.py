"""The JSON of verify_nfc and check_nfc, as TrustVision documents it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from localverify.vendors.trustvision.schema import ImageReference, OptionalText, Wire, absent_when_empty

DATE_FORM = "%d/%m/%Y"


def _day(text: str | None) -> str | None:
    if text is not None and not _is_day(text):
        raise ValueError("not a date as DD/MM/YYYY")
    return text


def _is_day(text: str) -> bool:
    try:
        return re.fullmatch("[0-9/]{10}", text) is not None and bool(datetime.strptime(text, DATE_FORM))
    except ValueError:
        return False


Day = Annotated[OptionalText, AfterValidator(_day)]
CloneVerdict = Annotated[Literal["good", "alert", "error"] | None, BeforeValidator(absent_when_empty)]


class VerifyNfc(Wire):
    """POST /v1/verify_nfc. Every file is base64."""

    sod: str = Field(min_length=1, description="EF.SOD.")
    dg1: OptionalText = None
    dg2: OptionalText = None
    dg13: OptionalText = None
    dg14: OptionalText = None
    dg15: OptionalText = None
    com: OptionalText = Field(None, description="EF.COM; it is not signed, so nothing is concluded from it.")
    cccd: OptionalText = Field(None, description="Number of the card; dg13 or cccd must be given.")
    force_call_bca: bool = Field(False, description="Accepted; the ministry's service is not asked offline.")
    clone_status: CloneVerdict = Field(None, description="What the client's SDK found; it is echoed.")
    card_image_id: OptionalText = Field(None, description="Id of the picture of the card, to keep the result with.")


class CheckNfc(Wire):
    """POST /v1/check_nfc."""

    id_num: str = Field(min_length=1, description="Number of the card, or its SHA-256 in hexadecimal.")
    issue_date: Day = Field(None, description="DD/MM/YYYY.")


class CardField(Wire):
    """One field of the card, as the chip has it."""

    field: str
    value: str
    confidence_verdict: str = Field(description="SURE when the integrity is good, else UNSURE.")
    confidence_score: float = Field(ge=0, le=1)


class NfcStatus(Wire):
    """One verdict, with code and message where it is not good."""

    verdict: Literal["good", "alert", "not_check"]
    error_code: str
    error_message: str


class CloneStatus(Wire):
    """What the client's SDK found; empty where it said nothing."""

    verdict: str


class NfcVerification(Wire):
    """All verdicts on a chip."""

    bca_status: NfcStatus
    integrity_status: NfcStatus
    clone_status: CloneStatus
    verdict: Literal["good", "alert", "not_check"]


class ServerInfos(Wire):
    """When it was answered."""

    timestamp: str


class VerifiedNfc(Wire):
    """Data of verify_nfc."""

    status: str
    request_id: str
    card_information: list[CardField]
    image: ImageReference
    nfc_verification: NfcVerification
    server_infos: ServerInfos


class NfcCheck(Wire):
    """Whether a card's chip was verified before."""

    status: Literal["verified", "not_verified"]
    hash_sod: str | None = Field(None, description="SHA-512 of EF.SOD.")
    input_fields: list[str] | None = None


class CheckedNfc(Wire):
    """Data of check_nfc."""

    status: str
    request_id: str
    nfc_check: NfcCheck

"""Verifying the chip of an identity card, and looking up whether one was verified before."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from localverify.documents.lds.files import MAX_FILE_BYTES, ChipFiles
from localverify.errors import InputError
from localverify.imaging.decode import encode_png
from localverify.store.records import VerifiedChip
from localverify.vendors.trustvision import nfc_schema as shapes
from localverify.vendors.trustvision import nfc_translate as translate
from localverify.vendors.trustvision.call import decode_base64
from localverify.vendors.trustvision.operations.operation import Operation
from localverify.verify.chips import ChipResult, decode_picture

if TYPE_CHECKING:
    from pydantic import BaseModel

    from localverify.vendors.trustvision.call import Call

_GROUPS = {1: "dg1", 2: "dg2", 13: "dg13", 14: "dg14", 15: "dg15"}


def verify_nfc(call: Call, body: shapes.VerifyNfc) -> BaseModel:
    """Passive authentication of a chip's files against the operator's trust store, and what the chip says."""
    if body.dg13 is None and body.cccd is None:
        raise InputError("give dg13 or cccd", field="dg13")
    if body.card_image_id is not None:
        call.download(body.card_image_id, "card_image_id")
    files = _files(body)
    result = call.services.verifier.verify_chip(files)
    image_id = _keep_portrait(call, result)
    answer = translate.verified(result, body.cccd, body.clone_status, image_id, call.request_id)
    if answer.data.nfc_verification.verdict == "good":
        call.chips.append(_record(call, body, files, result))
    return answer


def check_nfc(call: Call, body: shapes.CheckNfc) -> BaseModel:
    """Whether the chip of a card was verified before, and found good, for the same client."""
    store, vendor = call.services.store, call.services.vendor
    digest = translate.number_digest(body.id_num)
    return translate.checked(store.find_chip(vendor, call.key.client, digest, body.issue_date or ""), call.request_id)


def _files(body: shapes.VerifyNfc) -> ChipFiles:
    groups = {number: _decode(getattr(body, name), name) for number, name in _GROUPS.items() if getattr(body, name)}
    return ChipFiles(_decode(body.sod, "sod"), groups, _decode(body.com, "com") if body.com else None)


def _decode(text: str, name: str) -> bytes:
    data = decode_base64(text, name)
    if len(data) > MAX_FILE_BYTES:
        raise InputError(f"{name} is over the limit of {MAX_FILE_BYTES} bytes", field=name)
    return data


def _keep_portrait(call: Call, result: ChipResult) -> str:
    """The id under which the chip's portrait can be asked for: a JPEG as it is, a JPEG 2000 as PNG."""
    face = result.document.face
    if face is None:
        return ""
    try:
        picture = decode_picture(face)
    except InputError:
        return ""
    data = face.data if face.format == "JPEG" else encode_png(picture.pixels)
    stored = call.keep(data, "portrait", {}, "dg2")
    call.inputs.append({"id": stored.id, "label": stored.label})
    return stored.id


def _record(call: Call, body: shapes.VerifyNfc, files: ChipFiles, result: ChipResult) -> VerifiedChip:
    fields = translate.card_fields(result)
    return VerifiedChip(
        vendor=call.services.vendor,
        owner=call.key.client,
        number_sha256=translate.number_digest(fields["id_no"]),
        issue_date=fields.get("issue_date", ""),
        sod_sha512=hashlib.sha512(files.sod).hexdigest(),
        inputs=translate.input_fields(body),
        card_image=body.card_image_id or "",
        created=time.time(),
    )


OPERATIONS = (
    Operation("verify_nfc", "/v1/verify_nfc", shapes.VerifyNfc, shapes.VerifiedNfc, verify_nfc, 1),
    Operation("check_nfc", "/v1/check_nfc", shapes.CheckNfc, shapes.CheckedNfc, check_nfc, 1),
)

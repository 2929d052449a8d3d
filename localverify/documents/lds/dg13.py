"""DG13 of the Vietnamese identity card (CCCD, and căn cước since 2024): the holder's details in Vietnamese.

The group is the issuer's own, so it has no public standard: ``6D { 30 { 30 { INTEGER number, value ... } ... } }``,
as cards hold it. The walk takes any nesting and keeps the texts after each number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localverify.documents.lds.groups import GROUP_TAGS
from localverify.documents.lds.tlv import Tlv, leaves, malformed, unwrap, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

_INTEGER, _SEQUENCE, _BMP_STRING = 0x02, 0x30, 0x1E

_FIELDS: Mapping[int, str] = {
    1: "id_number",
    2: "full_name",
    3: "birth_date",
    4: "sex",
    5: "nationality",
    6: "ethnicity",
    7: "religion",
    8: "place_of_origin",
    9: "residence",
    10: "personal_identification",
    11: "issue_date",
    12: "expiry_date",
    16: "old_id_number",
}
# Cards hold less than a kilobyte here.
_MAX_BYTES = 16 * 1024
_PARENTS, _SPOUSE = 13, 14


def parse_dg13(data: bytes) -> dict[str, str]:
    """The details by field name, as printed (dates are DD/MM/YYYY); empty ones are left out.

    Raises:
        InputError: with reason ``malformed``: this is not the layout of a Vietnamese card.
    """
    if len(data) > _MAX_BYTES:
        raise malformed(f"DG13 of {len(data)} bytes is longer than any card's")
    fields: dict[str, str] = {}
    for found in walk(unwrap(data, GROUP_TAGS[13], "DG13")):
        if found.tag == _SEQUENCE:
            for item in walk(found.value):
                _add(fields, item)
    if "id_number" not in fields:
        raise malformed("DG13 does not hold the details of a Vietnamese card")
    return {name: text for name, text in fields.items() if text}


def _add(fields: dict[str, str], item: Tlv) -> None:
    if item.tag != _SEQUENCE:
        return
    found = leaves(item.value)
    if not found or found[0].tag != _INTEGER:
        return
    number, texts = int.from_bytes(found[0].value[:2], "big"), [_text(leaf) for leaf in found[1:]]
    if number in _FIELDS:
        fields.setdefault(_FIELDS[number], next((text for text in texts if text), ""))
    elif number == _PARENTS:
        fields.update(zip(("father", "mother"), texts, strict=False))
    elif number == _SPOUSE and texts:
        fields.setdefault("spouse", texts[0])


def _text(leaf: Tlv) -> str:
    encoding = "utf-16-be" if leaf.tag == _BMP_STRING else "utf-8"
    return leaf.value.decode(encoding, errors="replace").strip()

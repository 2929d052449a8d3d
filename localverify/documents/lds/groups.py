"""The data groups that hold text or keys: EF.COM, DG1, DG7, DG11, DG12, DG14 and DG15 (Doc 9303-10, section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asn1crypto import core, keys

from localverify.documents.lds.tlv import Tlv, find, malformed, unwrap, walk
from localverify.documents.mrz import Mrz, parse_mrz, split_lines
from localverify.documents.pki.keys import PublicKey, parse_public_key
from localverify.documents.pki.parsing import parsing
from localverify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

COM_TAG = 0x60
# Doc 9303-10, table 38: the tag that each group's file begins with.
GROUP_TAGS: Mapping[int, int] = {
    1: 0x61, 2: 0x75, 3: 0x63, 4: 0x76, 5: 0x65, 6: 0x66, 7: 0x67, 8: 0x68,
    9: 0x69, 10: 0x6A, 11: 0x6B, 12: 0x6C, 13: 0x6D, 14: 0x6E, 15: 0x6F, 16: 0x70,
}  # fmt: skip

_MRZ_TAG = 0x5F1F
_DISPLAYED_PICTURE_TAGS = (0x5F43, 0x5F40)
_TAG_LIST = 0x5C
_CONTENT_SPECIFIC = 0xA0

_DG11_TEXTS: Mapping[int, str] = {
    0x5F0E: "full_name",
    0x5F10: "personal_number",
    0x5F11: "place_of_birth",
    0x5F42: "address",
    0x5F12: "telephone",
    0x5F13: "profession",
    0x5F14: "title",
    0x5F15: "personal_summary",
    0x5F17: "other_document_numbers",
    0x5F18: "custody",
}
_DG12_TEXTS: Mapping[int, str] = {
    0x5F19: "issuing_authority",
    0x5F1B: "endorsements",
    0x5F1C: "tax_or_exit_requirements",
    0x5F56: "personalisation_system",
}
_BIRTH_DATE, _OTHER_NAME = 0x5F2B, 0x5F0F
_ISSUE_DATE, _PERSONALISED = 0x5F26, 0x5F55


@dataclass(frozen=True, slots=True)
class Com:
    """EF.COM, which is not signed: nothing is concluded from it.

    Attributes:
        lds_version: four digits, ``0107`` say.
        unicode_version: six digits.
        groups: the numbers of the groups that it lists.
    """

    lds_version: str
    unicode_version: str
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SecurityInfo:
    """One entry of DG14: a protocol that the chip offers.

    Attributes:
        protocol: its object identifier.
        parameters: the encoded parameters, as they stand.
    """

    protocol: str
    parameters: bytes


def parse_com(data: bytes) -> Com:
    """Parses EF.COM.

    Raises:
        InputError: with reason ``malformed``.
    """
    content = unwrap(data, COM_TAG, "EF.COM")
    numbers = {tag: number for number, tag in GROUP_TAGS.items()}
    listed = find(content, _TAG_LIST) or b""
    return Com(
        _text(find(content, 0x5F01) or b""),
        _text(find(content, 0x5F36) or b""),
        tuple(numbers[tag] for tag in listed if tag in numbers),
    )


def parse_dg1(data: bytes, reference: date) -> Mrz:
    """The zone that DG1 holds; `reference` settles the centuries, see `parse_mrz`.

    Raises:
        InputError: with reason ``malformed``.
    """
    zone = find(unwrap(data, GROUP_TAGS[1], "DG1"), _MRZ_TAG)
    if zone is None or not zone.isascii():
        raise malformed("DG1 holds no machine-readable zone")
    try:
        return parse_mrz(split_lines(zone.decode("ascii")), reference)
    except InputError as error:
        raise malformed(f"DG1: {error}") from error


def parse_pictures(data: bytes, group: int) -> tuple[bytes, ...]:
    """The encoded pictures of DG5 (portraits to display) or DG7 (signatures).

    Raises:
        InputError: with reason ``malformed``.
    """
    content = unwrap(data, GROUP_TAGS[group], f"DG{group}")
    return tuple(found.value for found in walk(content) if found.tag in _DISPLAYED_PICTURE_TAGS)


def parse_dg11(data: bytes) -> dict[str, str]:
    """Additional personal details by field name; fillers become blanks, lists are joined by ``; ``.

    Raises:
        InputError: with reason ``malformed``.
    """
    return _parse_details(unwrap(data, GROUP_TAGS[11], "DG11"), _DG11_TEXTS, {_BIRTH_DATE: "birth_date"}, "other_names")


def parse_dg12(data: bytes) -> dict[str, str]:
    """Additional document details by field name.

    Raises:
        InputError: with reason ``malformed``.
    """
    dates = {_ISSUE_DATE: "issue_date", _PERSONALISED: "personalised_at"}
    return _parse_details(unwrap(data, GROUP_TAGS[12], "DG12"), _DG12_TEXTS, dates, "other_persons")


def parse_dg14(data: bytes) -> tuple[SecurityInfo, ...]:
    """The protocols that the chip offers: chip authentication, terminal authentication, PACE.

    Raises:
        InputError: with reason ``malformed``.
    """
    content = unwrap(data, GROUP_TAGS[14], "DG14")
    with parsing("DG14"):
        infos = []
        for item in core.SetOf.load(content, spec=core.Sequence):
            parts = [item[index] for index in range(len(item))]
            infos.append(SecurityInfo(parts[0].dotted, b"".join(part.dump() for part in parts[1:])))
        return tuple(infos)


def parse_dg15(data: bytes) -> PublicKey:
    """The key of active authentication.

    Raises:
        InputError: with reason ``malformed``.
    """
    content = unwrap(data, GROUP_TAGS[15], "DG15")
    with parsing("DG15"):
        return parse_public_key(keys.PublicKeyInfo.load(content))


def _parse_details(content: bytes, texts: Mapping[int, str], dates: Mapping[int, str], others: str) -> dict[str, str]:
    """The first value of every tag, and the names inside the content-specific template as one list."""
    fields: dict[str, str] = {}
    for found in walk(content):
        if found.tag == _CONTENT_SPECIFIC and others not in fields:
            names = [_spaced(item) for item in walk(found.value) if item.tag in {_OTHER_NAME, 0x5F1A}]
            fields[others] = "; ".join(names)
        elif found.tag in texts:
            fields.setdefault(texts[found.tag], _spaced(found))
        elif found.tag in dates:
            fields.setdefault(dates[found.tag], _digits(found.value))
    return {name: text for name, text in fields.items() if text}


def _spaced(found: Tlv) -> str:
    """Text whose fillers stand for blanks, and double ones for commas."""
    return " ".join(_text(found.value).replace("<<", ", ").replace("<", " ").split())


def _text(value: bytes) -> str:
    """UTF-8 as Doc 9303-10 asks for, else Latin-1, which some issuers wrote."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


# A date of eight digits takes four bytes as BCD, a time of fourteen takes seven.
_BCD_SIZES = {4, 7}


def _digits(value: bytes) -> str:
    """A date or time as digits: YYYYMMDD or YYYYMMDDHHMMSS, from BCD or from text."""
    return value.hex() if len(value) in _BCD_SIZES else _text(value)

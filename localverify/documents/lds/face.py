"""DG2: the encoded portrait inside its biometric template (ISO/IEC 19794-5 or 39794-5)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from localverify.documents.lds.groups import GROUP_TAGS
from localverify.documents.lds.tlv import Tlv, find, leaves, malformed, unwrap, walk

_TEMPLATE_GROUP, _TEMPLATE = 0x7F61, 0x7F60
_DATA_BLOCKS = (0x5F2E, 0x7F2E)
_FACE_RECORD = b"FAC\x00"
# ISO/IEC 19794-5:2005, section 5: record header 14 bytes, facial information 20, each feature point 8, image
# information 12.
_RECORD_HEADER, _FACIAL_INFORMATION, _FEATURE_POINT, _IMAGE_INFORMATION = 14, 20, 8, 12

# Doc 9303-10 allows nine instances of a biometric feature.
_MOST_FACES = 9

_JPEG = b"\xff\xd8\xff"
_JP2 = b"\x00\x00\x00\x0cjP  "
_CODESTREAM = b"\xff\x4f\xff\x51"


@dataclass(frozen=True, slots=True)
class ChipPicture:
    """A picture as the chip stores it.

    Attributes:
        data: the encoded bytes.
        format: ``JPEG`` or ``JPEG2000``.
    """

    data: bytes
    format: str


def parse_dg2(data: bytes) -> tuple[ChipPicture, ...]:
    """The portraits of DG2, in order; nearly every document has one.

    Raises:
        InputError: with reason ``malformed``: no portrait is found.
    """
    content = unwrap(data, GROUP_TAGS[2], "DG2")
    pictures: list[ChipPicture] = []
    for block in _data_blocks(content):
        pictures.extend(_from_block(block))
    if not pictures:
        raise malformed("DG2 holds no portrait")
    return tuple(pictures)


def picture_format(data: bytes) -> str | None:
    """``JPEG`` or ``JPEG2000`` (boxed or a bare codestream) by the first bytes, or None."""
    if data.startswith(_JPEG):
        return "JPEG"
    return "JPEG2000" if data.startswith((_JP2, _CODESTREAM)) else None


def _data_blocks(content: bytes) -> list[Tlv]:
    group = find(content, _TEMPLATE_GROUP)
    if group is None:
        raise malformed("DG2 holds no biometric template")
    templates = [found.value for found in walk(group) if found.tag == _TEMPLATE]
    return [found for template in templates for found in walk(template) if found.tag in _DATA_BLOCKS]


def _from_block(block: Tlv) -> list[ChipPicture]:
    """The pictures of a 19794-5 record; else every picture among the values of a 39794-5 tree."""
    if block.value.startswith(_FACE_RECORD):
        return _from_face_record(block.value)
    found = [leaf.value for leaf in leaves(block.value, depth=16)]
    return [ChipPicture(value, kind) for value in found if (kind := picture_format(value))]


def _from_face_record(record: bytes) -> list[ChipPicture]:
    try:
        (count,) = struct.unpack_from(">H", record, 12)
        if count > _MOST_FACES:
            raise malformed(f"DG2 holds {count} faces")
        pictures, start = [], _RECORD_HEADER
        for _ in range(count):
            length, points = struct.unpack_from(">IH", record, start)
            skip = _FACIAL_INFORMATION + _FEATURE_POINT * points + _IMAGE_INFORMATION
            if length < skip or start + length > len(record):
                raise malformed("a face of DG2 is longer than its record")
            pictures.append(_picture(record[start + skip : start + length]))
            start += length
    except struct.error as error:
        raise malformed("the face record of DG2 is cut off") from error
    return pictures


def _picture(data: bytes) -> ChipPicture:
    kind = picture_format(data)
    if kind is None:
        raise malformed("the portrait of DG2 is neither JPEG nor JPEG 2000")
    return ChipPicture(data, kind)

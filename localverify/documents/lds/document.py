"""What a chip says, group by group; what cannot be read is named, never guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from localverify.documents.lds.dg13 import parse_dg13
from localverify.documents.lds.face import ChipPicture, parse_dg2, picture_format
from localverify.documents.lds.groups import parse_dg1, parse_dg11, parse_dg12, parse_pictures
from localverify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from localverify.documents.lds.files import ChipFiles
    from localverify.documents.mrz import Mrz, MrzDate

Parsed = TypeVar("Parsed")

_DG1, _DG2, _DG7, _DG11, _DG12, _DG13 = 1, 2, 7, 11, 12, 13


@dataclass(frozen=True, slots=True)
class ChipDocument:
    """The content of a chip's groups. Whether it is to be believed is another question.

    Attributes:
        mrz: the zone of DG1.
        face: the first portrait of DG2.
        signature: the first picture of DG7.
        details: DG11, DG12 and DG13 as field name to text, by group number.
        unreadable: numbers of the groups that are there but cannot be parsed; never 13, whose layout is
            every issuer's own and known here for Vietnam's alone.
    """

    mrz: Mrz | None = None
    face: ChipPicture | None = None
    signature: ChipPicture | None = None
    details: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    unreadable: tuple[int, ...] = ()

    @property
    def fields(self) -> dict[str, dict[str, str]]:
        """Everything that is text, by group (``DG1`` ...) and field name; dates of DG1 are ISO 8601."""
        named = {f"DG{number}": dict(fields) for number, fields in self.details.items()}
        return ({"DG1": mrz_fields(self.mrz)} if self.mrz else {}) | named

    @property
    def issuer(self) -> str:
        """The issuing state in three letters, from DG1, else from the group that only Vietnam writes; or empty."""
        if self.mrz:
            return self.mrz.issuer
        return "VNM" if _DG13 in self.details else ""


def read_document(files: ChipFiles, reference: date) -> ChipDocument:
    """Parses the groups that hold text or pictures.

    Args:
        files: the chip's files.
        reference: settles the centuries of DG1, see `parse_mrz`.
    """
    unreadable: set[int] = set()

    def read(group: int, parse: Callable[[bytes], Parsed]) -> Parsed | None:
        if group not in files.groups:
            return None
        try:
            return parse(files.groups[group])
        except InputError:
            unreadable.add(group)
            return None

    faces = read(_DG2, parse_dg2)
    signatures = read(_DG7, lambda data: parse_pictures(data, _DG7))
    details = {_DG11: read(_DG11, parse_dg11), _DG12: read(_DG12, parse_dg12), _DG13: read(_DG13, parse_dg13)}
    return ChipDocument(
        mrz=read(_DG1, lambda data: parse_dg1(data, reference)),
        face=faces[0] if faces else None,
        signature=_first_picture(signatures),
        details={group: fields for group, fields in details.items() if fields},
        unreadable=tuple(sorted(unreadable - {_DG13})),
    )


def mrz_fields(mrz: Mrz) -> dict[str, str]:
    """A zone as field name to text, empty fields left out; incomplete dates as printed."""
    fields = {
        "document_code": mrz.document_code,
        "issuer": mrz.issuer,
        "number": mrz.number,
        "surname": mrz.surname,
        "given_names": mrz.given_names,
        "nationality": mrz.nationality,
        "birth_date": _iso(mrz.birth),
        "sex": mrz.sex,
        "expiry_date": _iso(mrz.expiry) if mrz.expiry else "",
        "optional": mrz.optional,
        "optional2": mrz.optional2,
    }
    return {name: text for name, text in fields.items() if text}


def _iso(printed: MrzDate) -> str:
    return printed.value.isoformat() if printed.value else printed.text


def _first_picture(pictures: tuple[bytes, ...] | None) -> ChipPicture | None:
    """The first one in a format that can be told; DG7 leaves the format to the issuer."""
    known = ((data, picture_format(data)) for data in pictures or ())
    return next((ChipPicture(data, kind) for data, kind in known if kind), None)

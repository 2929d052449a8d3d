"""Reading machine-readable zones: a reader of pictures, then the grammar."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from localverify.documents.mrz_decode import decode
from localverify.types import MrzReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.documents.mrz import Mrz, MrzDate
    from localverify.engine.registry import Toolbox
    from localverify.types import Image, MrzReader, MrzZone


class MrzVerb:
    """Reads the zones of pictures."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    def read(self, images: Sequence[Image]) -> list[MrzReading | None]:
        """The zone of each picture; None where there is none."""
        reader: MrzReader = self._toolbox.stage("mrz")
        zones = self._toolbox.runtime.map_batches(reader.run, images)
        return [None if zone is None else read_zone(zone, date.today()) for zone in zones]


def read_zone(zone: MrzZone, reference: date) -> MrzReading:
    """A zone through its grammar.

    Args:
        zone: what a reader saw.
        reference: the day on which the document is looked at; with the document's own dates it settles the
            century of two-digit years.

    Raises:
        InputError: the zone's lines are of no layout.
    """
    reading = decode(zone.posteriors, reference)
    mrz = reading.mrz
    return MrzReading(
        mrz.lines, mrz.format.value, reading.valid, reading.repaired, fields_of(mrz), reading.confidences, zone
    )


def fields_of(mrz: Mrz) -> dict[str, str]:
    """The values of a zone by their names; see `MrzReading.fields`."""
    values = {
        "document_code": mrz.document_code,
        "issuer": mrz.issuer,
        "nationality": mrz.nationality,
        "surname": mrz.surname,
        "given_names": mrz.given_names,
        "number": mrz.number,
        "birth": _day(mrz.birth),
        "sex": mrz.sex,
        "expiry": "" if mrz.expiry is None else _day(mrz.expiry),
        "optional": mrz.optional,
        "optional2": mrz.optional2,
    }
    return {name: value for name, value in values.items() if value}


def _day(day: MrzDate) -> str:
    return day.text if day.value is None else day.value.isoformat()

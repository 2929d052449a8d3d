from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from localverify.errors import InputError
from localverify.types import MrzZone, Point, Quad
from localverify.verify.mrz import read_zone
from tests.zones import FOLDER, PASSPORT, TRUTH, seen

if TYPE_CHECKING:
    from pathlib import Path

    from localverify.verifier import Verifier

QUAD = Quad(Point(0, 0), Point(440, 0), Point(440, 40), Point(0, 40))


def test_a_photo_is_read_into_fields_by_name(verifier: Verifier):
    reading = verifier.read_mrz(FOLDER / "td3.jpg")

    assert reading is not None
    assert reading.format == "TD3"
    assert list(reading.lines) == TRUTH["td3.jpg"]["lines"]
    assert dict(reading.fields) == {
        "document_code": "P",
        "issuer": "D",
        "nationality": "D",
        "surname": "DOWABARU",
        "given_names": "REKIS HUVOD",
        "number": "ZZX30H19F",
        "birth": "1982-06-04",
        "expiry": "2025-01-01",
        "optional": "0085680",
    }


def test_each_character_has_its_probability(verifier: Verifier):
    reading = verifier.read_mrz(FOLDER / "td1.jpg")

    assert reading is not None
    assert [len(sure) for sure in reading.confidences] == [len(line) for line in reading.lines]
    assert all(0 <= value <= 1 for sure in reading.confidences for value in sure.tolist())


def test_many_pictures_are_answered_in_order_and_a_bad_one_costs_only_itself(verifier: Verifier, portraits: Path):
    first, none, bad, last = verifier.read_mrz_of(
        [FOLDER / "td2.jpg", portraits / "biden.jpg", b"no picture", FOLDER / "mrv-b.jpg"]
    )

    assert none is None
    assert isinstance(bad, InputError)
    assert [list(getattr(one, "lines", ())) for one in (first, last)] == [
        TRUTH["td2.jpg"]["lines"],
        TRUTH["mrv-b.jpg"]["lines"],
    ]


def test_a_picture_without_a_zone_is_answered_with_none(verifier: Verifier):
    assert verifier.read_mrz(np.full((300, 400, 3), 200, np.uint8)) is None


def test_a_date_that_is_not_complete_is_given_as_printed():
    lines = (PASSPORT[0], "L898902C36UTO74<<<<4F1204159ZE184226B<<<<<1<")
    zone = MrzZone(seen(lines), QUAD, turn=0, mirrored=False, score=1.0, reader="ctc")

    assert read_zone(zone, date(2026, 11, 23)).fields["birth"] == "74<<<<"


def test_a_repaired_reading_says_so():
    zone = MrzZone(
        seen(PASSPORT, {(1, 2): {"3": 0.6, "9": 0.3}}), QUAD, turn=0, mirrored=False, score=1.0, reader="ctc"
    )
    reading = read_zone(zone, date(2026, 11, 23))

    assert reading.repaired
    assert reading.lines == PASSPORT

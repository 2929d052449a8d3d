"""A chip against the other sources on the same document."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from localverify.documents.lds.files import ChipFiles
from localverify.documents.mrz import parse_mrz
from localverify.documents.pki.anchors import TrustAnchors
from localverify.documents.pki.certificates import parse_certificate
from localverify.imaging.decode import from_array
from localverify.types import Box, Check, Face, FaceComparison, FacePair, Outcome
from localverify.verify.chip_sources import check_against_fields, check_against_mrz, check_faces, chip_check
from localverify.verify.chips import ChipVerb
from tests.chips_factory import NOW, make_chip, make_dg2, make_dg13, portrait, td3_lines, usual_groups, wrap

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def passport():
    chip = make_chip()
    return ChipVerb(TrustAnchors([parse_certificate(chip.authority.certificate)])).verify(chip.files, NOW)


@pytest.fixture(scope="module")
def card():
    return ChipVerb(TrustAnchors()).verify(make_chip({13: make_dg13()}, country="VN").files, NOW)


def outcomes(checks):
    return {check.name: check.outcome for check in checks}


def test_the_chips_verdict_is_one_check(passport, card):
    assert chip_check(passport) == Check("chip", Outcome.PASS)
    assert chip_check(card) == Check("chip", Outcome.NOT_RUN, reason="trust_store_empty")
    wrong = ChipVerb(TrustAnchors()).verify(ChipFiles(b""), NOW)
    assert chip_check(wrong) == Check("chip", Outcome.FAIL, reason="sod_malformed")


def test_the_same_zone_passes_field_by_field(passport):
    checks = check_against_mrz(passport, parse_mrz(td3_lines(), TODAY))
    assert set(outcomes(checks).values()) == {Outcome.PASS}
    assert len(checks) == 8


def test_another_zone_fails_where_its_digits_hold_and_is_unsure_where_they_do_not(passport):
    first, second = td3_lines()
    other = parse_mrz((first.replace("ERIKSSON", "ERIKSEN<"), second), TODAY)
    assert outcomes(check_against_mrz(passport, other))["chip_mrz_surname"] is Outcome.FAIL
    misread = parse_mrz((first, second.replace("L898902C3", "L898902G3")), TODAY)
    assert outcomes(check_against_mrz(passport, misread))["chip_mrz_number"] is Outcome.UNSURE


def test_a_chip_without_a_zone_is_not_compared(card):
    assert check_against_mrz(card, parse_mrz(td3_lines(), TODAY)) == (
        Check("chip_mrz", Outcome.NOT_RUN, reason="no_chip_mrz"),
    )


def test_printed_fields_are_compared_in_their_own_writing(card, passport):
    printed = {
        "number": "001 096 012345",
        "full_name": "TRAN VAN THU",
        "birth_date": "1996-08-12",
        "issue_date": "01.03.2024",
    }
    assert outcomes(check_against_fields(card, printed)) == dict.fromkeys(
        ("chip_field_number", "chip_field_full_name", "chip_field_birth_date", "chip_field_issue_date"), Outcome.PASS
    )
    named = check_against_fields(passport, {"full_name": "Anna Maria ERIKSSON", "given_names": "Anna-Maria"})
    assert set(outcomes(named).values()) == {Outcome.PASS}


def test_printed_fields_that_differ_fail_and_those_that_the_chip_has_not_are_left_out(card):
    checks = check_against_fields(
        card, {"number": "001096012346", "birth_date": "unreadable", "sex": "M", "full_name": ""}
    )
    assert outcomes(checks) == {"chip_field_number": Outcome.FAIL, "chip_field_birth_date": Outcome.FAIL}
    assert {check.reason for check in checks} == {"differs"}


def test_the_chips_portrait_is_compared_with_every_picture(passport):
    """The comparer stands for the face verb, whose weights this test does without."""
    seen = []

    def compare(a, b):
        seen.append((a.width, b.width))
        face = Face(Box(0, 0, 10, 10), 1.0)
        check = Check("face_match", Outcome.PASS, score=0.7, threshold=0.4, model="fr")
        return FaceComparison((face,), (face,), (FacePair(0, 0, 0.7, check),))

    other = from_array(np.zeros((40, 30, 3), np.uint8))
    checks = check_faces(passport, {"portrait": other, "selfie": other}, compare)
    assert [check.name for check in checks] == ["chip_face_portrait", "chip_face_selfie"]
    assert {(check.outcome, check.score, check.threshold, check.model) for check in checks} == {
        (Outcome.PASS, 0.7, 0.4, "fr")
    }
    assert seen == [(60, 30), (60, 30)]


@pytest.mark.parametrize("groups", [{}, {2: wrap(0x75, b"")}, {2: make_dg2(portrait("J2K")[:120])}])
def test_a_portrait_that_is_missing_or_broken_is_not_compared(groups):
    result = ChipVerb(TrustAnchors()).verify(make_chip({1: usual_groups()[1], **groups}).files, NOW)
    picture = from_array(np.zeros((4, 4, 3), np.uint8))
    assert check_faces(result, {"selfie": picture}, lambda a, b: pytest.fail(f"{a} {b}")) == (
        Check("chip_face_selfie", Outcome.NOT_RUN, reason="no_chip_face"),
    )

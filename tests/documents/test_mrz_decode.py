from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localverify.documents.mrz import ALPHABET, MrzFormat
from localverify.documents.mrz_decode import decode, format_of
from localverify.errors import InputError
from tests.zones import PASSPORT, TRUTH, VISA, seen

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("name", TRUTH)
def test_a_zone_seen_clearly_is_read_as_it_stands(name: str):
    reading = decode(seen(TRUTH[name]["lines"]), TODAY)

    assert reading.mrz.lines == tuple(TRUTH[name]["lines"])
    assert reading.mrz.format == TRUTH[name]["format"]
    assert reading.valid
    assert not reading.repaired


def test_a_letter_where_only_a_digit_may_stand_is_read_as_the_digit():
    reading = decode(seen(PASSPORT, {(1, 15): {"O": 0.9, "0": 0.1}, (1, 16): {"B": 0.7, "8": 0.3}}), TODAY)

    assert reading.mrz.lines == PASSPORT
    assert not reading.repaired


def test_an_o_in_a_number_needs_much_evidence():
    lines = (PASSPORT[0], "L898902C36UTO7408122F1204159ZE184226B<<<<<10")

    assert decode(seen(lines, {(1, 5): {"O": 0.6, "0": 0.4}}), TODAY).mrz.number == "L898902C3"


def test_the_only_change_that_satisfies_the_field_and_the_composite_digit_is_made_and_told():
    reading = decode(seen(PASSPORT, {(1, 2): {"3": 0.6, "9": 0.3}}), TODAY)

    assert reading.mrz.lines == PASSPORT
    assert reading.repaired


def test_two_changes_that_would_do_are_one_too_many():
    # G and 6 count the same in a check digit, so both would satisfy it.
    six = (PASSPORT[0], "L868902C38UTO7408122F1204159ZE184226B<<<<<10")
    reading = decode(seen(six, {(1, 2): {"3": 0.6, "6": 0.2, "G": 0.2}}), TODAY)

    assert not reading.repaired
    assert not reading.valid


def test_without_a_composite_digit_nothing_is_repaired():
    reading = decode(seen(VISA, {(1, 2): {"3": 0.6, "9": 0.3}}), TODAY)

    assert not reading.repaired
    assert not reading.valid


def test_a_wrong_check_digit_that_was_seen_clearly_stays_as_printed():
    lines = (PASSPORT[0], PASSPORT[1].replace("C36UTO", "C35UTO"))
    reading = decode(seen(lines), TODAY)

    assert reading.mrz.lines == lines
    assert not reading.repaired
    assert not reading.valid


def test_a_number_with_a_doubtful_character_is_not_valid_whatever_its_check_digit():
    reading = decode(seen(PASSPORT, {(1, 4): {"9": 0.55, "J": 0.45}}), TODAY)

    assert reading.mrz.lines == PASSPORT
    assert not reading.valid


def test_a_day_that_does_not_exist_is_not_valid():
    # 740832 has the check digit 0; the composite digit follows.
    lines = (PASSPORT[0], "L898902C36UTO7408320F1204159ZE184226B<<<<<10")
    reading = decode(seen(lines), TODAY)

    assert reading.mrz.birth.value is None
    assert not reading.valid


def test_nobody_is_born_after_the_document_expires():
    expired = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO2008122F9904159ZE184226B<<<<<10")
    reading = decode(seen(expired), TODAY)

    assert reading.mrz.expiry is not None
    assert reading.mrz.expiry.value == date(1999, 4, 15)
    assert reading.mrz.birth.value == date(1920, 8, 12)


def test_the_first_letters_tell_layouts_of_one_shape_apart():
    assert format_of(seen(PASSPORT)) is MrzFormat.TD3
    assert format_of(seen(VISA)) is MrzFormat.MRV_A
    assert format_of(seen(PASSPORT, {(0, 0): {"V": 0.4, "5": 0.6}})) is MrzFormat.MRV_A


@pytest.mark.parametrize("lines", [("A" * 30, "B" * 30), ("A" * 44, "B" * 36), ("C" * 44,)])
def test_other_shapes_are_no_zone(lines: tuple[str, ...]):
    with pytest.raises(InputError):
        decode(seen(lines), TODAY)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from([(3, 30), (2, 36), (2, 44)]), st.integers(0, 2**32 - 1))
def test_noise_is_read_without_an_error_and_never_as_valid(shape: tuple[int, int], seed: int):
    random = np.random.default_rng(seed)
    tables = [random.dirichlet(np.full(len(ALPHABET), 0.3), shape[1]).astype(np.float32) for _ in range(shape[0])]

    reading = decode(tables, TODAY)

    assert [len(line) for line in reading.mrz.lines] == [shape[1]] * shape[0]
    assert not reading.valid

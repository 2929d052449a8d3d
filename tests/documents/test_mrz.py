"""The zone's grammar, on the specimens that the standard itself prints and on everything else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localverify.documents.mrz import (
    ALPHABET,
    LAYOUTS,
    MrzFormat,
    check_digit,
    parse_mrz,
    resolve_birth,
    resolve_expiry,
    split_lines,
)
from localverify.errors import InputError

TODAY = date(2026, 11, 23)
# Specimens of ICAO Doc 9303 parts 4 to 7.
TD3 = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD1_LONG_NUMBER = ("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<")
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
MRV_A = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")
MRV_B = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")
# A card of 1995 that was made here.
FRANCE = ("IDFRABERTHIER<<<<<<<<<<<<<<<<<923402", "9409923102854CORINNE<<<<<<<6512068F6")


def test_a_passport_is_parsed_with_every_field():
    mrz = parse_mrz(TD3, TODAY)
    assert mrz.format is MrzFormat.TD3
    assert (mrz.document_code, mrz.issuer, mrz.nationality) == ("P", "UTO", "UTO")
    assert (mrz.surname, mrz.given_names, mrz.name_truncated) == ("ERIKSSON", "ANNA MARIA", False)
    assert (mrz.number, mrz.sex, mrz.optional) == ("L898902C3", "F", "ZE184226B")
    assert mrz.birth.value == date(1974, 8, 12)
    assert mrz.expiry is not None
    assert mrz.expiry.value == date(2012, 4, 15)
    assert mrz.valid
    assert [check.name for check in mrz.checks] == ["number", "birth", "expiry", "optional", "composite"]


@pytest.mark.parametrize(
    ("lines", "kind", "number"),
    [
        (TD1, MrzFormat.TD1, "D23145890"),
        (TD2, MrzFormat.TD2, "D23145890"),
        (MRV_A, MrzFormat.MRV_A, "L8988901C"),
        (MRV_B, MrzFormat.MRV_B, "L8988901C"),
        (FRANCE, MrzFormat.FRANCE_1995, "940992310285"),
    ],
)
def test_every_layout_is_known_by_its_shape(lines, kind, number):
    mrz = parse_mrz(lines, TODAY)
    assert mrz.format is kind
    assert mrz.number == number
    assert mrz.valid, mrz.checks


def test_a_number_of_more_than_nine_characters_goes_on_in_the_optional_data():
    mrz = parse_mrz(TD1_LONG_NUMBER, TODAY)
    assert mrz.number == "D23145890734"
    assert mrz.optional == ""
    assert mrz.checks[0].printed == check_digit("D23145890734") == "9"


def test_the_french_card_of_1995_has_no_expiry_and_its_names_on_two_lines():
    mrz = parse_mrz(FRANCE, TODAY)
    assert (mrz.surname, mrz.given_names, mrz.sex, mrz.expiry) == ("BERTHIER", "CORINNE", "F", None)
    assert mrz.birth.value == date(1965, 12, 6)
    assert (mrz.nationality, mrz.optional) == ("FRA", "923402")


def test_the_vietnamese_card_keeps_its_twelve_digits_in_the_optional_data():
    number, identity = "096012345", "001096012345"
    first = f"IDVNM{number}{check_digit(number)}{identity}".ljust(30, "<")
    mrz = parse_mrz((first, "9608122M3608127VNM<<<<<<<<<<<0", "TRAN<<VAN<THU<<<<<<<<<<<<<<<<<"), TODAY)
    assert (mrz.number, mrz.optional) == (number, identity)


def test_a_wrong_digit_is_reported_and_the_fields_are_kept():
    mrz = parse_mrz((TD3[0], TD3[1].replace("L898902C36", "L898902C37")), TODAY)
    assert not mrz.valid
    assert [check.name for check in mrz.checks if not check.good] == ["number", "composite"]
    assert mrz.number == "L898902C3"


def test_an_empty_optional_field_may_have_a_filler_for_its_digit():
    optional = "<" * 15
    line = TD3[1][:28] + optional
    composite = check_digit(line[0:10] + line[13:20] + line[21:43])
    assert parse_mrz((TD3[0], line + composite), TODAY).valid


def test_a_name_that_fills_its_field_may_go_on_beyond_it():
    assert parse_mrz(("P<UTO" + "A" * 39, TD3[1]), TODAY).name_truncated


def test_small_letters_and_blanks_are_put_right():
    assert parse_mrz([line.lower()[:20] + " " + line[20:] for line in TD3], TODAY).valid


@pytest.mark.parametrize(
    ("printed", "reference", "year"),
    [("261123", TODAY, 2026), ("261124", TODAY, 1926), ("74<<<<", TODAY, 1974), ("26<<<<", TODAY, 2026)],
)
def test_nobody_is_born_in_the_future(printed, reference, year):
    assert resolve_birth(printed, reference).year == year


@pytest.mark.parametrize(("printed", "year"), [("340415", 2034), ("761231", 2076), ("770101", 1977), ("991231", 1999)])
def test_an_expiry_is_at_most_fifty_years_ahead(printed, year):
    assert resolve_expiry(printed, TODAY).year == year


def test_unknown_parts_of_a_date_stay_unknown():
    birth = resolve_birth("74<<00", TODAY)
    assert (birth.year, birth.month, birth.day, birth.value) == (1974, None, None, None)
    assert resolve_birth("<<<<<<", TODAY).year is None
    assert resolve_expiry("<<0101", TODAY).year is None
    assert resolve_birth("740231", TODAY).value is None


@pytest.mark.parametrize("text", ["".join(TD3), "\n".join(TD3), "".join(TD1), "".join(TD2) + "\n"])
def test_a_zone_in_one_piece_is_parted_by_its_length(text):
    assert parse_mrz(split_lines(text), TODAY).surname == "ERIKSSON"


@pytest.mark.parametrize(
    "lines",
    [(), ("P<UTO",), ("A" * 44, "A" * 43), ("A" * 30, "A" * 30), (TD3[0], TD3[1].replace("6", "é")), ("A" * 44,)],
)
def test_what_is_no_zone_is_refused(lines):
    with pytest.raises(InputError):
        parse_mrz(lines, TODAY)


def test_a_zone_in_one_piece_of_another_length_is_refused():
    with pytest.raises(InputError, match="not 50"):
        split_lines("A" * 50)


@pytest.mark.parametrize("kind", list(MrzFormat))
def test_layouts_keep_within_their_lines_and_no_two_fields_overlap(kind):
    layout = LAYOUTS[kind]
    taken = [(span.line, column) for span in layout.fields.values() for column in range(span.start, span.stop)]
    taken += [(rule.digit.line, rule.digit.start) for rule in layout.checks]
    assert len(taken) == len(set(taken))
    assert all(line < layout.lines and column < layout.width for line, column in taken)
    assert len(taken) == layout.lines * layout.width


@given(st.text(ALPHABET, max_size=44), st.integers(0, 43), st.sampled_from("123456789"))
def test_a_check_digit_sees_every_single_wrong_digit(text, place, other):
    if place < len(text) and text[place].isdigit():
        changed = text[:place] + str((int(text[place]) + int(other)) % 10) + text[place + 1 :]
        assert check_digit(text) != check_digit(changed) or changed == text


def test_a_check_digit_is_asked_over_the_zones_own_alphabet():
    with pytest.raises(ValueError, match="has no value"):
        check_digit("é")


@given(st.lists(st.text(ALPHABET, min_size=30, max_size=44), max_size=3))
def test_any_lines_parse_or_are_refused(lines):
    try:
        assert parse_mrz(lines, TODAY).lines == tuple(lines)
    except InputError:
        assert True not in {tuple(len(line) for line in lines) in {(44, 44), (36, 36), (30, 30, 30)}}

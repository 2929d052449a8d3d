"""What a document says is consistent: numbers, dates, zone and payloads tell the same."""

from __future__ import annotations

import gzip
from datetime import date

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given, settings
from hypothesis import strategies as st

from specimens import document_types, mrz
from specimens.aadhaar import TEST_KEY
from specimens.records import compose
from specimens.records.india import luhn_digit, verhoeff_digit
from specimens.records.vietnam import citizen_expiry

seeds = st.integers(0, 100_000)
# Doc 9303-5, -6, -4 and -7: where each digit stands and what it is over, as (line, from, to).
DIGITS = {
    (3, 30): [
        ((0, 14), [(0, 5, 14)]), ((1, 6), [(1, 0, 6)]), ((1, 14), [(1, 8, 14)]),
        ((1, 29), [(0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)]),
    ],
    (2, 36): [
        ((1, 9), [(1, 0, 9)]), ((1, 19), [(1, 13, 19)]), ((1, 27), [(1, 21, 27)]),
        ((1, 35), [(1, 0, 10), (1, 13, 20), (1, 21, 35)]),
    ],
    (2, 44): [
        ((1, 9), [(1, 0, 9)]), ((1, 19), [(1, 13, 19)]), ((1, 27), [(1, 21, 27)]),
        ((1, 43), [(1, 0, 10), (1, 13, 20), (1, 21, 43)]),
    ],
}  # fmt: skip
ICAO_TYPES = [
    "vn.cccd_new", "vn.tcc", "vn.passport", "vn.passport_new", "in.passport", "ph.passport", "fr.id_2021",
    "fr.residence_permit", "ua.passport", "icao.td1", "icao.td2", "icao.td3", "icao.mrva", "icao.mrvb",
]  # fmt: skip


def digit(text):
    """The digit of Doc 9303-3, written apart from the composer."""
    values = [0 if char == "<" else int(char, 36) for char in text]
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)


@pytest.mark.parametrize("kind", ICAO_TYPES)
@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_every_check_digit_of_every_zone_is_right(kind, seed):
    lines = compose(kind, seed).mrz
    rules = DIGITS[len(lines), len(lines[0])]
    if lines[0].startswith("V"):
        rules = rules[:-1]
    for (row, column), over in rules:
        assert lines[row][column] == digit("".join(lines[line][start:stop] for line, start, stop in over))
    assert len({len(line) for line in lines}) == 1


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_the_french_card_of_1995_has_its_own_digits(seed):
    first, second = compose("fr.id_1995", seed).mrz
    assert (len(first), len(second)) == (36, 36)
    assert second[12] == digit(second[:12])
    assert second[33] == digit(second[27:33])
    assert second[35] == digit(first + second[:35])


def test_the_specimen_of_doc_9303_part_4_is_composed_as_printed_there():
    entry = mrz.Entry(
        "UTO", "L898902C3", date(1974, 8, 12), "F", date(2012, 4, 15), "UTO", "ERIKSSON", "ANNA MARIA", "ZE184226B"
    )
    assert mrz.td3("P", entry) == (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    )


def test_a_number_beyond_nine_characters_goes_on_in_the_optional_data():
    # Doc 9303-5, appendix to section 4: the long number D23145890734 of Utopia.
    entry = mrz.Entry(
        "UTO", "D23145890734", date(1934, 7, 12), "F", date(1995, 7, 12), "UTO", "STEVENSON", "PETER JOHN"
    )
    assert mrz.td1("I", entry) == (
        "I<UTOD23145890<7349<<<<<<<<<<<",
        "3407127F9507122UTO<<<<<<<<<<<2",
        "STEVENSON<<PETER<JOHN<<<<<<<<<",
    )


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_a_vietnamese_number_tells_birth_and_sex_and_the_code_repeats_the_card(seed):
    record = compose("vn.cccd_new", seed)
    number, birth, sex = record.values["number"], record.values["birth_date"], record.values["sex"]
    assert number[3] == str(2 * (birth.year // 100 - 19) + (sex == "F"))
    assert number[4:6] == f"{birth:%y}"
    parts = record.payloads["cccd"].decode().split("|")
    assert len(parts) == 7
    assert parts[0] == number
    assert parts[2].upper() == record.values["name"]
    assert parts[3] == f"{birth:%d%m%Y}"
    assert number in record.mrz[0]


@pytest.mark.parametrize(
    ("age", "expires_at"), [(20, 25), (22, 25), (23, 40), (37, 40), (38, 60), (57, 60), (58, None), (70, None)]
)
def test_a_citizens_card_expires_at_the_next_milestone(age, expires_at):
    birth = date(1950, 3, 5)
    expected = None if expires_at is None else date(1950 + expires_at, 3, 5)
    assert citizen_expiry(birth, date(1950 + age, 3, 6)) == expected


def test_verhoeff_and_luhn_agree_with_their_textbook_examples():
    assert verhoeff_digit("236") == "3"
    assert luhn_digit("7992739871") == "3"


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 50))
def test_the_aadhaar_code_is_signed_and_names_the_holder(seed):
    record = compose("in.aadhaar", seed)
    number = int(record.payloads["aadhaar"])
    inside = gzip.decompress(number.to_bytes((number.bit_length() + 7) // 8, "big"))
    key = serialization.load_pem_private_key(TEST_KEY.read_bytes(), None).public_key()
    key.verify(inside[-256:], inside[:-256], padding.PKCS1v15(), hashes.SHA256())
    fields = inside.split(b"\xff", 18)
    assert fields[0] == b"V2"
    assert fields[2][:4].decode() == record.values["number"][-4:]
    assert fields[3].decode() == record.values["name_title"]
    assert inside[inside.index(b"\xff\x4f\xff\x51") :].startswith(b"\xff\x4f")


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_the_aamva_payload_has_a_subfile_where_its_header_says(seed):
    record = compose("us.dl", seed)
    text = record.payloads["aamva"].decode()
    assert text.startswith("@\n\x1e\rANSI 636")
    offset, length = int(text[23:27]), int(text[27:31])
    subfile = text[offset : offset + length]
    assert offset + length == len(text)
    assert subfile.startswith("DLDAQ")
    assert f"\nDBB{record.values['birth_date']:%m%d%Y}\n" in subfile


@pytest.mark.parametrize("kind", document_types())
@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_dates_are_in_order(kind, seed):
    values = compose(kind, seed).values
    assert values["birth_date"] < values["issue_date"]
    if "expiry_date" in values:
        assert values["issue_date"] < values["expiry_date"]


def test_ukrainian_names_follow_the_table_of_2010():
    assert mrz.latin_from_ukrainian("ЗГУРСЬКИЙ ЇЖАКЕВИЧ ЩЕРБАК") == "ZGHURSKYI YIZHAKEVYCH SHCHERBAK"

"""The data groups of text, pictures and keys."""

from __future__ import annotations

import struct
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localverify.documents.lds.dg13 import parse_dg13
from localverify.documents.lds.document import read_document
from localverify.documents.lds.face import parse_dg2
from localverify.documents.lds.files import ChipFiles
from localverify.documents.lds.groups import (
    parse_com,
    parse_dg1,
    parse_dg11,
    parse_dg12,
    parse_dg14,
    parse_dg15,
    parse_pictures,
)
from localverify.errors import InputError
from tests.chips_factory import (
    VIETNAMESE,
    Signing,
    ec_key,
    make_com,
    make_dg1,
    make_dg2,
    make_dg7,
    make_dg11,
    make_dg12,
    make_dg13,
    make_dg14,
    make_dg15,
    portrait,
    rsa_key,
    td3_lines,
    usual_groups,
    wrap,
    wrap_biometrics,
)

TODAY = date(2026, 11, 23)


def test_com_lists_versions_and_groups():
    com = parse_com(make_com(usual_groups()))
    assert (com.lds_version, com.unicode_version, com.groups) == ("0107", "040000", (1, 2, 11, 12, 14, 15))


def test_dg1_is_the_zone():
    mrz = parse_dg1(make_dg1(), TODAY)
    assert mrz.lines == td3_lines()
    assert mrz.valid


@pytest.mark.parametrize(
    "data", [wrap(0x61, b""), wrap(0x61, wrap(0x5F1F, b"\xff" * 88)), wrap(0x61, wrap(0x5F1F, b"A")), wrap(0x62, b"")]
)
def test_dg1_without_a_zone_is_malformed(data):
    with pytest.raises(InputError) as caught:
        parse_dg1(data, TODAY)
    assert caught.value.reason == "malformed"


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "JPEG"), ("JP2", "JPEG2000"), ("J2K", "JPEG2000")])
@pytest.mark.parametrize("points", [0, 5])
def test_dg2_gives_the_encoded_portrait_byte_for_byte(kind, name, points):
    (picture,) = parse_dg2(make_dg2(portrait(kind), points))
    assert (picture.data, picture.format) == (portrait(kind), name)


def test_dg2_may_hold_several_portraits():
    assert len(parse_dg2(make_dg2(portrait(), count=2))) == 2


def test_dg2_of_iso_39794_is_searched_for_its_picture():
    tree = wrap(0x65, wrap(0xA0, wrap(0x80, b"\x03")) + wrap(0xA1, wrap(0xA0, wrap(0x81, portrait("JP2")))))
    (picture,) = parse_dg2(wrap_biometrics(wrap(0x7F2E, tree)))
    assert picture.data == portrait("JP2")


@pytest.mark.parametrize(
    "data",
    [
        wrap(0x75, b""),
        wrap_biometrics(b""),
        wrap_biometrics(wrap(0x5F2E, b"FAC\x00010\x00")),
        make_dg2(b"neither of the two"),
        wrap_biometrics(wrap(0x5F2E, b"FAC\x00010\x00" + struct.pack(">IHIH", 40, 1, 9, 65535))),
    ],
)
def test_dg2_without_a_portrait_is_malformed(data):
    with pytest.raises(InputError) as caught:
        parse_dg2(data)
    assert caught.value.reason == "malformed"


def test_dg7_gives_the_signatures():
    assert parse_pictures(make_dg7(portrait("JP2")), 7) == (portrait("JP2"),)


def test_dg11_gives_texts_by_name():
    fields = parse_dg11(make_dg11(full_name="ERIKSSON<<ANNA<MARIA", address="ZENITH<STREET<<UTOPIA"))
    assert fields == {"full_name": "ERIKSSON, ANNA MARIA", "address": "ZENITH STREET, UTOPIA"}


def test_dg11_reads_dates_in_both_writings_and_latin_letters():
    assert parse_dg11(wrap(0x6B, wrap(0x5F2B, bytes.fromhex("19740812"))))["birth_date"] == "19740812"
    assert parse_dg11(wrap(0x6B, wrap(0x5F2B, b"19740812")))["birth_date"] == "19740812"
    assert parse_dg11(wrap(0x6B, wrap(0x5F11, "Malmö".encode("latin-1"))))["place_of_birth"] == "Malmö"


def test_dg11_joins_other_names():
    names = wrap(0xA0, wrap(0x02, b"\x02") + wrap(0x5F0F, b"ANN") + wrap(0x5F0F, b"MARY"))
    assert parse_dg11(wrap(0x6B, names)) == {"other_names": "ANN; MARY"}


def test_dg12_gives_authority_and_day_of_issue():
    fields = parse_dg12(make_dg12("Utopia", bytes.fromhex("20240301")))
    assert fields == {"issuing_authority": "Utopia", "issue_date": "20240301"}


def test_dg13_gives_the_details_of_a_vietnamese_card():
    fields = parse_dg13(make_dg13())
    assert (fields["id_number"], fields["full_name"]) == (VIETNAMESE[1], VIETNAMESE[2])
    assert (fields["father"], fields["mother"]) == ("Trần Văn Cha", "Lê Thị Mẹ")
    assert fields["old_id_number"] == "012345678"


def test_dg13_of_another_country_is_not_taken_for_a_vietnamese_card():
    with pytest.raises(InputError):
        parse_dg13(wrap(0x6D, wrap(0x30, wrap(0x0C, b"something else"))))


def test_dg14_lists_protocols():
    (info,) = parse_dg14(make_dg14())
    assert info.protocol == "0.4.0.127.0.7.2.2.3.2.1"


def test_dg15_holds_a_key():
    assert parse_dg15(make_dg15()).name == "EC secp256r1"
    assert parse_dg15(make_dg15(Signing(rsa_key("signer")))).name == "RSA 2048"
    assert (
        parse_dg15(make_dg15(Signing(ec_key("brainpoolP384r1"), "ecdsa", explicit=True))).name == "EC brainpoolP384r1"
    )


def test_a_document_gathers_its_groups_and_names_those_that_cannot_be_read():
    groups = usual_groups() | {2: wrap(0x75, b""), 7: make_dg7(portrait()), 13: wrap(0x6D, b"\x30\x00")}
    document = read_document(ChipFiles(b"", groups), TODAY)
    assert document.unreadable == (2,)
    assert document.signature is not None
    assert document.fields["DG1"]["birth_date"] == "1974-08-12"
    assert document.fields["DG12"]["issue_date"] == "20240301"
    assert document.issuer == "UTO"


def test_a_document_of_which_only_dg13_was_read_is_vietnams():
    assert read_document(ChipFiles(b"", {13: make_dg13()}), TODAY).issuer == "VNM"
    assert read_document(ChipFiles(b"", {}), TODAY).issuer == ""


@given(st.sampled_from([1, 2, 7, 11, 12, 13]), st.binary(max_size=200))
def test_any_bytes_in_a_group_are_read_or_named_unreadable(number, data):
    document = read_document(ChipFiles(b"", {number: wrap(make_dg1()[0], data)}), TODAY)
    assert set(document.unreadable) <= {number}

"""Documents harmed at random: none crashes the verifier, none is accepted. The long run is in benchmarks."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localverify.documents.lds.files import ChipFiles
from localverify.documents.pki.anchors import TrustAnchors
from localverify.documents.pki.certificates import parse_certificate
from localverify.documents.pki.crls import parse_crl
from localverify.documents.pki.master_lists import parse_master_list
from localverify.errors import InputError
from localverify.verify.chip_reasons import MESSAGES
from localverify.verify.chips import ChipVerb, Verdict, decode_picture
from tests.chips_factory import (
    NOW,
    Signing,
    ec_key,
    make_authority,
    make_chip,
    make_crl,
    make_dg7,
    make_dg13,
    make_master_list,
    portrait,
    rsa_key,
    usual_groups,
)
from tests.chips_mutations import mutate

SIGNERS = [
    Signing(rsa_key("signer")),
    Signing(rsa_key("signer"), "pss", "sha512"),
    Signing(ec_key("brainpoolP256r1"), "ecdsa", "sha256", explicit=True),
]


@pytest.mark.parametrize("signing", SIGNERS, ids=["RSA", "PSS", "explicit brainpool"])
def test_no_mutated_document_is_accepted(signing):
    chip = make_chip(usual_groups() | {7: make_dg7(portrait("JP2")), 13: make_dg13()}, signing=signing)
    verb = ChipVerb(TrustAnchors([parse_certificate(chip.authority.certificate)]))
    unharmed = verb.verify(chip.files, NOW)
    assert unharmed.verdict is Verdict.GOOD
    source = random.Random(6)
    for _ in range(500):
        harmed = replace(chip.files, sod=mutate(chip.files.sod, source))
        result = verb.verify(harmed, NOW)
        assert result.verdict is not Verdict.GOOD or harmed == chip.files
        assert set(result.reasons) <= MESSAGES.keys()
        number = source.choice(sorted(chip.files.groups))
        harmed = chip.with_group(number, mutate(chip.files.groups[number], source))
        result = verb.verify(harmed, NOW)
        # Padding that was added to a file changes nothing that is read from it.
        assert result.verdict is not Verdict.GOOD or result.document == unharmed.document


def test_no_mutated_portrait_breaks_the_decoder():
    source = random.Random(7)
    for kind in ("JPEG", "JP2", "J2K"):
        for _ in range(60):
            groups = {2: mutate(usual_groups()[2].replace(portrait(), portrait(kind)), source)}
            face = ChipVerb(TrustAnchors()).verify(ChipFiles(b"", groups), NOW).document.face
            if face is not None:
                try:
                    assert decode_picture(face).pixels.size
                except InputError as error:
                    assert error.reason


@pytest.mark.parametrize("parse", [parse_certificate, parse_crl, parse_master_list])
def test_mutated_certificates_and_lists_are_read_or_refused(parse):
    authority = make_authority()
    data = {
        parse_certificate: authority.certificate,
        parse_crl: make_crl(authority, [1, 2]),
        parse_master_list: make_master_list(authority, [authority.certificate]),
    }[parse]
    source = random.Random(8)
    for _ in range(300):
        try:
            assert parse(mutate(data, source))
        except InputError as error:
            assert error.reason in {"malformed"}


@given(st.binary(max_size=300), st.dictionaries(st.integers(1, 16), st.binary(max_size=100), max_size=4))
def test_any_bytes_have_a_verdict(sod, groups):
    assert ChipVerb(TrustAnchors()).verify(ChipFiles(sod, groups), NOW).verdict is Verdict.ALERT

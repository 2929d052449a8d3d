"""Certificates, revocation lists and the way from one to the other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from asn1crypto import x509

from localverify.documents.pki.anchors import MOST_CANDIDATES, TrustAnchors
from localverify.documents.pki.certificates import MAX_BYTES, parse_certificate
from localverify.documents.pki.crls import parse_crl
from localverify.documents.pki.keys import RsaKey
from localverify.documents.pki.signatures import SignatureState, verify_signature
from localverify.errors import InputError
from tests.chips_factory import (
    NOW,
    Signing,
    ec_key,
    make_authority,
    make_certificate,
    make_crl,
    make_link,
    make_name,
    rsa_key,
)

CSCA = make_authority()


def test_a_certificate_says_what_verification_needs():
    certificate = parse_certificate(CSCA.certificate)
    assert (certificate.subject.country, str(certificate.subject)) == ("UT", "UT, Utopia Passports, CSCA")
    assert certificate.self_issued
    assert certificate.signs_certificates
    assert certificate.valid_at(NOW)
    assert not certificate.valid_at(datetime(2040, 1, 1, tzinfo=UTC))
    assert certificate.key_id == certificate.authority_key_id != b""
    assert certificate.key.name == "RSA 2048"
    assert certificate.der == CSCA.certificate


def test_a_link_is_no_root():
    new = make_authority(Signing(rsa_key("new csca")))
    assert not parse_certificate(make_link(CSCA, new)).self_issued


@pytest.mark.parametrize(
    "data", [b"", b"\x30\x00", CSCA.certificate + b"\x00", CSCA.certificate[:-1], bytes(MAX_BYTES + 1)]
)
def test_what_is_no_certificate_is_refused(data):
    with pytest.raises(InputError) as caught:
        parse_certificate(data)
    assert caught.value.reason == "malformed"


def test_the_algorithm_outside_the_signature_has_to_be_the_one_inside():
    certificate = x509.Certificate.load(CSCA.certificate)
    certificate["signature_algorithm"] = {"algorithm": "sha512_rsa"}
    with pytest.raises(InputError, match="two signature algorithms differ"):
        parse_certificate(certificate.dump(force=True))


def test_a_signature_is_checked_over_the_bytes_as_they_came():
    certificate = parse_certificate(CSCA.certificate)
    check = (certificate.key, certificate.algorithm, certificate.signature)
    assert verify_signature(*check, certificate.signed) is SignatureState.VALID
    assert verify_signature(*check, certificate.signed + b" ") is SignatureState.INVALID


@pytest.mark.parametrize(
    ("modulus", "exponent"),
    [(1 << 20000, 65537), (rsa_key("csca").public_key().public_numbers().n, 1 << 5000), (-7, 3), (0, 0)],
    ids=["long modulus", "long exponent", "negative", "zero"],
)
def test_keys_that_would_cost_time_or_make_no_sense_are_not_computed_with(modulus, exponent):
    certificate = parse_certificate(CSCA.certificate)
    state = verify_signature(RsaKey(modulus, exponent), certificate.algorithm, certificate.signature, b"")
    assert state is SignatureState.UNSUPPORTED


def test_a_revocation_list_says_what_is_revoked():
    listed = parse_crl(make_crl(CSCA, [5, 1 << 70]))
    assert listed.serials == {5, 1 << 70}
    assert listed.issuer == parse_certificate(CSCA.certificate).subject


def test_no_more_than_a_few_authorities_are_tried_for_one_signer():
    same_name = [
        make_certificate(Signing(ec_key("secp256r1", str(n)), "ecdsa"), make_name("UT", "CSCA")) for n in range(20)
    ]
    anchors = TrustAnchors([parse_certificate(der) for der in same_name])
    signer = parse_certificate(make_certificate(Signing(rsa_key("signer")), make_name("UT", "Signer"), CSCA))
    assert len(anchors.candidates(signer.issuer, b"")) == MOST_CANDIDATES

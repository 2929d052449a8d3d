"""Passive authentication: every algorithm that is accepted, and every way to be wrong."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from asn1crypto import algos, cms, core, x509

from localverify.documents.pki.anchors import Revocation, TrustAnchors
from localverify.documents.pki.certificates import parse_certificate
from localverify.documents.pki.crls import parse_crl
from localverify.documents.pki.curves import BY_NAME
from localverify.types import Outcome
from localverify.verify.chips import ChipVerb, Verdict, decode_picture
from localverify.verify.passive_authentication import GroupState
from tests.chips_factory import (
    CURVES,
    HASHES,
    NOW,
    Chip,
    Signing,
    SodOptions,
    ec_key,
    ec_public_info,
    make_authority,
    make_certificate,
    make_chip,
    make_crl,
    make_dg1,
    make_dg2,
    make_dg13,
    make_link,
    make_name,
    portrait,
    rsa_key,
    td3_lines,
    usual_groups,
    wrap,
)

if TYPE_CHECKING:
    from localverify.documents.lds.files import ChipFiles

FAR_BACK, FAR_AHEAD = datetime(2005, 1, 1, tzinfo=UTC), datetime(2044, 1, 1, tzinfo=UTC)


def anchors_of(*certificates, crls=()):
    return TrustAnchors([parse_certificate(der) for der in certificates], [parse_crl(der) for der in crls])


def verify(chip: Chip, *, files: ChipFiles | None = None, crls=(), moment=NOW):
    """Against the document's own authority."""
    return ChipVerb(anchors_of(chip.authority.certificate, crls=crls)).verify(files or chip.files, moment)


@pytest.fixture(scope="module")
def good() -> Chip:
    return make_chip()


def test_a_genuine_document_is_good_and_says_what_it_holds(good):
    result = verify(good)
    assert (result.verdict, result.reasons) == (Verdict.GOOD, ())
    assert set(result.data_groups.values()) == {GroupState.GOOD}
    assert result.document.fields["DG1"]["surname"] == "ERIKSSON"
    assert result.document.face is not None
    assert decode_picture(result.document.face).pixels.shape == (80, 60, 3)
    assert result.authority is not None
    assert result.authority.der == good.authority.certificate


def test_keys_of_active_and_chip_authentication_come_from_good_documents_alone(good):
    result = verify(good)
    assert result.authentication_key is not None
    assert [info.protocol for info in result.security_infos] == ["0.4.0.127.0.7.2.2.3.2.1"]
    untrusted = ChipVerb(TrustAnchors()).verify(good.files, NOW)
    assert (untrusted.authentication_key, untrusted.security_infos) == (None, ())
    bad = verify(good, files=good.with_group(1, make_dg1(td3_lines("USA"))))
    assert (bad.authentication_key, bad.security_infos) == (None, ())


@pytest.mark.parametrize("hashed", sorted(HASHES))
@pytest.mark.parametrize("scheme", ["pkcs1", "pss"])
def test_rsa_with_every_hash(scheme, hashed):
    chip = make_chip(signing=Signing(rsa_key("signer"), scheme, hashed), options=SodOptions(group_hash=hashed))
    assert verify(chip).reasons == ()


@pytest.mark.parametrize("explicit", [False, True])
@pytest.mark.parametrize("curve", sorted(CURVES))
def test_ecdsa_on_every_curve_by_name_and_by_parameters(curve, explicit):
    signing = Signing(ec_key(curve), "ecdsa", "sha256", explicit=explicit)
    result = verify(
        make_chip(
            authority=make_authority(signing),
            signing=Signing(ec_key(curve, "ds"), "ecdsa", "sha512", explicit=explicit),
        )
    )
    assert result.reasons == ()


@pytest.mark.parametrize("hashed", sorted(HASHES))
def test_ecdsa_with_every_hash(hashed):
    assert verify(make_chip(signing=Signing(ec_key("secp521r1"), "ecdsa", hashed))).reasons == ()


@pytest.mark.parametrize("options", [{"lds_version": "0108"}, {"by_key_id": True}, {"signing_time": None}])
def test_variants_that_the_standard_allows(options):
    assert verify(make_chip(options=SodOptions(**options))).reasons == ()


def test_the_bare_rsa_identifier_takes_the_signers_digest():
    algorithm = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"})
    assert verify(make_chip(options=SodOptions(signature_algorithm=algorithm))).reasons == ()


def test_padding_behind_a_file_is_no_harm(good):
    padded = replace(
        good.files, sod=good.files.sod + bytes(8), groups={n: d + b"\xff" for n, d in good.files.groups.items()}
    )
    assert verify(good, files=padded).verdict is Verdict.GOOD


WRONG = {
    "signature_invalid": {"spoil_signature": True},
    "message_digest_mismatch": {"message_digest": bytes(32)},
    "content_type_mismatch": {"content_type": "data"},
    "signed_attributes_missing": {"attributes": False},
    "data_group_mismatch": {"hashes": lambda hashes: hashes | {2: bytes(32)}},
    "data_group_not_in_sod": {"hashes": lambda hashes: {n: h for n, h in hashes.items() if n != 11}},
    "signed_outside_validity": {"signing_time": datetime(2021, 12, 31, tzinfo=UTC)},
    "sod_malformed": {"content": wrap(0x30, core.Integer(0).dump())},
}


@pytest.mark.parametrize("reason", sorted(WRONG))
def test_a_wrong_security_object_raises_an_alert_with_its_reason(reason):
    result = verify(make_chip(options=SodOptions(**WRONG[reason])))
    assert (result.verdict, result.reasons) == (Verdict.ALERT, (reason,))


UNDECIDED = {
    "sod_profile_deviation": [{"version": 1}, {"unsigned": True}],
    "signer_certificate_missing": [{"certificates": ()}],
    "signature_unsupported": [{"signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_dsa"})}],
}


@pytest.mark.parametrize(
    ("reason", "options"), [(reason, item) for reason, items in UNDECIDED.items() for item in items]
)
def test_what_cannot_be_decided_is_never_good(reason, options):
    result = verify(make_chip(options=SodOptions(**options)))
    assert (result.verdict, result.reasons) == (Verdict.NOT_CHECK, (reason,))


def test_bytes_that_are_no_padding_behind_the_security_object_leave_it_undecided(good):
    result = verify(good, files=replace(good.files, sod=good.files.sod + b"more"))
    assert (result.verdict, result.reasons) == (Verdict.NOT_CHECK, ("sod_profile_deviation",))


def test_a_hash_that_is_not_known_leaves_the_groups_undecided():
    content = wrap(
        0x30,
        core.Integer(0).dump()
        + wrap(0x30, core.ObjectIdentifier("1.2.840.113549.2.5").dump())
        + wrap(0x30, wrap(0x30, core.Integer(1).dump() + core.OctetString(bytes(16)).dump())),
    )
    result = verify(make_chip({1: make_dg1()}, options=SodOptions(content=content)))
    assert (result.verdict, result.reasons) == (Verdict.NOT_CHECK, ("hash_unsupported",))


@pytest.mark.parametrize("rows", [[(1, 32), (1, 32)], [(17, 32)], [(0, 32)]])
def test_a_group_that_is_listed_twice_or_does_not_exist_is_malformed(rows):
    listed = b"".join(wrap(0x30, core.Integer(n).dump() + core.OctetString(bytes(size)).dump()) for n, size in rows)
    algorithm = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()
    content = wrap(0x30, core.Integer(0).dump() + algorithm + wrap(0x30, listed))
    assert verify(make_chip({1: make_dg1()}, options=SodOptions(content=content))).reasons == ("sod_malformed",)


@pytest.mark.parametrize("sod", [b"", b"\x77", b"\x77\x02\x30\x00", b"\x61\x00", b"\x30\x80" * 3000, bytes(70_000)])
def test_a_security_object_that_cannot_be_read_raises_an_alert(good, sod):
    result = verify(good, files=replace(good.files, sod=sod))
    assert (result.verdict, result.reasons) == (Verdict.ALERT, ("sod_malformed",))
    assert set(result.data_groups.values()) == {GroupState.NOT_CHECK}


def test_signed_attributes_do_not_pass_for_content(good):
    """The signature over one message's attributes, presented as the signature over a content without any."""
    info = cms.ContentInfo.load(good.files.sod[4:])
    signed = info["content"]
    signer = signed["signer_infos"][0]
    attributes = b"\x31" + signer["signed_attrs"].dump()[1:]
    del signer["signed_attrs"]
    content = {"content_type": "2.23.136.1.1.1", "content": cms.ParsableOctetString(attributes)}
    signed["encap_content_info"] = cms.EncapsulatedContentInfo(content)
    result = verify(good, files=replace(good.files, sod=wrap(0x77, info.dump(force=True))))
    assert result.verdict is Verdict.ALERT
    assert result.reasons == ("signed_attributes_missing", "sod_malformed")


def test_every_changed_group_raises_an_alert_and_is_named(good):
    for number, data in good.files.groups.items():
        bent = bytearray(data)
        bent[-1] ^= 1
        result = verify(good, files=good.with_group(number, bytes(bent)))
        assert result.verdict is Verdict.ALERT
        assert result.data_groups[number] is GroupState.BAD


def test_groups_that_were_not_read_are_missing_and_no_harm(good):
    only = replace(good.files, groups={1: good.files.groups[1]})
    result = verify(good, files=only)
    assert result.verdict is Verdict.GOOD
    assert result.data_groups[2] is GroupState.MISSING
    nothing = verify(good, files=replace(good.files, groups={}))
    assert (nothing.verdict, nothing.reasons) == (Verdict.NOT_CHECK, ("no_data_groups",))


def test_nothing_is_good_without_a_trusted_chain(good):
    result = ChipVerb(TrustAnchors()).verify(good.files, NOW)
    assert (result.verdict, result.reasons) == (Verdict.NOT_CHECK, ("trust_store_empty",))
    assert result.decision.check("signature").outcome is Outcome.PASS
    stranger = ChipVerb(anchors_of(make_authority(Signing(rsa_key("stranger")), common="Other").certificate)).verify(
        good.files, NOW
    )
    assert (stranger.verdict, stranger.reasons) == (Verdict.NOT_CHECK, ("issuer_unknown",))


def test_a_forged_authority_with_the_name_and_key_identifier_of_the_real_one_raises_an_alert():
    real = make_authority(Signing(rsa_key("real")))
    forged = replace(real, signing=Signing(rsa_key("forger")))
    signing = Signing(rsa_key("signer"))
    signer = make_certificate(signing, make_name("UT", "Document Signer 7"), forged, drop=["authority_key_identifier"])
    result = ChipVerb(anchors_of(real.certificate)).verify(make_chip(authority=forged, signer=signer).files, NOW)
    assert (result.verdict, result.reasons) == (Verdict.ALERT, ("issuer_signature_invalid",))


def test_another_key_of_the_same_name_is_not_held_here_rather_than_forged(good):
    other = make_authority(Signing(rsa_key("another")))
    result = ChipVerb(anchors_of(other.certificate)).verify(good.files, NOW)
    assert (result.verdict, result.reasons) == (Verdict.NOT_CHECK, ("issuer_unknown",))


def extension(oid, value):
    return [{"extn_id": oid, "critical": True, "extn_value": value}]


LIST_SIGNER = extension("extended_key_usage", x509.ExtKeyUsageSyntax(["2.23.136.1.1.3"]))
KEY_AGREEMENT = extension("key_usage", x509.KeyUsage({"key_agreement"}))
CONSTRAINTS = extension("basic_constraints", x509.BasicConstraints({"ca": True}))
UNKNOWN = extension("1.2.3.4", core.ParsableOctetString(b"\x05\x00"))


@pytest.mark.parametrize(
    ("certificate", "moment", "reason"),
    [
        ({}, FAR_AHEAD, "signer_expired"),
        ({}, FAR_BACK, "signer_not_yet_valid"),
        ({"extensions": CONSTRAINTS}, NOW, "signer_not_for_documents"),
        ({"extensions": LIST_SIGNER}, NOW, "signer_not_for_documents"),
        ({"drop": ["key_usage"], "extensions": KEY_AGREEMENT}, NOW, "signer_not_for_documents"),
        ({"extensions": UNKNOWN}, NOW, "signer_critical_extension"),
    ],
)
def test_a_signer_that_may_not_sign_raises_an_alert(certificate, moment, reason):
    authority = make_authority(not_before=datetime(2000, 1, 1, tzinfo=UTC), not_after=datetime(2049, 1, 1, tzinfo=UTC))
    result = verify(make_chip(authority=authority, **certificate), moment=moment)
    assert (result.verdict, result.reasons) == (Verdict.ALERT, (reason,))


def test_an_authority_that_was_not_valid_when_it_signed_raises_an_alert():
    authority = make_authority(not_before=datetime(2023, 1, 1, tzinfo=UTC))
    assert verify(make_chip(authority=authority)).reasons == ("issuer_not_valid",)


def test_a_signer_without_key_usage_and_identifiers_is_found_by_name():
    chip = make_chip(drop=["key_usage", "authority_key_identifier", "key_identifier"])
    assert verify(chip).verdict is Verdict.GOOD


def test_an_issuer_name_in_other_letters_and_another_order_is_found_by_key():
    authority = make_authority()
    other = x509.Name.build({"common_name": "csca", "country_name": "ut", "organization_name": "UTOPIA  passports"})
    assert verify(make_chip(authority=authority, issuer_name=other)).verdict is Verdict.GOOD
    by_name = make_chip(authority=authority, issuer_name=other, drop=["authority_key_identifier"])
    assert verify(by_name).verdict is Verdict.GOOD


def test_a_link_certificate_carries_the_chain():
    old, new = make_authority(common="CSCA 1"), make_authority(Signing(rsa_key("new csca")), common="CSCA 2")
    chip = make_chip(authority=new)
    result = ChipVerb(anchors_of(old.certificate, make_link(old, new))).verify(chip.files, NOW)
    assert result.verdict is Verdict.GOOD


def test_the_state_on_the_document_has_to_be_the_authoritys():
    groups = usual_groups() | {1: make_dg1(td3_lines("USA"))}
    result = verify(make_chip(groups))
    assert (result.verdict, result.reasons) == (Verdict.ALERT, ("country_mismatch",))
    unknown = verify(make_chip(usual_groups() | {1: make_dg1(td3_lines("QQQ"))}))
    assert (unknown.verdict, unknown.reasons) == (Verdict.NOT_CHECK, ("country_unknown",))


def test_a_card_without_dg1_is_held_to_be_vietnams_by_its_dg13():
    assert verify(make_chip({13: make_dg13()}, country="VN")).verdict is Verdict.GOOD
    assert verify(make_chip({13: make_dg13()}, country="UT")).reasons == ("country_mismatch",)
    assert verify(make_chip({2: make_dg2(portrait())})).verdict is Verdict.GOOD


def test_dg1_that_cannot_be_read_leaves_the_state_unknown():
    assert verify(make_chip({1: wrap(0x61, b"")})).reasons == ("country_unknown",)


def test_revoked_signers_and_authorities_raise_an_alert(good):
    serial, own = parse_certificate(good.signer).serial, parse_certificate(good.authority.certificate).serial
    revoked = verify(good, crls=[make_crl(good.authority, [serial])])
    assert (revoked.verdict, revoked.reasons, revoked.revocation) == (
        Verdict.ALERT,
        ("signer_revoked",),
        Revocation.REVOKED,
    )
    assert verify(good, crls=[make_crl(good.authority, [own])]).reasons == ("issuer_revoked",)
    fine = verify(good, crls=[make_crl(good.authority, [serial + 1])])
    assert (fine.verdict, fine.revocation) == (Verdict.GOOD, Revocation.GOOD)
    assert verify(good).revocation is Revocation.NO_LIST
    stale = verify(good, crls=[make_crl(good.authority, [], next_update=NOW - timedelta(hours=1))])
    assert (stale.verdict, stale.revocation) == (Verdict.GOOD, Revocation.STALE)


@pytest.mark.parametrize("which", ["p", "a", "b", "gx", "n", "h"])
def test_a_signer_on_a_curve_of_its_own_is_never_good(which):
    """CVE-2020-0601: a generator of the forger's choice makes any public point his own."""
    curve = ec_key("secp256r1")
    numbers = curve.public_key().public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    changed = 2 if which == "h" else getattr(BY_NAME["secp256r1"], which) ^ 2
    info = ec_public_info("secp256r1", point, explicit=True, **{which: changed})
    result = verify(make_chip(signing=Signing(curve, "ecdsa"), info=info))
    assert (result.verdict, result.reasons) == (Verdict.NOT_CHECK, ("signature_unsupported",))


def test_a_key_of_another_kind_cannot_have_signed():
    algorithm = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
    assert verify(make_chip(options=SodOptions(signature_algorithm=algorithm))).reasons == ("signature_invalid",)


def test_two_certificates_in_the_security_object_are_told_apart():
    stranger = make_certificate(Signing(rsa_key("stranger")), make_name("UT", "Stranger"), make_authority())
    signing = Signing(rsa_key("signer"))
    authority = make_authority()
    signer = make_certificate(signing, make_name("UT", "Signer"), authority)
    chip = make_chip(authority=authority, signer=signer, options=SodOptions(certificates=[stranger, signer]))
    assert verify(chip).signer.der == signer


def test_a_message_digest_of_the_wrong_hash_does_not_hold():
    content = hashlib.sha1(b"", usedforsecurity=False).digest()
    assert verify(make_chip(options=SodOptions(message_digest=content))).reasons == ("message_digest_mismatch",)

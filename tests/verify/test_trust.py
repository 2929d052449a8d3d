"""Filling the trust store: who vouches for whom, and what is passed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from asn1crypto import pem

from localverify.errors import InputError
from localverify.store.trust import TrustStore
from localverify.verify.trust import CurrentAnchors, TrustVerb, load_anchors
from tests.chips_factory import (
    NOW,
    Signing,
    ec_key,
    make_authority,
    make_certificate,
    make_crl,
    make_link,
    make_master_list,
    make_name,
    rsa_key,
    wrap,
)

OLD = make_authority(common="CSCA 1")
NEW = make_authority(Signing(rsa_key("new csca")), common="CSCA 2")
OTHER = make_authority(Signing(ec_key("secp384r1"), "ecdsa", explicit=True), country="ZW")


@pytest.fixture
def store(tmp_path):
    return TrustStore(tmp_path / "trust")


@pytest.fixture
def add(tmp_path, store):
    """Writes files and adds them."""

    def work(files, root=None):
        paths = []
        for name, data in files.items():
            paths.append(tmp_path / name)
            paths[-1].write_bytes(data)
        if root is not None:
            (tmp_path / "root.cer").write_bytes(root)
        return TrustVerb(store).add(paths, tmp_path / "root.cer" if root else None, NOW)

    return work


def test_certificates_go_in_on_the_operators_word_in_der_and_pem(add, store):
    bundle = b"".join(pem.armor("CERTIFICATE", item.certificate) for item in (NEW, OTHER))
    added = add({"csca.cer": OLD.certificate, "two.pem": bundle})
    assert (added.new, added.known, added.passed_over) == (3, 0, ())
    assert {entry.vouched_by for entry in store.entries()} == {"operator"}
    assert len(TrustVerb(store).anchors()) == 3
    assert add({"csca.cer": OLD.certificate}).known == 1


def test_a_master_list_goes_in_whole_and_its_signer_is_recorded(add, store):
    listed = make_master_list(OLD, [OLD.certificate, OTHER.certificate, make_link(OLD, NEW)])
    assert add({"ut.ml": listed}, root=OLD.certificate).new == 3
    assert all("Master List Signer" in entry.vouched_by for entry in store.entries())
    assert {entry.source for entry in store.entries()} == {"ut.ml"}


def test_one_bad_certificate_among_many_is_told_and_passed_over(add):
    listed = make_master_list(OLD, [OLD.certificate, wrap(0x30, b"no certificate"), OTHER.certificate])
    added = add({"ut.ml": listed})
    assert added.new == 2
    assert [line.startswith("ut.ml: certificate 2:") for line in added.passed_over] == [True]


def test_a_list_that_the_given_root_did_not_vouch_for_is_refused(add, store):
    added = add({"ut.ml": make_master_list(OLD, [OTHER.certificate])}, root=OTHER.certificate)
    assert added.new == 0
    assert "was issued by the given root" in added.passed_over[0]
    assert store.entries() == []


@pytest.mark.parametrize(
    "options", [{"spoil_signature": True}, {"message_digest": bytes(32)}, {"attributes": False}, {"purpose": "1.2.3.4"}]
)
def test_a_list_whose_signature_or_signer_is_wrong_is_refused(add, options):
    added = add({"ut.ml": make_master_list(OLD, [OTHER.certificate], **options)})
    assert (added.new, len(added.passed_over)) == (0, 1)


def test_a_link_goes_in_only_on_a_trusted_authoritys_word_in_any_order(add, store):
    assert (
        add({"link.cer": make_link(OLD, NEW)}).passed_over[0].endswith("no trusted authority signed this certificate")
    )
    third = make_authority(Signing(rsa_key("third csca")), common="CSCA 3")
    added = add({"a-link.cer": make_link(NEW, third), "b-link.cer": make_link(OLD, NEW), "c-root.cer": OLD.certificate})
    assert (added.new, added.passed_over) == (3, ())
    assert [entry.vouched_by.split(" (")[0] for entry in store.entries()] == [
        "operator",
        "UT, Utopia Passports, CSCA 1",
        "UT, Utopia Passports, CSCA 2",
    ]


def test_a_revocation_list_goes_in_only_on_a_trusted_authoritys_word(add, store):
    assert "no trusted authority" in add({"ut.crl": make_crl(OLD, [5])}).passed_over[0]
    assert add({"csca.cer": OLD.certificate, "ut.crl": pem.armor("X509 CRL", make_crl(OLD, [5]))}).new == 2
    assert [entry.kind for entry in store.entries()] == ["certificate", "crl"]
    forged = replace(OLD, signing=Signing(rsa_key("forger")))
    assert add({"forged.crl": make_crl(forged, [6])}).new == 0


def test_a_document_signer_is_no_authority(add):
    signer = make_certificate(Signing(rsa_key("signer")), make_name("UT", "Signer"), OLD)
    assert "no authority" in add({"csca.cer": OLD.certificate, "signer.cer": signer}).passed_over[0]


def test_a_root_whose_signature_over_itself_is_wrong_is_passed_over(add):
    bent = OLD.certificate[:-1] + bytes([OLD.certificate[-1] ^ 1])
    assert "over itself" in add({"bent.cer": bent}).passed_over[0]


@pytest.mark.parametrize(
    "data", [b"", b"text", b"\x30\x03abc", b"-----BEGIN CERTIFICATE-----\n!\n", pem.armor("KEY", b"x")]
)
def test_what_is_nothing_of_the_kind_is_told(add, data):
    added = add({"junk.bin": data})
    assert (added.new, len(added.passed_over)) == (0, 1)


def test_folders_are_searched(tmp_path, store):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "csca.cer").write_bytes(OLD.certificate)
    (tmp_path / "in" / "readme.txt").write_bytes(b"not looked at")
    assert TrustVerb(store).add([tmp_path / "in"], moment=NOW).new == 1


def test_a_missing_file_is_an_error_before_anything_is_added(tmp_path, store):
    (tmp_path / "csca.cer").write_bytes(OLD.certificate)
    with pytest.raises(InputError, match="cannot read"):
        TrustVerb(store).add([tmp_path / "csca.cer", tmp_path / "gone.cer"])
    assert store.entries() == []


def test_anchors_are_loaded_straight_from_files(tmp_path):
    (tmp_path / "csca.cer").write_bytes(OLD.certificate)
    (tmp_path / "junk.cer").write_bytes(b"junk")
    anchors, passed_over = load_anchors([tmp_path], NOW)
    assert (len(anchors), len(passed_over)) == (1, 1)


def test_a_list_is_refused_after_its_signer_has_expired(tmp_path, store):
    (tmp_path / "ut.ml").write_bytes(make_master_list(OLD, [OLD.certificate]))
    added = TrustVerb(store).add([tmp_path / "ut.ml"], moment=NOW + timedelta(days=9000))
    assert (added.new, len(added.passed_over)) == (0, 1)


def test_anchors_follow_the_store(add, store):
    current = CurrentAnchors(store)
    assert len(current.get()) == 0
    add({"csca.cer": OLD.certificate})
    first = current.get()
    assert len(first) == 1
    assert current.get() is first
    store.remove("csca.cer")
    assert len(current.get()) == 0

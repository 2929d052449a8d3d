"""Sorting what files hold: who vouches for each certificate and list, and why something is passed over."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from localverify.documents.lds.tlv import read_tlv
from localverify.documents.pki.certificates import Certificate, encoded_items, parse_certificate
from localverify.documents.pki.crls import RevocationList, parse_crl
from localverify.documents.pki.master_lists import check_master_list, parse_master_list, read_certificates
from localverify.documents.pki.signatures import SignatureState, verify_signature
from localverify.errors import InputError
from localverify.store.trust import TrustEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

OPERATOR = "operator"
_OBJECT_IDENTIFIER = 0x06


class Intake:
    """Sorts what files hold into what is accepted, what waits for its issuer and what is passed over.

    Args:
        roots: where the signers of master lists have to end; none asked when empty.
        moment: the time to verify at.
    """

    def __init__(self, roots: Sequence[Certificate], moment: datetime) -> None:
        self._roots = roots
        self._moment = moment
        self._links: list[tuple[Certificate, str]] = []
        self._crls: list[tuple[RevocationList, str]] = []
        self.accepted: list[Certificate] = []
        self.accepted_crls: list[RevocationList] = []
        self.entries: list[TrustEntry] = []
        self.passed_over: list[str] = []

    def take(self, data: bytes, source: str) -> None:
        """Sorts one file; what cannot be read is passed over."""
        if _is_signed_data(data):
            self._attempt(source, lambda: self._take_list(data, source))
        else:
            self._attempt(source, lambda: self._take_items(encoded_items(data), source))

    def settle(self, trusted: Sequence[Certificate]) -> None:
        """Accepts the links and revocation lists that a trusted or an accepted authority signed.

        A link may come before the one that it hangs on, so the round is repeated while it helps.
        """
        waiting = self._links
        while waiting:
            left = [item for item in waiting if not self._take_link(*item, [*trusted, *self.accepted])]
            if len(left) == len(waiting):
                break
            waiting = left
        for certificate, source in waiting:
            self.passed_over.append(f"{source}: {certificate.subject}: no trusted authority signed this certificate")
        for listed, source in self._crls:
            self._take_crl(listed, source, [*trusted, *self.accepted])

    def _attempt(self, source: str, step: Callable[[], None]) -> None:
        try:
            step()
        except InputError as error:
            self.passed_over.append(f"{source}: {error}")

    def _take_items(self, items: Sequence[bytes], source: str) -> None:
        if not items:
            raise InputError("the file holds no certificate")
        for der in items:
            self._attempt(source, partial(self._take_one, der, source))

    def _take_list(self, data: bytes, source: str) -> None:
        listed = parse_master_list(data)
        signer = check_master_list(listed, self._roots, self._moment)
        certificates, problems = read_certificates(listed.certificates)
        self.passed_over.extend(f"{source}: {problem}" for problem in problems)
        vouched_by = f"{signer.certificate.subject} (issued by {signer.root.sha256[:16]})"
        for certificate in certificates:
            if certificate.signs_certificates:
                self._accept(certificate, source, vouched_by)
            else:
                self.passed_over.append(f"{source}: {certificate.subject}: the certificate is no authority's")

    def _take_one(self, der: bytes, source: str) -> None:
        """A certificate or a revocation list; whatever it is, its issuer has to be settled first."""
        try:
            certificate = parse_certificate(der)
        except InputError as error:
            try:
                self._crls.append((parse_crl(der), source))
            except InputError:
                raise error from None
            return
        if not certificate.signs_certificates:
            raise InputError(f"{certificate.subject}: the certificate is no authority's")
        if not certificate.self_issued:
            self._links.append((certificate, source))
            return
        if _signed_by(certificate, certificate) is SignatureState.INVALID:
            raise InputError(f"{certificate.subject}: the certificate's signature over itself does not hold")
        self._accept(certificate, source, OPERATOR)

    def _take_link(self, link: Certificate, source: str, trusted: Iterable[Certificate]) -> bool:
        signer = next((item for item in trusted if _may_sign(item, link)), None)
        if signer is not None:
            self._accept(link, source, f"{signer.subject} (link, signed by {signer.sha256[:16]})")
        return signer is not None

    def _take_crl(self, listed: RevocationList, source: str, trusted: Iterable[Certificate]) -> None:
        signer = next((item for item in trusted if _may_sign(item, listed)), None)
        if signer is None:
            self.passed_over.append(f"{source}: {listed.issuer}: no trusted authority signed this revocation list")
            return
        self.accepted_crls.append(listed)
        subject = f"{listed.issuer}, {len(listed.serials)} revoked"
        self._add("crl", listed.der, subject, source, f"{signer.subject} (signed by {signer.sha256[:16]})")

    def _accept(self, certificate: Certificate, source: str, vouched_by: str) -> None:
        self.accepted.append(certificate)
        self._add("certificate", certificate.der, str(certificate.subject), source, vouched_by)

    def _add(self, kind: str, der: bytes, subject: str, source: str, vouched_by: str) -> None:
        added_at = self._moment.replace(microsecond=0).isoformat()
        self.entries.append(TrustEntry(kind, der, subject, source, vouched_by, added_at))


def _may_sign(authority: Certificate, signed: Certificate | RevocationList) -> bool:
    """Whether the authority is the named issuer, and its key did sign."""
    same_key = bool(authority.key_id) and authority.key_id == signed.authority_key_id
    same_name = authority.subject.loose == signed.issuer.loose
    return (same_key or same_name) and _signed_by(authority, signed) is SignatureState.VALID


def _signed_by(authority: Certificate, signed: Certificate | RevocationList) -> SignatureState:
    return verify_signature(authority.key, signed.algorithm, signed.signature, signed.signed)


def _is_signed_data(data: bytes) -> bool:
    """Whether the file is a ContentInfo: a sequence that begins with an object identifier."""
    try:
        return read_tlv(read_tlv(data).value).tag == _OBJECT_IDENTIFIER
    except InputError:
        return False

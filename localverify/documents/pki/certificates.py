"""X.509 certificates as frozen values, original bytes kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asn1crypto import pem, x509

from localverify.documents.lds.tlv import malformed, read_tlv
from localverify.documents.pki.algorithms import SignatureAlgorithm, parse_signature_algorithm
from localverify.documents.pki.keys import PublicKey, parse_public_key
from localverify.documents.pki.names import Name, parse_name
from localverify.documents.pki.parsing import parsing

if TYPE_CHECKING:
    from datetime import datetime

# Certificates of travel documents have 1 to 3 KB; a limit keeps hostile ones from costing time.
MAX_BYTES = 64 * 1024

# Critical extensions whose meaning is applied or cannot change the answer (RFC 5280, Doc 9303-12).
_KNOWN_EXTENSIONS = frozenset(
    {
        "2.5.29.14",  # subject key identifier
        "2.5.29.15",  # key usage
        "2.5.29.16",  # private key usage period
        "2.5.29.17",  # subject alternative name
        "2.5.29.18",  # issuer alternative name
        "2.5.29.19",  # basic constraints
        "2.5.29.31",  # CRL distribution points
        "2.5.29.32",  # certificate policies
        "2.5.29.35",  # authority key identifier
        "2.5.29.37",  # extended key usage
        "2.23.136.1.1.6.2",  # document types
    }
)


_PEM_NAMES = {"CERTIFICATE", "X509 CRL"}


@dataclass(frozen=True, slots=True)
class Certificate:
    """What verification needs of a certificate.

    Attributes:
        der: the certificate as it came.
        signed: the to-be-signed part as it came.
        algorithm: how the issuer signed it.
        signature: the issuer's signature.
        issuer: name of who signed it.
        subject: whose it is.
        serial: number that the issuer gave.
        not_before: start of validity, UTC.
        not_after: end of validity, UTC.
        key: the subject's key.
        key_id: subject key identifier; empty where there is none.
        authority_key_id: the issuer's key identifier; empty where there is none.
        authority: basic constraints: True, False, or None where the extension is missing.
        usages: key usages by asn1crypto's names; None where the extension is missing.
        purposes: extended key usages as object identifiers.
        unknown_critical: critical extensions that are not understood here.
    """

    der: bytes
    signed: bytes
    algorithm: SignatureAlgorithm
    signature: bytes
    issuer: Name
    subject: Name
    serial: int
    not_before: datetime
    not_after: datetime
    key: PublicKey
    key_id: bytes
    authority_key_id: bytes
    authority: bool | None
    usages: frozenset[str] | None
    purposes: tuple[str, ...]
    unknown_critical: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Hex digest of the certificate."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are one name and one key identifier: a root rather than a link."""
        same_key = not self.authority_key_id or self.authority_key_id == self.key_id
        return self.issuer.loose == self.subject.loose and same_key

    @property
    def signs_certificates(self) -> bool:
        """Whether it may be an authority: several CSCAs say so only in the key usage, or only in the constraints."""
        return bool(self.authority) or "key_cert_sign" in (self.usages or ())

    def valid_at(self, moment: datetime) -> bool:
        """Whether `moment` is within the validity."""
        return self.not_before <= moment <= self.not_after


def parse_certificate(der: bytes) -> Certificate:
    """Parses one certificate.

    Raises:
        InputError: with reason ``malformed``; bytes that follow the certificate are refused too.
    """
    if len(der) > MAX_BYTES:
        raise malformed(f"a certificate of {len(der)} bytes is over the limit of {MAX_BYTES}")
    if read_tlv(der).end != len(der):
        raise malformed("bytes follow the certificate")
    with parsing("the certificate"):
        return _read(x509.Certificate.load(der, strict=True), der)


def encoded_items(data: bytes) -> list[bytes]:
    """The encoded certificates and revocation lists of a file: PEM with any number of them, or one in DER.

    Raises:
        InputError: with reason ``malformed``.
    """
    with parsing("the PEM file"):
        if not pem.detect(data):
            return [data]
        return [der for name, _, der in pem.unarmor(data, multiple=True) if name in _PEM_NAMES]


def _read(certificate: Any, der: bytes) -> Certificate:  # noqa: ANN401 - asn1crypto is untyped
    tbs = certificate["tbs_certificate"]
    # RFC 5280, 4.1.1.2: what is outside the signature must repeat what is inside.
    if certificate["signature_algorithm"].dump() != tbs["signature"].dump():
        raise malformed("the certificate's two signature algorithms differ")
    extensions = {item["extn_id"].dotted: item["extn_value"].parsed for item in tbs["extensions"] or ()}
    critical = [item["extn_id"].dotted for item in tbs["extensions"] or () if item["critical"].native]
    usages = extensions.get("2.5.29.15")
    constraints = extensions.get("2.5.29.19")
    authority_key = extensions.get("2.5.29.35")
    key_id = extensions.get("2.5.29.14")
    purposes = extensions.get("2.5.29.37")
    return Certificate(
        der=der,
        signed=tbs.dump(),
        algorithm=parse_signature_algorithm(tbs["signature"]),
        signature=certificate["signature_value"].native,
        issuer=parse_name(tbs["issuer"]),
        subject=parse_name(tbs["subject"]),
        serial=tbs["serial_number"].native,
        not_before=tbs["validity"]["not_before"].native,
        not_after=tbs["validity"]["not_after"].native,
        key=parse_public_key(tbs["subject_public_key_info"]),
        key_id=bytes(key_id.native) if key_id is not None else b"",
        authority_key_id=(authority_key["key_identifier"].native or b"") if authority_key is not None else b"",
        authority=bool(constraints["ca"].native) if constraints is not None else None,
        usages=frozenset(usages.native) if usages is not None else None,
        purposes=tuple(item.dotted for item in purposes) if purposes is not None else (),
        unknown_critical=tuple(oid for oid in critical if oid not in _KNOWN_EXTENSIONS),
    )

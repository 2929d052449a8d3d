"""Certificate revocation lists (RFC 5280, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asn1crypto import crl, pem

from localverify.documents.lds.tlv import malformed
from localverify.documents.pki.algorithms import SignatureAlgorithm, parse_signature_algorithm
from localverify.documents.pki.names import Name, parse_name
from localverify.documents.pki.parsing import parsing

if TYPE_CHECKING:
    from datetime import datetime

MAX_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A list as signed.

    Attributes:
        der: as it came.
        signed: the part that is signed.
        algorithm: how.
        signature: the issuer's.
        issuer: who revokes.
        authority_key_id: of the issuer's key; empty where it is not said.
        this_update: UTC.
        next_update: UTC; None where it is not said.
        serials: numbers of the certificates that are revoked.
    """

    der: bytes
    signed: bytes
    algorithm: SignatureAlgorithm
    signature: bytes
    issuer: Name
    authority_key_id: bytes
    this_update: datetime
    next_update: datetime | None
    serials: frozenset[int]


def parse_crl(data: bytes) -> RevocationList:
    """Parses one list in DER or PEM.

    Raises:
        InputError: with reason ``malformed``.
    """
    if len(data) > MAX_BYTES:
        raise malformed(f"a revocation list of {len(data)} bytes is over the limit of {MAX_BYTES}")
    with parsing("the revocation list"):
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        found = crl.CertificateList.load(der, strict=True)
        tbs = found["tbs_cert_list"]
        extensions = {item["extn_id"].dotted: item["extn_value"].parsed for item in tbs["crl_extensions"] or ()}
        authority_key = extensions.get("2.5.29.35")
        return RevocationList(
            der=der,
            signed=tbs.dump(),
            algorithm=parse_signature_algorithm(tbs["signature"]),
            signature=found["signature"].native,
            issuer=parse_name(tbs["issuer"]),
            authority_key_id=(authority_key["key_identifier"].native or b"") if authority_key is not None else b"",
            this_update=tbs["this_update"].native,
            next_update=tbs["next_update"].native,
            serials=frozenset(item["user_certificate"].native for item in tbs["revoked_certificates"] or ()),
        )

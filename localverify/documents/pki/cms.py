"""CMS SignedData (RFC 5652): what the security object of a chip and a master list are wrapped in."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asn1crypto import cms

from localverify.documents.lds.tlv import malformed
from localverify.documents.pki.algorithms import HASHES, SignatureAlgorithm, parse_hash, parse_signature_algorithm
from localverify.documents.pki.certificates import Certificate, parse_certificate
from localverify.documents.pki.names import Name, parse_name
from localverify.documents.pki.parsing import parsing
from localverify.documents.pki.signatures import SignatureState, verify_signature

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNING_TIME, _ALGORITHM_PROTECTION = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.52"
# Doc 9303-10 advises one signer and one certificate; more are only work for the verifier.
_MOST_SIGNERS, _MOST_CERTIFICATES = 4, 8
# RFC 5652, 5.1: the version of every SignedData whose content is not plain data.
_VERSION = 3
_SET_TAG = 0x31
_LONG_LENGTH = 0x80


@dataclass(frozen=True, slots=True)
class Signer:
    """One SignerInfo.

    Attributes:
        issuer: of the signer's certificate; None where the key identifier names it.
        serial: of the signer's certificate; None where the key identifier names it.
        key_id: of the signer's certificate; empty where issuer and serial name it.
        digest: hash of the content, by hashlib's name or as an unknown object identifier.
        algorithm: of the signature.
        signature: the bytes.
        attributes: the signed attributes as encoded, as the SET that is signed; empty where there are none.
        content_type: the signed content type.
        message_digest: the signed digest of the content.
        signing_time: UTC, where it is signed.
    """

    issuer: Name | None
    serial: int | None
    key_id: bytes
    digest: str
    algorithm: SignatureAlgorithm
    signature: bytes
    attributes: bytes
    content_type: str
    message_digest: bytes
    signing_time: datetime | None

    def names(self, certificate: Certificate) -> bool:
        """Whether the certificate is the one that the signer names; the parts of a name in any order."""
        if self.issuer is None:
            return bool(self.key_id) and certificate.key_id == self.key_id
        return certificate.serial == self.serial and sorted(certificate.issuer.parts) == sorted(self.issuer.parts)


@dataclass(frozen=True, slots=True)
class SignedData:
    """A signed message.

    Attributes:
        content_type: object identifier of what is signed.
        content: the signed bytes.
        certificates: those that came with it and could be read.
        signers: at least one.
        deviations: where unsigned parts differ from what the standards ask for, in words.
    """

    content_type: str
    content: bytes
    certificates: tuple[Certificate, ...]
    signers: tuple[Signer, ...]
    deviations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignerCheck:
    """What came of one signer.

    Attributes:
        state: of the signature.
        reason: empty when it is valid; else ``message_digest_mismatch``, ``content_type_mismatch``,
            ``signed_attributes_missing``, ``signer_certificate_missing``, ``signature_invalid``,
            ``hash_unsupported`` or ``signature_unsupported``.
        certificate: the signer's, where it was found.
    """

    state: SignatureState
    reason: str
    certificate: Certificate | None


def parse_signed_data(data: bytes) -> SignedData:
    """Parses a ContentInfo that holds SignedData, in DER or BER.

    Raises:
        InputError: with reason ``malformed``.
    """
    with parsing("the signed data"):
        info = cms.ContentInfo.load(data, strict=True)
        if info["content_type"].dotted != _SIGNED_DATA:
            raise malformed(f"the content is of type {info['content_type'].dotted}, not signed data")
        return _read(info["content"])


def check_signer(signed: SignedData, signer: Signer, others: Sequence[Certificate] = ()) -> SignerCheck:
    """Checks one signer of a message: the digest of the content, then the signature over the attributes.

    Args:
        signed: the message.
        signer: one of its signers.
        others: certificates to look among when the message brings none that the signer names.
    """
    certificate = next((item for item in (*signed.certificates, *others) if signer.names(item)), None)
    if signer.digest not in HASHES.values():
        return SignerCheck(SignatureState.UNSUPPORTED, "hash_unsupported", certificate)
    # RFC 5652, 5.3: content that is not plain data is always signed through attributes. Without this rule the
    # attributes of one message pass for the content of another.
    if not signer.attributes:
        return SignerCheck(SignatureState.INVALID, "signed_attributes_missing", certificate)
    if signer.content_type != signed.content_type:
        return SignerCheck(SignatureState.INVALID, "content_type_mismatch", certificate)
    digest = hashlib.new(signer.digest, signed.content).digest()
    if not hmac.compare_digest(digest, signer.message_digest):
        return SignerCheck(SignatureState.INVALID, "message_digest_mismatch", certificate)
    if certificate is None:
        return SignerCheck(SignatureState.UNSUPPORTED, "signer_certificate_missing", None)
    state = verify_signature(certificate.key, signer.algorithm, signer.signature, signer.attributes)
    reason = {SignatureState.INVALID: "signature_invalid", SignatureState.UNSUPPORTED: "signature_unsupported"}
    return SignerCheck(state, reason.get(state, ""), certificate)


def _read(content: Any) -> SignedData:  # noqa: ANN401 - asn1crypto is untyped
    encapsulated = content["encap_content_info"]
    if not isinstance(encapsulated["content"].native, bytes):
        raise malformed("the signed data hold no content")
    if not 1 <= len(content["signer_infos"]) <= _MOST_SIGNERS:
        raise malformed(f"the signed data have {len(content['signer_infos'])} signers")
    if len(content["certificates"] or ()) > _MOST_CERTIFICATES:
        raise malformed(f"the signed data bring {len(content['certificates'])} certificates")
    signers = tuple(_signer(item) for item in content["signer_infos"])
    return SignedData(
        encapsulated["content_type"].dotted,
        encapsulated["content"].native,
        tuple(parse_certificate(item.dump()) for item in content["certificates"] or () if item.name == "certificate"),
        signers,
        _deviations(content, signers),
    )


def _signer(info: Any) -> Signer:  # noqa: ANN401 - asn1crypto is untyped
    identifier = info["sid"]
    by_serial = identifier.name == "issuer_and_serial_number"
    digest = parse_hash(info["digest_algorithm"])
    algorithm = parse_signature_algorithm(info["signature_algorithm"], digest)
    attributes = info["signed_attrs"] if info["signed_attrs"] else None
    values = _attribute_values(attributes, info) if attributes is not None else {}
    return Signer(
        issuer=parse_name(identifier.chosen["issuer"]) if by_serial else None,
        serial=identifier.chosen["serial_number"].native if by_serial else None,
        key_id=b"" if by_serial else identifier.native,
        digest=digest,
        algorithm=algorithm,
        signature=info["signature"].native,
        attributes=_as_signed(attributes.contents) if attributes is not None else b"",
        content_type=values[_CONTENT_TYPE].dotted if values else "",
        message_digest=values[_MESSAGE_DIGEST].native if values else b"",
        signing_time=values[_SIGNING_TIME].native if _SIGNING_TIME in values else None,
    )


def _attribute_values(attributes: Any, info: Any) -> dict[str, Any]:  # noqa: ANN401 - asn1crypto is untyped
    """The value of every signed attribute; each stands once and has one value."""
    values: dict[str, Any] = {}
    for attribute in attributes:
        oid = attribute["type"].dotted
        if oid in values or len(attribute["values"]) != 1:
            raise malformed("a signed attribute is repeated")
        values[oid] = attribute["values"][0]
    if _CONTENT_TYPE not in values or _MESSAGE_DIGEST not in values:
        raise malformed("the signed attributes lack the content type or the message digest")
    protected = values.get(_ALGORITHM_PROTECTION)
    if protected is not None and not _protects(protected, info):
        raise malformed("the algorithms are not those that the signer protected")
    return values


def _protects(protected: Any, info: Any) -> bool:  # noqa: ANN401 - asn1crypto is untyped
    """RFC 6211: the attribute repeats the digest and the signature algorithm of its SignerInfo."""
    names = ("digest_algorithm", "signature_algorithm")
    return all(protected[name]["algorithm"].dotted == info[name]["algorithm"].dotted for name in names)


def _as_signed(contents: bytes) -> bytes:
    """RFC 5652, 5.4: the attributes are signed as a SET, not under the tag that they travel with."""
    length = len(contents)
    if length < _LONG_LENGTH:
        return bytes((_SET_TAG, length)) + contents
    size = (length.bit_length() + 7) // 8
    return bytes((_SET_TAG, _LONG_LENGTH | size)) + length.to_bytes(size, "big") + contents


def _deviations(content: Any, signers: tuple[Signer, ...]) -> tuple[str, ...]:  # noqa: ANN401 - asn1crypto is untyped
    digests = {parse_hash(item) for item in content["digest_algorithms"]}
    infos = list(content["signer_infos"])
    versions = [
        (info["version"].native, signer.issuer is not None) for info, signer in zip(infos, signers, strict=True)
    ]
    found = {
        "the version of the signed data is not 3": int(content["version"]) != _VERSION,
        "the version of a signer does not fit its identifier": any(
            version != ("v1" if by_serial else "v3") for version, by_serial in versions
        ),
        "a signer's digest algorithm is not announced": not {signer.digest for signer in signers} <= digests,
        "a signer has unsigned attributes": any(info["unsigned_attrs"].native for info in infos),
    }
    return tuple(text for text, deviates in found.items() if deviates)

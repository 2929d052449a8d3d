"""CSCA master lists (Doc 9303-12, section 9): the roots of many countries, signed by one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localverify.documents.lds.tlv import malformed, read_tlv, walk
from localverify.documents.pki.certificates import Certificate, parse_certificate
from localverify.documents.pki.cms import SignedData, check_signer, parse_signed_data
from localverify.documents.pki.signatures import SignatureState, verify_signature
from localverify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

# The German list of May 2026 has 0.9 MB and 588 certificates.
MAX_BYTES = 16 * 1024 * 1024
MASTER_LIST = "2.23.136.1.1.2"
_SIGNING_PURPOSE = "2.23.136.1.1.3"
_MOST_CERTIFICATES = 10_000
_SEQUENCE, _SET = 0x30, 0x31


@dataclass(frozen=True, slots=True)
class MasterList:
    """A master list.

    Attributes:
        signed: the message around it.
        certificates: the encoded certificates, good and bad.
    """

    signed: SignedData
    certificates: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ListSigner:
    """Who vouches for a list.

    Attributes:
        certificate: of the list's signer.
        root: the authority that issued it.
    """

    certificate: Certificate
    root: Certificate


def parse_master_list(data: bytes) -> MasterList:
    """Parses a list without trusting it.

    Raises:
        InputError: with reason ``malformed``.
    """
    if len(data) > MAX_BYTES:
        raise malformed(f"a master list of {len(data)} bytes is over the limit of {MAX_BYTES}")
    signed = parse_signed_data(data)
    if signed.content_type != MASTER_LIST:
        raise malformed(f"the signed content is of type {signed.content_type}, not a master list")
    outer = read_tlv(signed.content)
    inner = next((item for item in walk(outer.value) if item.tag == _SET), None)
    if outer.tag != _SEQUENCE or inner is None:
        raise malformed("the master list holds no set of certificates")
    return MasterList(
        signed, tuple(inner.value[item.start : item.end] for item in walk(inner.value, _MOST_CERTIFICATES))
    )


def check_master_list(listed: MasterList, roots: Sequence[Certificate], moment: datetime) -> ListSigner:
    """Who signed the list, down to a root.

    Args:
        listed: the list.
        roots: authorities to end at; empty takes the authority that the list itself brings, which shows only
            that the list is whole.
        moment: at which the signer and the root have to be valid.

    Raises:
        InputError: with reason ``untrusted``: the signature is wrong, the signer is no signer of lists, or no
            root issued it.
    """
    checks = [check_signer(listed.signed, signer) for signer in listed.signed.signers]
    signed = [check.certificate for check in checks if check.state is SignatureState.VALID]
    if not signed:
        raise _untrusted(f"the master list's own signature does not hold: {checks[0].reason}")
    authorities = roots or [item for item in listed.signed.certificates if item.signs_certificates]
    for certificate in signed:
        if certificate is None or _SIGNING_PURPOSE not in certificate.purposes or not certificate.valid_at(moment):
            continue
        for root in authorities:
            if _issued(root, certificate) and root.valid_at(moment):
                return ListSigner(certificate, root)
    given = "given root" if roots else "authority that it brings"
    raise _untrusted(f"no valid signer of master lists was issued by the {given}")


def _issued(root: Certificate, certificate: Certificate) -> bool:
    state = verify_signature(root.key, certificate.algorithm, certificate.signature, certificate.signed)
    return state is SignatureState.VALID


def read_certificates(encoded: Sequence[bytes]) -> tuple[list[Certificate], list[str]]:
    """Parses many certificates; what cannot be read is told, not raised.

    Returns:
        The certificates, and a line for each one that was passed over.
    """
    good, passed_over = [], []
    for index, der in enumerate(encoded):
        try:
            good.append(parse_certificate(der))
        except InputError as error:
            passed_over.append(f"certificate {index + 1}: {error}")
    return good, passed_over


def _untrusted(message: str) -> InputError:
    return InputError(message, reason="untrusted")

"""Signature and hash algorithms by their object identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from localverify.documents.lds.tlv import malformed

if TYPE_CHECKING:
    from collections.abc import Mapping

# Doc 9303-12, 4.4 (and SHA-1, which documents of before 2011 used). By hashlib's names.
HASHES: Mapping[str, str] = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


class Scheme(StrEnum):
    """How a signature is made of a hash."""

    PKCS1 = "rsa-pkcs1"
    PSS = "rsa-pss"
    ECDSA = "ecdsa"
    UNKNOWN = "unknown"


# None: the hash is the signer's digest algorithm.
_SCHEMES: Mapping[str, tuple[Scheme, str | None]] = {
    "1.2.840.113549.1.1.1": (Scheme.PKCS1, None),
    "1.2.840.113549.1.1.5": (Scheme.PKCS1, "sha1"),
    "1.2.840.113549.1.1.14": (Scheme.PKCS1, "sha224"),
    "1.2.840.113549.1.1.11": (Scheme.PKCS1, "sha256"),
    "1.2.840.113549.1.1.12": (Scheme.PKCS1, "sha384"),
    "1.2.840.113549.1.1.13": (Scheme.PKCS1, "sha512"),
    "1.2.840.10045.2.1": (Scheme.ECDSA, None),
    "1.2.840.10045.4.1": (Scheme.ECDSA, "sha1"),
    "1.2.840.10045.4.3.1": (Scheme.ECDSA, "sha224"),
    "1.2.840.10045.4.3.2": (Scheme.ECDSA, "sha256"),
    "1.2.840.10045.4.3.3": (Scheme.ECDSA, "sha384"),
    "1.2.840.10045.4.3.4": (Scheme.ECDSA, "sha512"),
}
_PSS = "1.2.840.113549.1.1.10"
_MGF1 = "1.2.840.113549.1.1.8"
_NULL = b"\x05\x00"


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """How a signature is to be checked.

    Attributes:
        scheme: padding or curve signature; UNKNOWN where nothing here can check it.
        hash: hashlib's name.
        oid: of the algorithm, for messages.
        mask_hash: of the mask generation, PSS only.
        salt: length in bytes, PSS only.
    """

    scheme: Scheme
    hash: str
    oid: str
    mask_hash: str = ""
    salt: int = 0

    @property
    def name(self) -> str:
        """``rsa-pss sha256`` say; the object identifier of an unknown one."""
        return f"{self.scheme} {self.hash}" if self.scheme is not Scheme.UNKNOWN else self.oid


def parse_hash(algorithm: Any) -> str:  # noqa: ANN401 - asn1crypto is untyped
    """The hash of an AlgorithmIdentifier by hashlib's name; its object identifier where it is not known.

    Raises:
        InputError: it has parameters, and no hash has any.
    """
    _no_parameters(algorithm)
    oid = algorithm["algorithm"].dotted
    return HASHES.get(oid, oid)


def parse_signature_algorithm(algorithm: Any, digest: str | None = None) -> SignatureAlgorithm:  # noqa: ANN401
    """The scheme of an AlgorithmIdentifier. Call it inside `parsing`.

    Args:
        algorithm: asn1crypto's SignedDigestAlgorithm.
        digest: the signer's digest algorithm, for identifiers that name no hash.

    Raises:
        InputError: parameters that the algorithm does not have.
    """
    oid = algorithm["algorithm"].dotted
    if oid == _PSS:
        return _parse_pss(algorithm["parameters"])
    scheme, hashed = _SCHEMES.get(oid, (Scheme.UNKNOWN, ""))
    hashed = hashed if hashed is not None else digest or ""
    if scheme is Scheme.UNKNOWN or hashed not in HASHES.values():
        return SignatureAlgorithm(Scheme.UNKNOWN, hashed, oid)
    # A bare key identifier of a curve may carry the curve; it is the certificate's that counts.
    if oid != "1.2.840.10045.2.1":
        _no_parameters(algorithm)
    return SignatureAlgorithm(scheme, hashed, oid)


def _parse_pss(parameters: Any) -> SignatureAlgorithm:  # noqa: ANN401 - asn1crypto is untyped
    """RFC 4055: every parameter has a default (SHA-1, MGF1 with SHA-1, a salt of 20)."""
    hashed = parse_hash(parameters["hash_algorithm"])
    mask = parameters["mask_gen_algorithm"]
    mask_hash = parse_hash(mask["parameters"])
    known = {hashed, mask_hash} <= set(HASHES.values()) and mask["algorithm"].dotted == _MGF1
    if int(parameters["trailer_field"]) != 1:
        raise malformed("the trailer of an RSA-PSS signature is not 1")
    scheme = Scheme.PSS if known else Scheme.UNKNOWN
    return SignatureAlgorithm(scheme, hashed, _PSS, mask_hash, int(parameters["salt_length"].native))


def _no_parameters(algorithm: Any) -> None:  # noqa: ANN401 - asn1crypto is untyped
    if algorithm["parameters"].dump() not in {b"", _NULL}:
        raise malformed("an algorithm has parameters that it cannot have")

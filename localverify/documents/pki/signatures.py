"""Whether a signature is a key's own over some bytes."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from localverify.documents.pki import ecdsa
from localverify.documents.pki.algorithms import Scheme, SignatureAlgorithm
from localverify.documents.pki.keys import EcKey, PublicKey, RsaKey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Verification takes time with the square of the modulus and the length of the exponent. The largest modulus
# of the German master list of May 2026 has 6,144 bits, the largest exponent 17.
MAX_MODULUS_BITS = 8192
MAX_EXPONENT_BITS = 64

_HASHES: Mapping[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_CURVES: Mapping[str, Callable[[], ec.EllipticCurve]] = {
    "secp192r1": ec.SECP192R1,
    "secp224r1": ec.SECP224R1,
    "secp256r1": ec.SECP256R1,
    "secp384r1": ec.SECP384R1,
    "secp521r1": ec.SECP521R1,
    "brainpoolP256r1": ec.BrainpoolP256R1,
    "brainpoolP384r1": ec.BrainpoolP384R1,
    "brainpoolP512r1": ec.BrainpoolP512R1,
}


class SignatureState(StrEnum):
    """What came of checking a signature."""

    VALID = "valid"
    INVALID = "invalid"
    UNSUPPORTED = "unsupported"


def verify_signature(key: PublicKey, algorithm: SignatureAlgorithm, signature: bytes, signed: bytes) -> SignatureState:
    """Checks `signature` over `signed`.

    Returns:
        INVALID also where the key cannot have made such a signature (an RSA key and an ECDSA algorithm, a
        point that is not on its curve); UNSUPPORTED where nothing here can compute it.
    """
    if algorithm.scheme is Scheme.UNKNOWN:
        return SignatureState.UNSUPPORTED
    if isinstance(key, RsaKey) and algorithm.scheme in {Scheme.PKCS1, Scheme.PSS}:
        return _verify_rsa(key, algorithm, signature, signed)
    if isinstance(key, EcKey) and algorithm.scheme is Scheme.ECDSA:
        return _verify_ecdsa(key, algorithm, signature, signed)
    return SignatureState.INVALID if isinstance(key, RsaKey | EcKey) else SignatureState.UNSUPPORTED


def _verify_rsa(key: RsaKey, algorithm: SignatureAlgorithm, signature: bytes, signed: bytes) -> SignatureState:
    if key.modulus.bit_length() > MAX_MODULUS_BITS or key.exponent.bit_length() > MAX_EXPONENT_BITS:
        return SignatureState.UNSUPPORTED
    try:
        public = rsa.RSAPublicNumbers(key.exponent, key.modulus).public_key()
    except (ValueError, OverflowError, UnsupportedAlgorithm):  # too short for the library, even or negative
        return SignatureState.UNSUPPORTED
    try:
        public.verify(signature, signed, _padding(algorithm), _HASHES[algorithm.hash]())
    except (InvalidSignature, ValueError, OverflowError):
        return SignatureState.INVALID
    except UnsupportedAlgorithm:
        return SignatureState.UNSUPPORTED
    return SignatureState.VALID


def _padding(algorithm: SignatureAlgorithm) -> padding.AsymmetricPadding:
    if algorithm.scheme is Scheme.PKCS1:
        return padding.PKCS1v15()
    return padding.PSS(padding.MGF1(_HASHES[algorithm.mask_hash]()), algorithm.salt)


def _verify_ecdsa(key: EcKey, algorithm: SignatureAlgorithm, signature: bytes, signed: bytes) -> SignatureState:
    curve = _CURVES.get(key.curve.name)
    if curve is None:
        digest = hashlib.new(algorithm.hash, signed, usedforsecurity=True).digest()
        return SignatureState.VALID if ecdsa.verify(key, signature, digest) else SignatureState.INVALID
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(curve(), key.point)
        public.verify(signature, signed, ec.ECDSA(_HASHES[algorithm.hash]()))
    except (InvalidSignature, ValueError):
        return SignatureState.INVALID
    except UnsupportedAlgorithm:
        return SignatureState.UNSUPPORTED
    return SignatureState.VALID

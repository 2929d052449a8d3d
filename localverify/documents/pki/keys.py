"""Public keys as numbers, whatever way a certificate writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from localverify.documents.pki.curves import Curve, explicit_curve, named_curve

if TYPE_CHECKING:
    from asn1crypto.keys import PublicKeyInfo

_RSA = {"1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.7"}
_EC = "1.2.840.10045.2.1"
_PRIME_FIELD = "1.2.840.10045.1.1"


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA key."""

    modulus: int
    exponent: int

    @property
    def name(self) -> str:
        """``RSA 3072`` say."""
        return f"RSA {self.modulus.bit_length()}"


@dataclass(frozen=True, slots=True)
class EcKey:
    """A point on a known curve.

    Attributes:
        curve: the curve, recognised by name or by all its parameters.
        point: as encoded; whether it lies on the curve is seen when it is used.
    """

    curve: Curve
    point: bytes

    @property
    def name(self) -> str:
        """``EC brainpoolP256r1`` say."""
        return f"EC {self.curve.name}"


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key that nothing here can compute with.

    Attributes:
        name: what it is, as far as that is known.
    """

    name: str


PublicKey: TypeAlias = RsaKey | EcKey | UnknownKey


def parse_public_key(info: PublicKeyInfo) -> PublicKey:
    """The numbers of a SubjectPublicKeyInfo. Call it inside `parsing`: it throws what asn1crypto throws."""
    algorithm = info["algorithm"]["algorithm"].dotted
    if algorithm in _RSA:
        key = info["public_key"].parsed
        return RsaKey(int(key["modulus"].native), int(key["public_exponent"].native))
    if algorithm != _EC:
        return UnknownKey(f"algorithm {algorithm}")
    curve = _curve(info["algorithm"]["parameters"])
    return curve if isinstance(curve, UnknownKey) else EcKey(curve, bytes(info["public_key"].native))


def _curve(parameters: Any) -> Curve | UnknownKey:  # noqa: ANN401 - asn1crypto is untyped
    if parameters.name == "named":
        oid = parameters.chosen.dotted
        return named_curve(oid) or UnknownKey(f"curve {oid}")
    if parameters.name != "specified":
        return UnknownKey("a curve that is not named")
    domain = parameters.chosen
    if domain["field_id"]["field_type"].dotted != _PRIME_FIELD:
        return UnknownKey("a curve over a binary field")
    cofactor = domain["cofactor"].native
    found = explicit_curve(
        p=int(domain["field_id"]["parameters"].native),
        a=int.from_bytes(domain["curve"]["a"].contents, "big"),
        b=int.from_bytes(domain["curve"]["b"].contents, "big"),
        base=bytes(domain["base"].contents),
        n=int(domain["order"].native),
        h=None if cofactor is None else int(cofactor),
    )
    return found or UnknownKey("a curve whose parameters are no known curve's")

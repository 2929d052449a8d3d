"""Distinguished names, compared the way that real documents need.

Issuers write one name in several ways: the signer's identifier orders the parts otherwise than the
certificate (Malaysia), the country is in small letters in one of the two (``gb``), a PrintableString became a
UTF8String. Which key made a signature is settled by the signature, so a name may be matched loosely.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asn1crypto.x509 import Name as Asn1Name

_COUNTRY = "2.5.4.6"


@dataclass(frozen=True, slots=True)
class Name:
    """A distinguished name.

    Attributes:
        parts: (attribute's object identifier, text) in the order as encoded.
    """

    parts: tuple[tuple[str, str], ...]

    @property
    def country(self) -> str:
        """The two-letter country in capitals, or empty."""
        return next((text.upper() for oid, text in self.parts if oid == _COUNTRY), "")

    @property
    def loose(self) -> frozenset[tuple[str, str]]:
        """What two writings of one name share: no order, no case, no surplus blanks."""
        return frozenset((oid, " ".join(text.casefold().split())) for oid, text in self.parts)

    def __str__(self) -> str:
        return ", ".join(text for _, text in self.parts)


def parse_name(name: Asn1Name) -> Name:
    """The parts of a name. Call it inside `parsing`."""
    return Name(
        tuple((pair["type"].dotted, str(pair["value"].native)) for relative in name.chosen for pair in relative)
    )

"""The trusted authorities and their revocation lists, and the way from a signer to one of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from localverify.documents.pki.signatures import SignatureState, verify_signature

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from localverify.documents.pki.certificates import Certificate
    from localverify.documents.pki.crls import RevocationList
    from localverify.documents.pki.names import Name

# An authority renews its key every three to five years, and a list holds roots and links of each: China has
# most with 25 in the German list of May 2026. More candidates than this are not tried for one signer.
MOST_CANDIDATES = 16

_Loose: TypeAlias = "frozenset[tuple[str, str]]"


class Revocation(StrEnum):
    """What the lists say of a certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    NO_LIST = "no_list"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issued a certificate.

    Attributes:
        reason: empty when an authority is found; else ``trust_store_empty``, ``issuer_unknown``,
            ``issuer_signature_invalid`` or ``chain_unsupported``.
        certificate: the authority's.
    """

    reason: str
    certificate: Certificate | None = None


_WORST_FIRST = ("issuer_signature_invalid", "chain_unsupported")


class TrustAnchors:
    """Trusted authorities, found by key identifier and by name.

    Args:
        certificates: those that are trusted.
        crls: revocation lists whose signatures have been checked.
    """

    def __init__(self, certificates: Iterable[Certificate] = (), crls: Iterable[RevocationList] = ()) -> None:
        self._by_key: dict[bytes, list[Certificate]] = defaultdict(list)
        self._by_name: dict[_Loose, list[Certificate]] = defaultdict(list)
        self._crls: dict[_Loose, list[RevocationList]] = defaultdict(list)
        self._count = 0
        for certificate in certificates:
            self._count += 1
            self._by_name[certificate.subject.loose].append(certificate)
            if certificate.key_id:
                self._by_key[certificate.key_id].append(certificate)
        for listed in crls:
            self._crls[listed.issuer.loose].append(listed)

    def __len__(self) -> int:
        return self._count

    def candidates(self, issuer: Name, authority_key_id: bytes) -> list[Certificate]:
        """Authorities that may have signed for that name and key identifier, the likeliest first.

        Key identifiers come first: names are written in several ways. A name alone is enough too: some
        signers name a key identifier that their authority's certificate has not.
        """
        found = {item.sha256: item for item in self._by_key.get(authority_key_id, ()) if authority_key_id}
        found |= {item.sha256: item for item in self._by_name.get(issuer.loose, ())}
        return list(found.values())[:MOST_CANDIDATES]

    def issuer_of(self, certificate: Certificate) -> Issuer:
        """The authority whose key signed the certificate; one that was valid when it was issued is preferred."""
        if not self._count:
            return Issuer("trust_store_empty")
        candidates = self.candidates(certificate.issuer, certificate.authority_key_id)
        candidates.sort(key=lambda item: not item.valid_at(certificate.not_before))
        reasons = set()
        for item in candidates:
            state = verify_signature(item.key, certificate.algorithm, certificate.signature, certificate.signed)
            if state is SignatureState.VALID:
                return Issuer("", item)
            reasons.add(_why_not(certificate, item, state))
        return Issuer(next((reason for reason in _WORST_FIRST if reason in reasons), "issuer_unknown"))

    def revocation(self, certificate: Certificate, moment: datetime) -> Revocation:
        """What the lists of the certificate's issuer say at `moment`.

        A serial number on any list counts, however old the list is. A list of another key of the same name
        (authorities number on over their keys) counts too.
        """
        lists = self._crls.get(certificate.issuer.loose, [])
        if any(certificate.serial in item.serials for item in lists):
            return Revocation.REVOKED
        if not lists:
            return Revocation.NO_LIST
        fresh = any(item.next_update is None or moment <= item.next_update for item in lists)
        return Revocation.GOOD if fresh else Revocation.STALE


def _why_not(certificate: Certificate, candidate: Certificate, state: SignatureState) -> str:
    """Why this candidate is not the issuer.

    Only the very key that the certificate names can show it to be forged. Where the name alone agrees, the
    authority has had another key that is not held here, which happens to genuine documents.
    """
    if state is SignatureState.UNSUPPORTED:
        return "chain_unsupported"
    named = certificate.authority_key_id
    return "issuer_signature_invalid" if not named or named == candidate.key_id else "issuer_unknown"

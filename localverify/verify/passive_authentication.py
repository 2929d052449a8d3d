"""Passive authentication (Doc 9303-11, section 5.1), one check a function.

Each returns a `Check` whose reason is one of the codes in docs/chips.md. FAIL says that something is wrong,
NOT_RUN that it cannot be told; only when every check is a PASS is the chip good.
"""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum
from typing import TYPE_CHECKING

from localverify.documents.countries import signing_countries
from localverify.documents.lds.tlv import read_tlv
from localverify.documents.pki.algorithms import HASHES
from localverify.documents.pki.anchors import Issuer, Revocation
from localverify.documents.pki.cms import SignedData, SignerCheck, check_signer
from localverify.documents.pki.signatures import SignatureState
from localverify.errors import InputError
from localverify.types import Check, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from localverify.documents.lds.sod import LdsSecurityObject
    from localverify.documents.pki.anchors import TrustAnchors
    from localverify.documents.pki.certificates import Certificate

_OUTCOMES = {
    SignatureState.VALID: Outcome.PASS,
    SignatureState.INVALID: Outcome.FAIL,
    SignatureState.UNSUPPORTED: Outcome.NOT_RUN,
}
_ISSUER_OUTCOMES = {"": Outcome.PASS, "issuer_signature_invalid": Outcome.FAIL}


class GroupState(StrEnum):
    """What a data group's hash says."""

    GOOD = "good"
    BAD = "bad"
    NOT_IN_SOD = "not_in_sod"
    MISSING = "missing"
    NOT_CHECK = "not_check"


def check_signature(signed: SignedData) -> tuple[Check, SignerCheck]:
    """The signature of the security object by its own signer.

    Of several signers a valid one counts first, then an invalid one: what is known to be wrong does not hide
    behind what cannot be computed.
    """
    checks = [check_signer(signed, signer) for signer in signed.signers]
    best = min(checks, key=lambda check: list(_OUTCOMES).index(check.state))
    return Check("signature", _OUTCOMES[best.state], reason=best.reason), best


def check_profile(signed: SignedData) -> Check:
    """Whether the parts of the message that nobody signed are as Doc 9303-10 asks.

    A deviation forges nothing, but nobody vouches for these parts: what deviates is left undecided.
    """
    if signed.deviations:
        return Check("profile", Outcome.NOT_RUN, reason="sod_profile_deviation")
    return Check("profile", Outcome.PASS)


def group_states(groups: Mapping[int, bytes], listed: LdsSecurityObject) -> dict[int, GroupState]:
    """Every group that is given or listed, compared with its hash in the security object."""
    numbers = sorted({*groups, *listed.hashes})
    return {number: _group_state(groups.get(number), listed, number) for number in numbers}


def check_groups(states: Iterable[GroupState]) -> Check:
    """All groups together: one bad group spoils the chip, and without any group nothing is shown."""
    found = set(states)
    if GroupState.BAD in found:
        return Check("data_groups", Outcome.FAIL, reason="data_group_mismatch")
    if GroupState.NOT_IN_SOD in found:
        return Check("data_groups", Outcome.FAIL, reason="data_group_not_in_sod")
    if GroupState.NOT_CHECK in found:
        return Check("data_groups", Outcome.NOT_RUN, reason="hash_unsupported")
    if GroupState.GOOD not in found:
        return Check("data_groups", Outcome.NOT_RUN, reason="no_data_groups")
    return Check("data_groups", Outcome.PASS)


def check_chain(issuer: Issuer) -> Check:
    """Whether a trusted authority signed the document signer's certificate."""
    return Check("chain", _ISSUER_OUTCOMES.get(issuer.reason, Outcome.NOT_RUN), reason=issuer.reason)


def check_signer_purpose(signer: Certificate) -> Check:
    """Whether the certificate may sign documents at all (Doc 9303-12, table 6).

    The same authority issues certificates to signers of master lists, deviation lists and visas, which must not
    pass for a document's: those carry an extended key usage, a document signer's does not.
    """
    reason = ""
    if signer.authority or signer.purposes or "digital_signature" not in (signer.usages or {"digital_signature"}):
        reason = "signer_not_for_documents"
    elif signer.unknown_critical:
        reason = "signer_critical_extension"
    return Check("signer_purpose", Outcome.FAIL if reason else Outcome.PASS, reason=reason)


def check_validity(
    signer: Certificate, authority: Certificate | None, signing_time: datetime | None, moment: datetime
) -> Check:
    """Whether both certificates were valid when they were used, and are now."""
    reason = ""
    if moment < signer.not_before:
        reason = "signer_not_yet_valid"
    elif moment > signer.not_after:
        reason = "signer_expired"
    elif signing_time is not None and not signer.valid_at(signing_time):
        reason = "signed_outside_validity"
    elif authority is not None and not (authority.valid_at(signer.not_before) and authority.valid_at(moment)):
        reason = "issuer_not_valid"
    return Check("validity", Outcome.FAIL if reason else Outcome.PASS, reason=reason)


def check_revocation(
    anchors: TrustAnchors, signer: Certificate, authority: Certificate | None, moment: datetime
) -> tuple[Check, Revocation]:
    """Whether the signer or its authority is revoked; having no list is no failure, but it is told."""
    state = anchors.revocation(signer, moment)
    reason = "signer_revoked" if state is Revocation.REVOKED else ""
    if authority is not None and anchors.revocation(authority, moment) is Revocation.REVOKED:
        reason, state = reason or "issuer_revoked", Revocation.REVOKED
    return Check("revocation", Outcome.FAIL if reason else Outcome.PASS, reason=reason), state


def check_country(issuing_state: str, signer: Certificate, authority: Certificate | None) -> Check:
    """Whether the state that the document names is the country of the certificates.

    Every authority in the store is trusted, so without this check any of them could sign for every state.
    """
    allowed = signing_countries(issuing_state)
    countries = {item.country for item in (signer.subject, signer.issuer) if item.country}
    countries |= {authority.subject.country} if authority is not None else set()
    if not allowed or not countries:
        return Check("country", Outcome.NOT_RUN, reason="country_unknown")
    if not countries <= allowed:
        return Check("country", Outcome.FAIL, reason="country_mismatch")
    return Check("country", Outcome.PASS)


def _group_state(data: bytes | None, listed: LdsSecurityObject, number: int) -> GroupState:
    expected = listed.hashes.get(number)
    if data is None:
        return GroupState.MISSING
    if expected is None:
        return GroupState.NOT_IN_SOD
    if listed.hash_algorithm not in HASHES.values():
        return GroupState.NOT_CHECK
    same = hmac.compare_digest(hashlib.new(listed.hash_algorithm, _file(data)).digest(), expected)
    return GroupState.GOOD if same else GroupState.BAD


def _file(data: bytes) -> bytes:
    """The file itself, without padding that a reader left behind it; nothing outside it is ever parsed."""
    try:
        end = read_tlv(data).end
    except InputError:
        return data
    return data if data[end:].strip(b"\x00\xff") else data[:end]

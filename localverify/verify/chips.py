"""Verifying a chip that was read elsewhere: passive authentication, offline, against one's own trust store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from localverify.documents.lds.document import ChipDocument, read_document
from localverify.documents.lds.groups import SecurityInfo, parse_dg14, parse_dg15
from localverify.documents.lds.sod import LdsSecurityObject, parse_lds_security_object, parse_sod
from localverify.documents.pki.anchors import Issuer, Revocation, TrustAnchors
from localverify.errors import InputError
from localverify.imaging.decode import decode
from localverify.imaging.jpeg2000 import LIMITS, decode_jpeg2000
from localverify.types import Check, Decision, Outcome
from localverify.verify.passive_authentication import (
    GroupState,
    check_chain,
    check_country,
    check_groups,
    check_profile,
    check_revocation,
    check_signature,
    check_signer_purpose,
    check_validity,
    group_states,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localverify.documents.lds.face import ChipPicture
    from localverify.documents.lds.files import ChipFiles
    from localverify.documents.pki.certificates import Certificate
    from localverify.documents.pki.cms import SignedData
    from localverify.documents.pki.keys import PublicKey
    from localverify.types import Image

_DG14, _DG15 = 14, 15


class Verdict(StrEnum):
    """The whole answer: `good` is proven, `alert` is refuted, `not_check` is neither."""

    GOOD = "good"
    ALERT = "alert"
    NOT_CHECK = "not_check"


_VERDICTS = {Outcome.PASS: Verdict.GOOD, Outcome.FAIL: Verdict.ALERT}


@dataclass(frozen=True, slots=True)
class ChipResult:
    """What is known of a chip.

    Attributes:
        decision: every check that was made, in the order of the method; the first problem is the reason.
        data_groups: state of every group that is given or listed, by number.
        document: what the groups say.
        signer: the document signer's certificate; None where there is none to be read.
        authority: the trusted authority that issued it; None without a chain.
        revocation: what the revocation lists say of the signer.
        security_infos: the protocols of DG14; only from a good chip, else empty.
        authentication_key: the key of DG15; only from a good chip, else None.
    """

    decision: Decision
    data_groups: Mapping[int, GroupState] = field(default_factory=dict)
    document: ChipDocument = field(default_factory=ChipDocument)
    signer: Certificate | None = None
    authority: Certificate | None = None
    revocation: Revocation = Revocation.NO_LIST
    security_infos: tuple[SecurityInfo, ...] = ()
    authentication_key: PublicKey | None = None

    @property
    def verdict(self) -> Verdict:
        """Good only when every check passed."""
        return _VERDICTS.get(self.decision.outcome, Verdict.NOT_CHECK)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of all checks that did not pass, those that decide the verdict first."""
        problems = [check for check in self.decision.checks if check.outcome is not Outcome.PASS]
        problems.sort(key=lambda check: check.outcome is not Outcome.FAIL)
        return tuple(check.reason for check in problems)

    def verdict_of(self, name: str) -> Verdict:
        """The verdict of one check; `not_check` when it was not made."""
        check = self.decision.check(name)
        return Verdict.NOT_CHECK if check is None else _VERDICTS.get(check.outcome, Verdict.NOT_CHECK)


class ChipVerb:
    """Verifies chips against fixed anchors; threads may share one.

    Args:
        anchors: whom to trust.
    """

    def __init__(self, anchors: TrustAnchors) -> None:
        self._anchors = anchors

    def verify(self, files: ChipFiles, moment: datetime | None = None) -> ChipResult:
        """Verifies one chip. Whatever is wrong with the files is told by the result, never raised.

        Active and chip authentication need the chip itself, so they are not made; their keys are given out
        only for a chip that is good.

        Args:
            files: as read from the chip.
            moment: the time to verify at; None is now.
        """
        moment = moment or datetime.now(UTC)
        document = read_document(files, moment.date())
        try:
            signed = parse_sod(files.sod)
        except InputError:
            return ChipResult(Decision((_malformed(),)), _unlisted(files), document)
        signature, signer_check = check_signature(signed)
        listed = _listed(signed)
        states = group_states(files.groups, listed) if listed else _unlisted(files)
        checks = [signature, check_groups(states.values()) if listed else _malformed(), check_profile(signed)]
        signer = signer_check.certificate
        if signer is None:
            return ChipResult(Decision(tuple(checks)), states, document)
        issuer = self._anchors.issuer_of(signer)
        revoked, revocation = check_revocation(self._anchors, signer, issuer.certificate, moment)
        checks += [check_chain(issuer), revoked, *_signer_checks(signed, signer, issuer, document, moment)]
        decision = Decision(tuple(checks))
        good = decision.outcome is Outcome.PASS
        return ChipResult(
            decision,
            states,
            document,
            signer,
            issuer.certificate,
            revocation,
            _security_infos(files) if good else (),
            _authentication_key(files) if good else None,
        )


def decode_picture(picture: ChipPicture) -> Image:
    """A portrait or signature of a chip as pixels.

    Raises:
        InputError: it cannot be decoded, or is larger than any portrait.
    """
    return decode_jpeg2000(picture.data) if picture.format == "JPEG2000" else decode(picture.data, LIMITS)


def _signer_checks(
    signed: SignedData, signer: Certificate, issuer: Issuer, document: ChipDocument, moment: datetime
) -> list[Check]:
    times = [item.signing_time for item in signed.signers if item.names(signer)]
    checks = [
        check_signer_purpose(signer),
        check_validity(signer, issuer.certificate, times[0] if times else None, moment),
    ]
    # Without DG1 the document names no state, unless it has the group that only Vietnam writes.
    if document.issuer or 1 in document.unreadable:
        checks.append(check_country(document.issuer, signer, issuer.certificate))
    return checks


def _malformed() -> Check:
    return Check("security_object", Outcome.FAIL, reason="sod_malformed")


def _listed(signed: SignedData) -> LdsSecurityObject | None:
    try:
        return parse_lds_security_object(signed)
    except InputError:
        return None


def _unlisted(files: ChipFiles) -> dict[int, GroupState]:
    return dict.fromkeys(sorted(files.groups), GroupState.NOT_CHECK)


def _security_infos(files: ChipFiles) -> tuple[SecurityInfo, ...]:
    try:
        return parse_dg14(files.groups[_DG14]) if _DG14 in files.groups else ()
    except InputError:
        return ()


def _authentication_key(files: ChipFiles) -> PublicKey | None:
    try:
        return parse_dg15(files.groups[_DG15]) if _DG15 in files.groups else None
    except InputError:
        return None

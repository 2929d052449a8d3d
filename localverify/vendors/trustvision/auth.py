r"""TrustVision's signatures: ``TV {AccessKeyID}:{Base64(HMAC-SHA256(secret, METHOD\nPATH\nTIMESTAMP))}``."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localverify.errors import InputError
from localverify.vendors.trustvision.constants import SKEW_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.store.records import Key
    from localverify.store.store import Store

SCHEME = "TV "
TIMESTAMP_HEADER = "X-TV-Timestamp"

# Stands in for the secret of an unknown key, so that it takes as long to refuse as a wrong signature.
_NO_SECRET = "no key, no secret"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """The parts of a request that its signature is about.

    Attributes:
        method: GET, POST ...
        paths: every way in which a client may write the path: with and without the prefix.
        timestamp: X-TV-Timestamp as it was sent; empty when it was not.
        authorization: the header as it was sent; empty when it was not.
    """

    method: str
    paths: Sequence[str]
    timestamp: str
    authorization: str


def sign(secret: str, method: str, path: str, timestamp: str) -> str:
    """The signature in base64."""
    message = f"{method}\n{path}\n{timestamp}".encode()
    return base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


def authenticate(store: Store, vendor: str, request: SignedRequest, now: datetime | None = None) -> Key:
    """The key that signed a request.

    Args:
        store: holds the keys.
        vendor: whose keys.
        request: what was sent.
        now: None is the present.

    Raises:
        InputError: with reason ``access_denied`` for everything that is wrong with the signature, and
            ``time_skewed`` for a timestamp too far from now.
    """
    scheme, credentials = request.authorization[: len(SCHEME)], request.authorization[len(SCHEME) :]
    identifier, _, signature = credentials.strip().partition(":")
    if scheme.upper() != SCHEME or not identifier or not signature or not request.timestamp:
        raise _denied(f"send Authorization: TV <access key>:<signature> and {TIMESTAMP_HEADER}")
    check_timestamp(request.timestamp, now or datetime.now(UTC))
    key = store.find_key(vendor, identifier)
    secret = key.secrets["secret"] if key else _NO_SECRET
    given = signature.strip().encode()
    # No early end: every way to write the path is compared, whichever fits.
    fits = [
        hmac.compare_digest(given, sign(secret, request.method, path, request.timestamp).encode())
        for path in request.paths
    ]
    if key is None or not any(fits):
        raise _denied("the access key is unknown or the signature is wrong")
    return key


def check_timestamp(text: str, now: datetime) -> None:
    """Compares an RFC 3339 timestamp (Z or an offset, fractions allowed) with the present.

    Raises:
        InputError: ``invalid`` when it is no timestamp, ``time_skewed`` when it is over 15 minutes off.
    """
    try:
        moment = datetime.fromisoformat(text.strip().upper())
    except ValueError as error:
        raise InputError(f"{TIMESTAMP_HEADER} is not an RFC 3339 timestamp", field=TIMESTAMP_HEADER) from error
    if moment.tzinfo is None:
        raise InputError(f"{TIMESTAMP_HEADER} has no offset: end it with Z or +07:00, say", field=TIMESTAMP_HEADER)
    if abs((moment - now).total_seconds()) > SKEW_S:
        raise InputError(
            f"{TIMESTAMP_HEADER} is more than {SKEW_S // 60} minutes away from this server's clock",
            reason="time_skewed",
            field=TIMESTAMP_HEADER,
        )


def _denied(message: str) -> InputError:
    return InputError(message, reason="access_denied")

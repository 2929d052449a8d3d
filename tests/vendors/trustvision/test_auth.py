"""Signatures and timestamps."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from localverify.errors import InputError
from localverify.store.store import Store
from localverify.vendors.trustvision.auth import SignedRequest, authenticate, check_timestamp, sign

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 4, 21, 11, 0, 15, tzinfo=UTC)
TIMESTAMP = "2026-04-21T18:00:15+07:00"


@pytest.fixture
def store(tmp_path: Path):
    opened = Store(tmp_path)
    opened.add_key("trustvision", "the-key", "client", {"access_key": "the-key", "secret": "the-secret"})
    yield opened
    opened.close()


def request(
    path: str = "/v1/images",
    secret: str = "the-secret",
    key: str = "the-key",
    timestamp: str = TIMESTAMP,
    method: str = "POST",
):
    signature = sign(secret, method, path, timestamp)
    return SignedRequest("POST", ("/trustvision/v1/images", "/v1/images"), timestamp, f"TV {key}:{signature}")


def test_the_documented_string_is_signed():
    message = b"POST\n/v1/images\n2019-04-21T18:00:15+07:00"
    expected = base64.b64encode(hmac.new(b"secret", message, hashlib.sha256).digest()).decode()
    assert sign("secret", "POST", "/v1/images", "2019-04-21T18:00:15+07:00") == expected


@pytest.mark.parametrize("path", ["/v1/images", "/trustvision/v1/images"])
def test_the_path_may_be_signed_with_or_without_the_prefix(store: Store, path: str):
    assert authenticate(store, "trustvision", request(path), NOW).identifier == "the-key"


@pytest.mark.parametrize(
    "signed",
    [
        request(secret="another"),
        request(key="unknown"),
        request(path="/v1/compare_faces_sync"),
        request(method="GET"),
        SignedRequest("POST", ("/v1/images",), TIMESTAMP, ""),
        SignedRequest("POST", ("/v1/images",), TIMESTAMP, "Bearer the-key:abc"),
        SignedRequest("POST", ("/v1/images",), TIMESTAMP, "TV the-key"),
        SignedRequest("POST", ("/v1/images",), TIMESTAMP, "TV the-key:ünïcode"),
        SignedRequest("POST", ("/v1/images",), "", request().authorization),
    ],
    ids=["secret", "key", "path", "method", "nothing", "scheme", "no signature", "not ascii", "no timestamp"],
)
def test_everything_else_is_denied(store: Store, signed: SignedRequest):
    with pytest.raises(InputError) as caught:
        authenticate(store, "trustvision", signed, NOW)
    assert caught.value.reason == "access_denied"


def test_another_vendors_key_is_denied(store: Store):
    with pytest.raises(InputError) as caught:
        authenticate(store, "another", request(), NOW)
    assert caught.value.reason == "access_denied"


def test_a_signature_cannot_be_used_with_another_timestamp(store: Store):
    signed = request()
    later = SignedRequest(signed.method, signed.paths, "2026-04-21T18:00:16+07:00", signed.authorization)
    with pytest.raises(InputError) as caught:
        authenticate(store, "trustvision", later, NOW)
    assert caught.value.reason == "access_denied"


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-21T18:00:15+07:00",
        "2026-04-21T11:00:15Z",
        "2026-04-21t11:00:15z",
        "2026-04-21T11:00:15.123Z",
        "2026-04-21T11:00:15.123456789+00:00",
        "2026-04-21T06:00:15.1-05:00",
    ],
)
def test_timestamps_come_in_many_forms(text: str):
    check_timestamp(text, NOW)


@pytest.mark.parametrize("minutes", [-14.9, 14.9])
def test_a_quarter_of_an_hour_of_skew_is_allowed(minutes: float):
    check_timestamp((NOW + timedelta(minutes=minutes)).isoformat(), NOW)


@pytest.mark.parametrize("minutes", [-15.1, 15.1, 60 * 24 * 365])
def test_more_is_too_skewed(minutes: float):
    with pytest.raises(InputError) as caught:
        check_timestamp((NOW + timedelta(minutes=minutes)).isoformat(), NOW)
    assert caught.value.reason == "time_skewed"


@pytest.mark.parametrize("text", ["now", "1618999215", "2026-04-21T11:00:15"])
def test_what_is_no_timestamp_is_an_invalid_parameter(text: str):
    with pytest.raises(InputError) as caught:
        check_timestamp(text, NOW)
    assert (caught.value.reason, caught.value.field) == ("invalid", "X-TV-Timestamp")

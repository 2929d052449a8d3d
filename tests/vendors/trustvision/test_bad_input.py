"""Everything that clients get wrong, over HTTP: the documented status, code and shape, and nothing lost."""

from __future__ import annotations

import base64
import json
import socket
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from localverify.store.retention import statistics
from localverify.store.store import Store
from tests.files import encoded, huge_png, long_jpeg, one_colour, side_by_side
from tests.serving import TrustVisionAuth

if TYPE_CHECKING:
    import httpx2

    from tests.serving import Running

OPERATIONS = [
    "/v1/detect_faces_sync",
    "/v1/compare_faces_sync",
    "/v1/verify_face_liveness_sync",
    "/v1/verify_portrait_sanity_sync",
]


def inline(data: bytes):
    return {"base64": base64.b64encode(data).decode(), "label": "portrait"}


def upload(client: httpx2.Client, data: bytes, name: str = "a.jpg"):
    return client.post("/v1/images", files={"file": (name, data)}, data={"label": "portrait"})


def expect(answer: httpx2.Response, status: int, code: str, field: str | None = None):
    body = answer.json()
    assert (answer.status_code, [error["code"] for error in body["errors"]]) == (status, [code])
    assert body["data"] == {}
    (error,) = body["errors"]
    assert set(error) == {"code", "message", "detail"}
    uuid.UUID(error["detail"]["request_id"])
    if field:
        assert error["detail"]["field"] == field


# Signatures


def test_a_wrong_signature_is_denied(server: Running, obama_jpeg: bytes):
    key = server.key()
    with server.client(TrustVisionAuth(key.access_key, "another secret")) as client:
        expect(upload(client, obama_jpeg), 401, "access_denied_exception")


def test_a_missing_signature_is_denied(server: Running, obama_jpeg: bytes):
    with server.client() as client:
        expect(upload(client, obama_jpeg), 401, "access_denied_exception")


def test_an_unknown_key_is_denied(server: Running, obama_jpeg: bytes):
    with server.client(TrustVisionAuth(str(uuid.uuid4()), "a secret")) as client:
        expect(upload(client, obama_jpeg), 401, "access_denied_exception")


def test_a_stale_signature_is_too_skewed(server: Running, obama_jpeg: bytes):
    key = server.key()
    stale = (datetime.now(UTC) - timedelta(minutes=16)).isoformat()
    with server.client(TrustVisionAuth(key.access_key, key.secret, timestamp=stale)) as client:
        expect(upload(client, obama_jpeg), 400, "request_time_too_skewed")


def test_the_whole_path_may_be_signed(server: Running, obama_jpeg: bytes):
    key = server.key()
    with server.client(TrustVisionAuth(key.access_key, key.secret, strip="")) as client:
        assert upload(client, obama_jpeg).status_code == 200


def test_a_revoked_key_is_denied_at_once(server: Running, obama_jpeg: bytes):
    key = server.key()
    with server.client(key) as client:
        assert upload(client, obama_jpeg).status_code == 200
        store = Store(server.data)
        store.revoke_key("trustvision", key.access_key)
        store.close()
        expect(upload(client, obama_jpeg), 401, "access_denied_exception")


# Bodies


@pytest.mark.parametrize("path", [*OPERATIONS, "/v1/images"])
@pytest.mark.parametrize("body", [b"", b"not json", b'{"image":', b"[]", b"\xff\xfe", b"null"])
def test_a_body_that_is_not_the_json_asked_for_is_an_invalid_parameter(
    trustvision: httpx2.Client, path: str, body: bytes
):
    answer = trustvision.post(path, content=body, headers={"Content-Type": "application/json"})
    expect(answer, 400, "invalid_parameter_exception", "body")


def test_a_form_that_is_cut_short_is_an_invalid_parameter(trustvision: httpx2.Client):
    answer = trustvision.post(
        "/v1/images", content=b"--x\r\nContent-Disp", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    expect(answer, 400, "invalid_parameter_exception")


def test_both_id_and_base64_are_too_much(trustvision: httpx2.Client, obama_jpeg: bytes):
    body = {"image": {"id": str(uuid.uuid4()), **inline(obama_jpeg)}}
    expect(trustvision.post("/v1/detect_faces_sync", json=body), 400, "invalid_parameter_exception", "image")


def test_neither_id_nor_base64_is_too_little(trustvision: httpx2.Client):
    expect(trustvision.post("/v1/detect_faces_sync", json={"image": {}}), 400, "invalid_parameter_exception", "image")


@pytest.mark.parametrize("unknown", [str(uuid.uuid4()), "no-uuid", "../../etc/passwd", "' OR 1=1 --"])
def test_an_unknown_id_is_not_found(trustvision: httpx2.Client, unknown: str):
    expect(
        trustvision.post("/v1/detect_faces_sync", json={"image": {"id": unknown}}),
        404,
        "image_not_found_exception",
        "image.id",
    )


def test_the_parameter_with_the_unknown_id_is_named(trustvision: httpx2.Client, obama_jpeg: bytes):
    body = {"image1": inline(obama_jpeg), "image2": {"id": str(uuid.uuid4())}}
    expect(trustvision.post("/v1/compare_faces_sync", json=body), 404, "image_not_found_exception", "image2.id")


def test_what_is_not_base64_is_an_invalid_parameter(trustvision: httpx2.Client):
    expect(
        trustvision.post("/v1/detect_faces_sync", json={"image": {"base64": "%%%", "label": "portrait"}}),
        400,
        "invalid_parameter_exception",
        "image.base64",
    )


# Pictures


def test_an_empty_file(trustvision: httpx2.Client):
    expect(upload(trustvision, b""), 400, "invalid_parameter_exception", "file")


def test_text_that_is_named_jpg(trustvision: httpx2.Client):
    expect(upload(trustvision, b"I am a picture, honestly.\n"), 415, "invalid_image_format_exception", "file")


@pytest.mark.parametrize("kind", ["WEBP", "BMP", "GIF", "TIFF"])
def test_a_picture_that_is_neither_jpg_nor_png(trustvision: httpx2.Client, kind: str):
    expect(upload(trustvision, one_colour(kind)), 415, "invalid_image_format_exception", "file")


def test_a_truncated_jpeg(trustvision: httpx2.Client, obama_jpeg: bytes):
    expect(upload(trustvision, obama_jpeg[: len(obama_jpeg) // 2]), 400, "invalid_parameter_exception", "file")


def test_broken_pixels_in_a_whole_file_are_heard_of_at_first_use(trustvision: httpx2.Client):
    whole = one_colour("PNG")
    pixels = whole.index(b"IDAT") + 4
    uploaded = upload(trustvision, whole[:pixels] + bytes(20) + whole[pixels + 20 :])
    assert uploaded.status_code == 200
    body = {"image": {"id": uploaded.json()["data"]["image_id"]}}
    expect(trustvision.post("/v1/detect_faces_sync", json=body), 400, "invalid_parameter_exception", "image")


@pytest.mark.parametrize("size", [15 * 1024 * 1024 + 1, 20_000_000, 40_000_000])
def test_a_file_of_more_than_15_mb(trustvision: httpx2.Client, obama_jpeg: bytes, size: int):
    expect(upload(trustvision, long_jpeg(obama_jpeg, size)), 413, "image_too_large_exception")


def test_a_file_of_just_15_mb_is_accepted(trustvision: httpx2.Client, obama_jpeg: bytes):
    assert upload(trustvision, long_jpeg(obama_jpeg, 15 * 1024 * 1024 - 8)).status_code == 200


def test_20_mb_in_base64(trustvision: httpx2.Client, obama_jpeg: bytes):
    answer = trustvision.post("/v1/images", json=inline(long_jpeg(obama_jpeg, 20_000_000)))
    expect(answer, 413, "image_too_large_exception")


def test_a_png_of_30000_by_30000_pixels(trustvision: httpx2.Client):
    expect(upload(trustvision, huge_png(), "a.png"), 413, "image_too_large_exception", "file")
    answer = trustvision.post("/v1/detect_faces_sync", json={"image": inline(huge_png())})
    expect(answer, 413, "image_too_large_exception", "image.base64")


def test_a_picture_of_one_colour_has_no_face(trustvision: httpx2.Client):
    picture = inline(one_colour())
    detected = trustvision.post("/v1/detect_faces_sync", json={"image": picture}).json()
    assert (detected["data"]["status"], detected["data"]["image"]["faces"]) == ("success", [])
    sanity = trustvision.post("/v1/verify_portrait_sanity_sync", json={"image": picture}).json()["data"]
    assert sanity["status"] == "success"
    assert sanity["portrait_sanity"]["verdict"] in {"image_has_no_faces", "image_too_blur"}


def test_comparing_without_a_face_fails(trustvision: httpx2.Client, obama_jpeg: bytes):
    answer = trustvision.post(
        "/v1/compare_faces_sync", json={"image1": inline(obama_jpeg), "image2": inline(one_colour())}
    )
    body = answer.json()
    assert (answer.status_code, body["data"]["status"]) == (200, "failure")
    assert set(body["data"]) == {"status", "request_id"}
    assert body["errors"][0]["code"] == "image_has_no_faces"
    assert body["errors"][0]["detail"] == {"field": "image2"}


def test_liveness_without_a_face_fails(trustvision: httpx2.Client):
    body = trustvision.post("/v1/verify_face_liveness_sync", json={"images": [inline(one_colour())]}).json()
    assert body["data"]["status"] == "failure"
    assert [(error["code"], error["detail"]["field"]) for error in body["errors"]] == [
        ("image_has_no_face", "images[0]")
    ]


def test_two_faces_are_both_found_and_both_compared(trustvision: httpx2.Client, obama_jpeg: bytes, biden_jpeg: bytes):
    both = inline(side_by_side(obama_jpeg, biden_jpeg))
    detected = trustvision.post("/v1/detect_faces_sync", json={"image": both}).json()["data"]
    assert len(detected["image"]["faces"]) == 2
    compared = trustvision.post("/v1/compare_faces_sync", json={"image1": inline(obama_jpeg), "image2": both}).json()[
        "data"
    ]
    assert sorted(pair["result"] for pair in compared["compare_faces"]) == ["matched", "unmatched"]
    sanity = trustvision.post("/v1/verify_portrait_sanity_sync", json={"image": both}).json()["data"]
    assert sanity["portrait_sanity"]["verdict"] == "image_has_multiple_faces"


# Liveness asks for more


@pytest.mark.parametrize(
    "extra, field",
    [
        ({"gesture_images": [{"gesture": "left", "images": []}]}, "gesture_images"),
        ({"videos": [{"id": "x"}]}, "videos"),
        ({"selfie_type": "hologram"}, "selfie_type"),
        ({"selfie_type": "active"}, "images"),
    ],
)
def test_what_liveness_cannot_do_is_said(
    trustvision: httpx2.Client, obama_jpeg: bytes, extra: dict[str, object], field: str
):
    body = {"images": [inline(obama_jpeg)], **extra}
    answer = trustvision.post("/v1/verify_face_liveness_sync", json=body)
    expect(answer, 400, "invalid_parameter_exception", field)


@pytest.mark.parametrize("count", [0, 4])
def test_passive_liveness_takes_one_to_three_pictures(trustvision: httpx2.Client, count: int):
    body = {"images": [inline(one_colour())] * count}
    answer = trustvision.post("/v1/verify_face_liveness_sync", json=body)
    expect(answer, 400, "invalid_parameter_exception", "images")


# Paths


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/nothing", "/v1/images/", "/v2/images"])
def test_an_unknown_path_answers_in_the_vendors_shape(trustvision: httpx2.Client, path: str):
    answer = trustvision.get(path, follow_redirects=False)
    expect(answer, 404, "invalid_parameter_exception", "path")


@pytest.mark.parametrize("method, path", [("GET", "/v1/compare_faces_sync"), ("DELETE", "/v1/images")])
def test_an_unknown_method_answers_in_the_vendors_shape(trustvision: httpx2.Client, method: str, path: str):
    expect(trustvision.request(method, path), 405, "invalid_parameter_exception", "method")


def test_a_request_id_that_no_header_can_carry_is_refused(trustvision: httpx2.Client):
    answer = trustvision.post("/v1/detect_faces_sync", json={}, headers={"X-Request-ID": "x" * 300})
    expect(answer, 400, "invalid_parameter_exception", "X-Request-ID")


# Nothing lost, nothing left


def test_a_request_that_fails_leaves_no_picture_behind(server: Running):
    def kept() -> tuple[dict[str, int], dict[str, int]]:
        store = Store(server.data)
        found = statistics(store)
        store.close()
        return found["images"], found["blobs"]

    with server.client(server.key()) as client:
        before = kept()
        fresh = encoded(np.random.default_rng(1).integers(0, 255, (64, 64, 3), dtype=np.uint8))
        body = {"image1": inline(fresh), "image2": {"id": str(uuid.uuid4())}}
        expect(client.post("/v1/compare_faces_sync", json=body), 404, "image_not_found_exception")
        assert kept() == before


def test_a_client_that_leaves_in_the_middle_disturbs_nobody(
    server: Running, trustvision: httpx2.Client, obama_jpeg: bytes
):
    host, port = server.url.removeprefix("http://").split(":")
    key = server.key()
    request = next(key.auth_flow(trustvision.build_request("POST", "/v1/images", content=b"")))
    head = [
        "POST /trustvision/v1/images HTTP/1.1",
        "Host: x",
        "Content-Length: 1000000",
        "Content-Type: multipart/form-data; boundary=x",
        *(f"{name}: {request.headers[name]}" for name in ("Authorization", "X-TV-Timestamp")),
    ]
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n--x\r\n")
    assert upload(trustvision, obama_jpeg).status_code == 200


def test_errors_do_not_repeat_what_was_sent(trustvision: httpx2.Client):
    private = "Nguyen Van A 012345678901"
    for body in ({"image": {"base64": private, "label": private}}, {"image": private}, {"image": {"id": private}}):
        answer = trustvision.post("/v1/detect_faces_sync", content=json.dumps(body))
        assert private not in answer.text
